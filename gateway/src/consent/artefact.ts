import { createHmac } from 'node:crypto';
import { canonicalJson, type GrantSigner } from '@yichuang/schema';
import type { Party } from '../access/principal.js';
import type { Consent } from './consent.js';
import type { Bilingual } from './terms.js';

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

/** A consent as it was given, in one canonical text, and the signature over it. */
export interface Artefact {
  readonly text: string;
  /** A JWS in its compact form without its payload, which is the text (RFC 7515, appendix F). Its header names key and algorithm. */
  readonly signature: string;
}

/** Value of `typ`: a signature over an artefact is one over nothing else. */
const TYPE = 'yichuang-consent+jws';

/** The person under a name that only this recipient's artefacts carry: two recipients cannot find out that they know the same one. */
export function pseudonymOf(key: Uint8Array, subject: string, recipient: Party): string {
  const mac = createHmac('sha256', key).update(canonicalJson([recipient.kind, recipient.code, subject]));
  return `ps_${mac.digest('base64url').slice(0, 32)}`;
}

/**
 * Writes a consent down for good. A change of any of it is another consent (个人信息保护法 第十四条). Neither the citizen number nor the
 * sealed reference is in it.
 */
export async function makeArtefact(
  { consent, separate, noticeHash, supersedes, delegation }: ArtefactParts,
  pseudonym: string,
  signer: GrantSigner,
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
  const header = base64url(canonicalJson({ alg: signer.suite.algorithm, kid: signer.keyId, typ: TYPE }));
  return { text, signature: `${header}..${await signer.sign(`${header}.${base64url(text)}`)}` };
}

/** What a person takes home, as JSON: the artefact, what was shown, and a JWS that any library checks with the hub's public key. */
export function receiptOf({ text, signature }: Artefact, notice: Bilingual): string {
  const [header = '', , value = ''] = signature.split('.');
  const { kid, alg } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { readonly kid: string; readonly alg: string };
  const artefact = JSON.parse(text) as unknown;
  return JSON.stringify(
    { artefact, notice: { zh: notice.zh, en: notice.en }, kid, alg, jws: `${header}.${base64url(text)}.${value}` },
    null,
    2,
  );
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url');
}
