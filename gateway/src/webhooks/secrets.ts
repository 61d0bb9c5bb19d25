import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { WebhookTable } from '../store/webhook-tables.js';

const SECRET_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Makes the secrets of endpoints, and keeps them from who reads the store: AES-256-GCM, bound to the endpoint they are of. */
export class WebhookSecrets {
  readonly #key: Buffer;

  /** @param secret of the hub; the key is made from it, and from nothing that leaves it */
  constructor(secret: string) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', 'yichuang webhook secret 1', 32));
  }

  /** A new one, as Standard Webhooks writes it: `whsec_` and base64. */
  create(): string {
    return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
  }

  seal(secret: string, endpoint: string): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(Buffer.from(endpoint));
    return Buffer.concat([nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  }

  /** @throws when it was sealed with another key, for another endpoint, or has been altered */
  open(sealed: Buffer, endpoint: string): string {
    const decipher = createDecipheriv('aes-256-gcm', this.#key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(endpoint)).setAuthTag(sealed.subarray(-TAG_BYTES));
    return decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  }
}

/** The secrets of an endpoint that are good at a time, the newest first. */
export function secretsOf(
  { id, secret, former_secret: former, former_until: until }: Pick<WebhookTable, 'id' | 'secret' | 'former_secret' | 'former_until'>,
  secrets: Pick<WebhookSecrets, 'open'>,
  at: Date,
): readonly string[] {
  const good = former && until && until > at ? [secret, former] : [secret];
  return good.map((sealed) => secrets.open(sealed, id));
}
