import { createHmac } from 'node:crypto';
import type { Party } from '../access/principal.js';
import { canonicalJson } from './canonical-json.js';
import type { Consent } from './consent.js';
import type { Signer } from './signer.js';

/** What an artefact is made of beside the consent. */
export interface ArtefactParts {
  readonly consent: Consent;
  /** Scopes that were ticked on their own. */
  readonly separate: readonly string[];
  /** Hash of the notice the person was shown. */
  readonly noticeHash: string;
  /** Consents that end, or cover less, through this one. */
  readonly supersedes: readonly string[];
  /** Under which somebody else than the person decided. */
  readonly delegation: { readonly id: string; readonly kind: string } | undefined;
}

/** A consent as it was given, in one canonical text, and the signature over its bytes. */
export interface Artefact {
  readonly text: string;
  readonly signature: { readonly kid: string; readonly alg: string; /** base64url */ readonly value: string };
}

/** The person under a name that only this recipient's artefacts carry: two recipients cannot find out that they know the same one. */
export function pseudonymOf(keyHex: string, subject: string, recipient: Party): string {
  const mac = createHmac('sha256', Buffer.from(keyHex, 'hex')).update(canonicalJson([recipient.kind, recipient.code, subject]));
  return `ps_${mac.digest('base64url').slice(0, 32)}`;
}

/**
 * Writes a consent down for good. A change of any of it is another consent (个人信息保护法 第十四条). Neither the citizen number nor the
 * sealed reference is in it.
 */
export async function makeArtefact(
  { consent, separate, noticeHash, supersedes, delegation }: ArtefactParts,
  pseudonym: string,
  signer: Signer,
): Promise<Artefact> {
  const { frequency, dataRange } = consent;
  const text = canonicalJson({
    ver: '1.0',
    consentId: consent.id,
    requestId: consent.requestId,
    supersedes,
    subject: { pseudonym, actedBy: delegation ?? null },
    recipient: { kind: consent.recipient.kind, code: consent.recipient.code },
    purpose: { code: consent.purpose },
    scopes: consent.scopes,
    separateConsents: separate,
    constraints: {
      mode: 'VIEW',
      dataRange: dataRange ? { from: dataRange.from ?? null, to: dataRange.to ?? null } : null,
      maxUses: consent.maxUses,
      frequency: frequency ? { count: frequency.count, per: `P${frequency.perDays}D` } : null,
      dataLife: `P${consent.dataLifeDays}D`,
      onwardTransfer: false,
    },
    notice: { hash: noticeHash, languages: ['zh-CN', 'en'] },
    validFrom: consent.validFrom.toISOString(),
    validTo: consent.validTo.toISOString(),
    createdAt: consent.createdAt.toISOString(),
  });
  const value = Buffer.from(await signer.sign(Buffer.from(text))).toString('base64url');
  return { text, signature: { kid: signer.kid, alg: signer.alg, value } };
}

/** What a person takes home: the artefact, what was shown, and how to check that the hub signed it. */
export function receiptOf({ text, signature }: Artefact, notice: { readonly zh: string; readonly en: string }): Record<string, unknown> {
  return { artefact: JSON.parse(text) as unknown, notice: { zh: notice.zh, en: notice.en }, signature };
}
