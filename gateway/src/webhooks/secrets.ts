import { createCipheriv, createDecipheriv, createPrivateKey, createPublicKey, hkdfSync, randomBytes, type KeyObject } from 'node:crypto';
import type { WebhookTable } from '../store/webhook-tables.js';

const SECRET_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** What stands before the 32 octets of a private and a public key of Ed25519 (RFC 8410: PKCS#8 and SubjectPublicKeyInfo). */
const PRIVATE = Buffer.from('302e020100300506032b657004220420', 'hex');
const PUBLIC_OCTETS = 32;

/** With what a message is signed. */
export interface SigningKeys {
  /** Those that the endpoint shares with the hub and that are good now, the newest first. */
  readonly secrets: readonly string[];
  /** The hub's own for this endpoint. */
  readonly own: KeyObject;
}

/** Makes the secrets of endpoints, and keeps them from who reads the store: AES-256-GCM, bound to the endpoint they are of. */
export class WebhookSecrets {
  readonly #key: Buffer;
  readonly #secret: string;

  /** @param secret of the hub; all keys are made from it, and from nothing that leaves it */
  constructor(secret: string) {
    this.#secret = secret;
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', 'yichuang webhook secret 1', 32));
  }

  /** A new one, as Standard Webhooks writes it: `whsec_` and base64. */
  create(): string {
    return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
  }

  /**
   * The key of Ed25519 with which the hub signs what goes to an endpoint, for as long as there is one: another endpoint has another, so
   * that nobody can pass on as sent to others what was sent to them.
   */
  signingKey(endpoint: string): KeyObject {
    const seed = Buffer.from(hkdfSync('sha256', this.#secret, endpoint, 'yichuang webhook signing 1', 32));
    return createPrivateKey({ key: Buffer.concat([PRIVATE, seed]), format: 'der', type: 'pkcs8' });
  }

  /** Its public half, as Standard Webhooks writes it: `whpk_` and base64. No secret. */
  verificationKey(endpoint: string): string {
    const key = createPublicKey(this.signingKey(endpoint)).export({ format: 'der', type: 'spki' });
    return `whpk_${key.subarray(-PUBLIC_OCTETS).toString('base64')}`;
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

/** What signs a message to an endpoint at a time. */
export function keysOf(
  { id, secret, former_secret: former, former_until: until }: Pick<WebhookTable, 'id' | 'secret' | 'former_secret' | 'former_until'>,
  secrets: Pick<WebhookSecrets, 'open' | 'signingKey'>,
  at: Date,
): SigningKeys {
  const good = former && until && until > at ? [secret, former] : [secret];
  return { secrets: good.map((sealed) => secrets.open(sealed, id)), own: secrets.signingKey(id) };
}
