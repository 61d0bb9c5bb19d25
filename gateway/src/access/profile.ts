import type { AccessCatalogue, ErrorCode } from '@yichuang/schema';
import { BoundedCache } from '../bounded-cache.js';
import type { Requirement, SubjectKind } from '../graph/access-map.js';
import { prospect } from './decide.js';
import { hasSteppedUp, type Caller } from './principal.js';

/** Why a requirement can never be met by a caller. */
export interface Withheld {
  readonly code: ErrorCode;
  readonly scope: string;
}

/** What can never be granted, and a text that is equal for equal tables. */
interface Table {
  readonly withheld: ReadonlyMap<string, ErrorCode>;
  readonly key: string;
}

const TABLES_KEPT = 500;
const tables = new WeakMap<AccessCatalogue, BoundedCache<string, Table>>();

/** Callers who differ only in who they are share a table. */
function tableOf(caller: Caller, catalogue: AccessCatalogue, now: number): Table {
  let kept = tables.get(catalogue);
  if (!kept) tables.set(catalogue, (kept = new BoundedCache(TABLES_KEPT)));
  const { principal, purpose } = caller;
  const party = 'party' in principal ? [principal.party.kind, principal.jurisdiction !== undefined] : [];
  const same = JSON.stringify([principal.kind, ...party, purpose, caller.caseNumber !== undefined, hasSteppedUp(principal, now)]);
  return kept.through(same, () => makeTable(caller, catalogue, now));
}

function makeTable(caller: Caller, catalogue: AccessCatalogue, now: number): Table {
  const withheld = new Map<string, ErrorCode>();
  const codes: string[] = [];
  for (const scope of catalogue.scopes.keys()) {
    for (const about of ['PERSON', 'UNIT'] as const) {
      const chance = prospect(caller, scope, about, catalogue, now);
      if (chance.kind === 'NEVER') withheld.set(`${about} ${scope}`, chance.code);
      codes.push(chance.kind === 'NEVER' ? chance.code : '+');
    }
  }
  return { withheld, key: codes.join(' ') };
}

/** What one caller could be granted at all, for every scope: the same for every question, person and record. */
export class AccessProfile {
  #made: Table | undefined;

  constructor(
    readonly caller: Caller,
    readonly catalogue: AccessCatalogue,
    /** When it was asked, ms since 1970. */
    readonly now = Date.now(),
  ) {}

  get #table(): Table {
    return (this.#made ??= tableOf(this.caller, this.catalogue, this.now));
  }

  /** Equal for callers who can be granted exactly the same, with the same codes for what they cannot. */
  get key(): string {
    return this.#table.key;
  }

  /** Undefined when the requirement may be met for some subject of this kind. A scope outside the catalogue is never met. */
  withheld(requirement: Requirement, about: SubjectKind): Withheld | undefined {
    const codeOf = (scope: string): ErrorCode | undefined =>
      this.catalogue.scopes.has(scope) ? this.#table.withheld.get(`${about} ${scope}`) : 'ACCESS_DENIED';
    if (requirement.kind === 'SCOPE') {
      const code = codeOf(requirement.scope);
      return code && { code, scope: requirement.scope };
    }
    const codes = requirement.scopes.map((scope) => ({ scope, code: codeOf(scope) }));
    if (codes.some(({ code }) => code === undefined)) return undefined;
    // Scopes beside those the purpose is for say nothing about why it gives this caller nothing.
    const said = codes.find(({ code }) => code !== 'PURPOSE_NOT_ALLOWED') ?? codes[0];
    return said?.code && { code: said.code, scope: said.scope };
  }
}
