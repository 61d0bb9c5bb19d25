import type { FetchNode } from '@apollo/query-planner';
import type { Judgement, Refused } from '../access/judgement.js';
import { BoundedCache } from '../bounded-cache.js';
import type { Requirement } from '../graph/access-map.js';
import type { Graph } from '../graph/graph.js';
import type { ReadingOf } from '../verbatim/reader-code.js';
import type { BoundedField, BoundedScopes } from './bound.js';
import { narrowed } from './bounds.js';
import { withoutRefusedOf, type CompiledFetch, type EntitySelection } from './compiled-fetch.js';
import { entityAsk, type EntityAsk } from './fetch-documents.js';
import { EACH } from './guarded-selection.js';
import { errorOf } from './refusals.js';
import type { SafeError } from './reported-errors.js';
import type { Run } from './run.js';

/** What of a guarded fetch is about entities of one type. */
export interface GuardedKind {
  readonly selection: EntitySelection | undefined;
  readonly requirements: readonly Requirement[];
  /** Scopes it asks for. */
  readonly scopes: readonly string[];
  /** Fields that must come back as they were sent, where they were. */
  readonly keys: readonly string[];
}

/** A fetch without what is refused of one kind of entity. */
export interface GuardedPart {
  /** Undefined when nothing is left to ask. */
  readonly ask: EntityAsk | undefined;
  readonly takenOut: readonly ToldOut[];
}

export interface ToldOut {
  readonly path: readonly string[];
  readonly error: SafeError;
}

const PARTS_KEPT = 256;
const NONE: readonly never[] = [];

/** The fetches that the guard of a graph has seen, by what is asked. */
export class GuardedFetches {
  readonly #known = new WeakMap<EntityAsk, GuardedFetch>();

  constructor(readonly graph: Graph) {}

  /** @throws Error for an ask that was made elsewhere */
  of(ask: EntityAsk): GuardedFetch {
    const known = this.#known.get(ask);
    if (!known) throw new Error('a fetch the guard has not seen');
    return known;
  }

  /** Makes the ask for a fetch, without what was taken out of it. */
  ask(
    service: string,
    fetch: CompiledFetch,
    rewrites: FetchNode['outputRewrites'],
    of: ReadingOf | undefined,
    takenOut: readonly ToldOut[] = NONE,
    bounded: readonly BoundedField[] = NONE,
  ): EntityAsk {
    const keys = new Set([...(fetch.entities?.keys() ?? [])].flatMap((type) => [...this.graph.access.keys(type)]));
    // What was bounded is looked through row by row.
    const ask = entityAsk(service, fetch.text, rewrites, keys, bounded.length > 0 ? undefined : of && lookingInto(of, takenOut));
    this.#known.set(ask, new GuardedFetch(this, ask, fetch, rewrites, of, takenOut, bounded));
    return ask;
  }
}

/** A fetch as it is sent, and the parts of it that have been asked where something is refused. */
export class GuardedFetch {
  readonly #kinds = new Map<string, GuardedKind>();
  readonly #parts = new BoundedCache<string, GuardedPart>(PARTS_KEPT);

  constructor(
    readonly all: GuardedFetches,
    readonly ask: EntityAsk,
    readonly fetch: CompiledFetch,
    readonly rewrites: FetchNode['outputRewrites'],
    readonly of: ReadingOf | undefined,
    /** What was taken out of it, and what is said at its places. */
    readonly takenOut: readonly ToldOut[],
    /** Fields of which it asks for a part only. */
    readonly bounded: readonly BoundedField[],
  ) {}

  /** @param type may come from a reply */
  kind(type: string): GuardedKind {
    const known = this.#kinds.get(type);
    if (known) return known;
    const selection = this.fetch.entities?.get(type);
    const requirements = selection?.requirements ?? NONE;
    const kind = { selection, requirements, scopes: scopesIn(requirements), keys: this.all.graph.access.keys(type) };
    // There is no end of names, but only so many types.
    if (selection) this.#kinds.set(type, kind);
    return kind;
  }

  /** Entities of which the same is refused for the same reasons, and the same part was granted, are asked about in the same way. */
  part(type: string, refused: Exclude<Judgement, undefined>, granted: BoundedScopes | undefined, run: Run): GuardedPart {
    const { selection } = this.kind(type);
    if (!selection) return { ask: undefined, takenOut: [] };
    // Bounds are joined with what the client asked for, which stands in variables.
    const bounds = granted && [...granted, ...[...this.ask.variables.keys()].map((name) => [name, run.variable(name)])];
    return this.#parts.through(`${type} ${textOf(refused)} ${bounds ? JSON.stringify(bounds) : ''}`, () =>
      this.#makePart(
        selection,
        refused.map((one) => one && errorOf(one)),
        granted,
        run,
      ),
    );
  }

  #makePart(
    selection: EntitySelection,
    errors: readonly (SafeError | undefined)[],
    granted: BoundedScopes | undefined,
    run: Run,
  ): GuardedPart {
    const { graph } = this.all;
    let bounded: readonly BoundedField[] = NONE;
    const part = withoutRefusedOf(
      this.fetch,
      selection,
      (requirement) => errors[requirement] !== undefined,
      graph,
      (set) => {
        if (!granted) return set;
        const within = narrowed(set, selection.type, graph, granted, (name) => run.variable(name));
        bounded = within.fields;
        return within.selectionSet;
      },
    );
    const takenOut = part.takenOut.flatMap(({ path, requirement }) => {
      const error = errors[requirement];
      return error ? [{ path, error }] : [];
    });
    return { ask: part.fetch && this.all.ask(this.ask.service, part.fetch, this.rewrites, this.of, takenOut, bounded), takenOut };
  }
}

/** The places of what was taken out are found by what is around them. */
function lookingInto(of: ReadingOf, takenOut: readonly ToldOut[]): ReadingOf {
  if (takenOut.length === 0) return of;
  const around = takenOut.map(({ path }) => `${path.filter((step) => step !== EACH).join('.')}.`);
  return { ...of, isLookedInto: (place) => of.isLookedInto(place) || around.some((one) => one.startsWith(`${place}.`)) };
}

/** Equal for the same refusals. */
function textOf(refused: readonly (Refused | undefined)[]): string {
  let text = '';
  for (const one of refused) {
    if (!one) text += ';';
    else text += one.kind === 'DENIED' ? `${one.code} ${one.scope};` : `${one.failure.code} ${JSON.stringify(one.failure.detail)};`;
  }
  return text;
}

/** Scopes without which something cannot be asked for. */
export function scopesIn(requirements: readonly Requirement[]): readonly string[] {
  return requirements.flatMap((one) => (one.kind === 'SCOPE' ? [one.scope] : []));
}
