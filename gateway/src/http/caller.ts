import type { IncomingMessage } from 'node:http';
import type { AccessCatalogue, ErrorCode } from '@yichuang/schema';
import { ANONYMOUS, statedPurpose, type Caller } from '../access/principal.js';
import type { TokenVerifier } from '../access/token.js';

export type ReadCaller = { readonly ok: true; readonly caller: Caller } | { readonly ok: false; readonly code: ErrorCode };

const CASE_NUMBER = /^[\w-]{1,64}$/;

/** Who asks, from the headers `authorization`, `yichuang-purpose` and `yichuang-case`. Without a token: anonymous. */
export async function callerOf(
  { headers, headersDistinct }: Pick<IncomingMessage, 'headers' | 'headersDistinct'>,
  tokens: TokenVerifier,
  catalogue: AccessCatalogue,
): Promise<ReadCaller> {
  const { authorization } = headers;
  let principal = ANONYMOUS;
  if (authorization !== undefined) {
    // Of two, Node takes the first and a proxy before it may have checked the second.
    const single = headersDistinct['authorization']?.length === 1;
    const token = single ? /^Bearer +([\w.~+/-]+=*)$/i.exec(authorization)?.[1] : undefined;
    const check = token === undefined ? ({ ok: false, code: 'TOKEN_INVALID' } as const) : await tokens.verify(token);
    if (!check.ok) return check;
    principal = check.principal;
  }
  const caseNumber = single(headers['yichuang-case']);
  return {
    ok: true,
    caller: {
      principal,
      purpose: statedPurpose(principal, single(headers['yichuang-purpose']), catalogue.purposes),
      caseNumber: caseNumber !== undefined && CASE_NUMBER.test(caseNumber) ? caseNumber : undefined,
    },
  };
}

function single(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header.trim() : undefined;
}
