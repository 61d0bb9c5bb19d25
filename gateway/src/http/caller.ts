import type { IncomingMessage } from 'node:http';
import type { AccessCatalogue, ErrorCode } from '@yichuang/schema';
import { ANONYMOUS, statedPurpose, type Caller, type Principal } from '../access/principal.js';
import type { TokenVerifier } from '../access/token.js';

/** Checks a token. Of `TokenVerifier` the part that transports use. */
export type Tokens = Pick<TokenVerifier, 'verify'>;

/** What a client says about itself: header lines, or fields of `connection_init`. */
export interface Presented {
  /** `Bearer` and a token; anything else that is there is refused. */
  readonly authorization: string | undefined;
  readonly purpose: string | undefined;
  readonly caseNumber: string | undefined;
}

export type ReadCaller =
  | {
      readonly ok: true;
      readonly caller: Caller;
      /** The token that says so, while it lasts; undefined for an anonymous caller. */
      readonly token: string | undefined;
    }
  | { readonly ok: false; readonly code: ErrorCode };

const CASE_NUMBER = /^[\w-]{1,64}$/;

/**
 * Who asks, for what, in which case. Without a token: anonymous, and so is everybody where no tokens are known (`undefined`). At once
 * where there is nothing to check.
 */
export function callerOf(presented: Presented, tokens: Tokens | undefined, catalogue: AccessCatalogue): ReadCaller | Promise<ReadCaller> {
  const { authorization } = presented;
  if (authorization === undefined || !tokens) return readCaller(presented, ANONYMOUS, undefined, undefined, catalogue);
  const token = bearerToken(authorization);
  if (token === undefined) return { ok: false, code: 'TOKEN_INVALID' };
  return tokens.verify(token).then((check) => (check.ok ? readCaller(presented, check.principal, token, check.expires, catalogue) : check));
}

function readCaller(
  { purpose, caseNumber }: Presented,
  principal: Principal,
  token: string | undefined,
  until: number | undefined,
  { purposes }: AccessCatalogue,
): ReadCaller {
  return {
    ok: true,
    token,
    caller: {
      principal,
      purpose: statedPurpose(principal, purpose, purposes),
      caseNumber: caseNumber !== undefined && CASE_NUMBER.test(caseNumber) ? caseNumber : undefined,
      until,
    },
  };
}

/** From the headers `authorization`, `yichuang-purpose` and `yichuang-case`. */
export function presentedInHeaders({ headers, rawHeaders }: Pick<IncomingMessage, 'headers' | 'rawHeaders'>): Presented {
  const { authorization } = headers;
  return {
    // Of two, Node takes the first and a proxy before it may have checked the second: none of them counts.
    authorization: authorization !== undefined && lines(rawHeaders, 'authorization') > 1 ? '' : authorization,
    purpose: trimmed(headers['yichuang-purpose']),
    caseNumber: trimmed(headers['yichuang-case']),
  };
}

/** From the payload of `connection_init`, by the same names in any case; what it does not say, the upgrade request's headers say. */
export function presentedInPayload(payload: Readonly<Record<string, unknown>>, upgrade: Presented): Presented {
  const said = new Map(Object.entries(payload).map(([name, value]) => [name.toLowerCase(), value]));
  const text = (name: string): string | undefined => trimmed(said.get(name));
  return {
    // What is there and is no text must not make its sender anonymous.
    authorization: (said.get('authorization') ?? undefined) === undefined ? upgrade.authorization : (text('authorization') ?? ''),
    purpose: text('yichuang-purpose') ?? upgrade.purpose,
    caseNumber: text('yichuang-case') ?? upgrade.caseNumber,
  };
}

function bearerToken(authorization: string): string | undefined {
  return /^Bearer +([\w.~+/-]+=*)$/i.exec(authorization)?.[1];
}

function lines(rawHeaders: readonly string[], name: string): number {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) if (rawHeaders[i]?.toLowerCase() === name) count++;
  return count;
}

function trimmed(value: unknown): string | undefined {
  return typeof value === 'string' ? value.trim() : undefined;
}
