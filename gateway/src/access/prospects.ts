import type { AccessCatalogue, ErrorCode } from '@yichuang/schema';
import { BoundedCache } from '../bounded-cache.js';
import type { Requirement, SubjectKind } from '../graph/access-map.js';
import { capacityOf, prospect, type Prospect, type ScopeAsked, type Way } from './decide.js';
import { hasSteppedUp, type Caller } from './principal.js';

/** Why a requirement can never be met by a caller. */
export interface Withheld {
  readonly code: ErrorCode;
  readonly scope: string;
}

/** A scope and the ways in which it might be granted. */
export interface Sought extends ScopeAsked {
  readonly chance: Prospect;
}

/** What can be said of some requirements before any subject is known. */
export interface Needs {
  /** Per requirement: any of its scopes will do. */
  readonly sought: readonly (readonly Sought[])[];
  /** All ways of all scopes. */
  readonly ways: readonly Way[];
  /** Every requirement has one scope, and all of them can be granted in the same single way, which looks at no scope. */
  readonly uniform: Way | undefined;
  readonly scopes: readonly string[];
}

const STANDINGS_KEPT = 500;
const known = new WeakMap<AccessCatalogue, BoundedCache<string, Prospects>>();

/**
 * What a caller could be granted at all. Callers who differ only in who they are share it, from question to question.
 * @param now ms since 1970
 */
export function prospectsOf(caller: Caller, catalogue: AccessCatalogue, now: number): Prospects {
  let kept = known.get(catalogue);
  if (!kept) known.set(catalogue, (kept = new BoundedCache(STANDINGS_KEPT)));
  return kept.through(standingOf(caller, now), () => new Prospects(caller, catalogue, now));
}

/** Everything about a caller that `prospect` looks at. */
function standingOf({ principal, purpose, caseNumber }: Caller, now: number): string {
  const { party, jurisdiction } = capacityOf(principal);
  const stated = purpose.kind === 'NAMED' ? purpose.code : purpose.kind === 'NONE' ? '' : '?';
  const flags = `${jurisdiction === undefined ? '' : 'R'}${caseNumber === undefined ? '' : 'C'}${hasSteppedUp(principal, now) ? 'S' : ''}`;
  return `${principal.kind}\n${party?.kind ?? ''}\n${stated}\n${flags}`;
}

/** What callers of one standing could be granted: the same for every question, person and record. */
export class Prospects {
  readonly #chances: Readonly<Record<SubjectKind, ReadonlyMap<string, Prospect>>>;
  readonly #needs: Readonly<Record<SubjectKind, WeakMap<readonly Requirement[], Needs>>> = { PERSON: new WeakMap(), UNIT: new WeakMap() };
  /** Equal for callers who can be granted exactly the same, with the same codes for what they cannot. */
  readonly key: string;

  /** @param caller any one of this standing */
  constructor(
    caller: Caller,
    readonly catalogue: AccessCatalogue,
    now: number,
  ) {
    // Ways are compared by identity: the same one for every scope it serves.
    const ways = new Map<string, Way>();
    const same = (way: Way): Way => {
      const name = way.kind === 'MANDATED' ? `MANDATED ${way.mandate.id}` : way.kind;
      const first = ways.get(name) ?? way;
      ways.set(name, first);
      return first;
    };
    const chanceOf = (scope: string, about: SubjectKind): Prospect => {
      const chance = prospect(caller, scope, about, catalogue, now);
      return chance.kind === 'NEVER' ? chance : { kind: 'POSSIBLE', ways: chance.ways.map(same) };
    };
    const scopes = [...catalogue.scopes.keys()];
    const chances = (about: SubjectKind): ReadonlyMap<string, Prospect> => new Map(scopes.map((scope) => [scope, chanceOf(scope, about)]));
    this.#chances = { PERSON: chances('PERSON'), UNIT: chances('UNIT') };
    const codes = scopes.flatMap((scope) => [this.#code(scope, 'PERSON'), this.#code(scope, 'UNIT')]);
    this.key = codes.map((code) => code ?? '+').join(' ');
  }

  /** A scope outside the catalogue is never granted. */
  of(scope: string, about: SubjectKind): Prospect {
    return this.#chances[about].get(scope) ?? UNKNOWN_SCOPE;
  }

  /** Undefined when the requirement may be met for some subject of this kind. */
  withheld(requirement: Requirement, about: SubjectKind): Withheld | undefined {
    if (requirement.kind === 'SCOPE') {
      const code = this.#code(requirement.scope, about);
      return code && { code, scope: requirement.scope };
    }
    const codes = requirement.scopes.map((scope) => ({ scope, code: this.#code(scope, about) }));
    if (codes.some(({ code }) => code === undefined)) return undefined;
    // Scopes beside those the purpose is for say nothing about why it gives this caller nothing.
    const said = codes.find(({ code }) => code !== 'PURPOSE_NOT_ALLOWED') ?? codes[0];
    return said?.code && { code: said.code, scope: said.scope };
  }

  /** @param requirements the same list for the same selection: what is found is kept by it */
  needs(requirements: readonly Requirement[], about: SubjectKind): Needs {
    const kept = this.#needs[about].get(requirements);
    if (kept) return kept;
    const needs = this.#needsOf(requirements, about);
    this.#needs[about].set(requirements, needs);
    return needs;
  }

  #needsOf(requirements: readonly Requirement[], about: SubjectKind): Needs {
    const sought = requirements.map((requirement) =>
      (requirement.kind === 'SCOPE' ? [requirement.scope] : requirement.scopes).map((scope) => ({
        scope,
        entry: this.catalogue.scopes.get(scope) ?? NO_ENTRY,
        chance: this.of(scope, about),
      })),
    );
    const ways = [...new Set(sought.flat().flatMap(({ chance }) => (chance.kind === 'POSSIBLE' ? chance.ways : [])))];
    // A container is met by what meets any scope below it, and where there is one way for all, that way meets the container.
    const [first] = ways;
    const scopes = [
      ...new Set(sought.flatMap((alternatives) => (alternatives.length === 1 ? alternatives.map(({ scope }) => scope) : []))),
    ];
    const everywhere = sought.every((alternatives) =>
      alternatives.some(({ chance }) => chance.kind === 'POSSIBLE' && chance.ways[0] === first),
    );
    return { sought, ways, uniform: first && everywhere && looksAtNoScope(first) ? first : undefined, scopes };
  }

  #code(scope: string, about: SubjectKind): ErrorCode | undefined {
    const chance = this.of(scope, about);
    return chance.kind === 'NEVER' ? chance.code : undefined;
  }
}

/** Of a scope outside the catalogue. */
const NO_ENTRY = { delegable: [], period: 'WITHHELD' } as const;
const UNKNOWN_SCOPE: Prospect = { kind: 'NEVER', code: 'ACCESS_DENIED' };

function looksAtNoScope({ kind }: Way): boolean {
  return kind === 'OWN' || kind === 'MANDATED' || kind === 'EMERGENCY';
}
