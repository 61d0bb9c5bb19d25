import type { AccessCatalogue, ErrorCode } from '@yichuang/schema';
import type { Requirement, SubjectKind } from '../graph/access-map.js';
import { prospect } from './decide.js';
import type { Caller } from './principal.js';

/** Why a requirement can never be met by a caller. */
export interface Withheld {
  readonly code: ErrorCode;
  readonly scope: string;
}

/** What one caller could be granted at all, for every scope: the same for every question, person and record. */
export class AccessProfile {
  readonly #withheld = new Map<string, ErrorCode>();
  /** Equal for callers who can be granted exactly the same, with the same codes for what they cannot. */
  readonly key: string;

  constructor(
    readonly caller: Caller,
    readonly catalogue: AccessCatalogue,
  ) {
    const table: string[] = [];
    for (const scope of catalogue.scopes.keys()) {
      for (const about of ['PERSON', 'UNIT'] as const) {
        const chance = prospect(caller, scope, about, catalogue);
        if (chance.kind === 'NEVER') this.#withheld.set(`${about} ${scope}`, chance.code);
        table.push(chance.kind === 'NEVER' ? chance.code : '+');
      }
    }
    this.key = table.join(' ');
  }

  /** Undefined when the requirement may be met for some subject of this kind. A scope outside the catalogue is never met. */
  withheld(requirement: Requirement, about: SubjectKind): Withheld | undefined {
    const codeOf = (scope: string): ErrorCode | undefined =>
      this.catalogue.scopes.has(scope) ? this.#withheld.get(`${about} ${scope}`) : 'ACCESS_DENIED';
    if (requirement.kind === 'SCOPE') {
      const code = codeOf(requirement.scope);
      return code && { code, scope: requirement.scope };
    }
    const codes = requirement.scopes.map((scope) => ({ scope, code: codeOf(scope) }));
    const [first] = codes;
    return first?.code && codes.every(({ code }) => code !== undefined) ? { code: first.code, scope: first.scope } : undefined;
  }
}
