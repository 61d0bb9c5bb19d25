import type { FetchNode } from '@apollo/query-planner';
import type { ErrorCode, Release } from '@yichuang/schema';
import type { Subject } from '../access/decide.js';
import { keyOf, type Asked, type Judgement, type Refused, type SubjectNeeds } from '../access/judge.js';
import { remedyOf } from '../access/remedies.js';
import { BoundedCache } from '../bounded-cache.js';
import type { Requirement } from '../graph/access-map.js';
import type { Graph } from '../graph/graph.js';
import { boundedScopes, dropBeyond, narrowed, withoutBounded, type BoundedField, type BoundedScopes } from './bounded-months.js';
import { compileFetch, withoutRefusedOf, type CompiledFetch, type EntitySelection } from './compiled-fetch.js';
import type { Entities, Part } from './entities.js';
import type { EntityFetch } from './entity-step.js';
import { entityAsk, type EntityAsk, type RootAsk } from './fetch-documents.js';
import type { ClientPath } from './findings.js';
import { compileFit, Fitting, type Fit, type NestedSubject } from './fit.js';
import type { Fetched } from './places.js';
import { dropAt, placesIn, withoutRefused } from './guarded-selection.js';
import { placesOf, planPath } from './report.js';
import type { SafeError } from './reported-errors.js';
import { releaseOf } from './release.js';
import type { Representations } from './representations.js';
import type { Question } from './question.js';
import type { RootFetch } from './root-step.js';
import type { Run } from './run.js';
import type { ExecutionAlarms } from './subgraph.js';

/** A fetch as it is sent, and the parts of it that have been asked where something is refused. */
interface Guarded {
  readonly fetch: CompiledFetch;
  readonly rewrites: FetchNode['outputRewrites'];
  readonly parts: BoundedCache<string, GuardedPart>;
  /** What was taken out of it, and what is said at its places. */
  readonly takenOut: readonly ToldOut[];
  /** Fields of which it asks for some months only. */
  readonly bounded: readonly BoundedField[];
  /** Scopes it asks for, by type of entity. */
  readonly scopes: Map<string, readonly string[]>;
}

/** A fetch without what is refused of one kind of entity. */
interface GuardedPart {
  /** Undefined when nothing is left to ask. */
  readonly ask: EntityAsk | undefined;
  readonly takenOut: readonly ToldOut[];
}

interface ToldOut {
  readonly path: readonly string[];
  readonly error: SafeError;
}

const PARTS_KEPT = 256;

/**
 * Stands between the plan and the agencies of a graph with access rules: every entity is decided on its own before anything is sent;
 * fields that are withheld are not asked for, an entity with nothing left is not sent; what comes back is about who was asked for and
 * has exactly the asked shape, or is dropped.
 */
export class EntityGuard {
  readonly #guarded = new WeakMap<EntityAsk, Guarded>();
  readonly #roots = new WeakMap<RootAsk, Fit>();

  constructor(
    readonly graph: Graph,
    readonly alarms: ExecutionAlarms,
  ) {}

  /** A root fetch that also asks for the keys of the entities it brings. */
  rootText(text: string): string {
    return compileFetch(text, this.graph).text;
  }

  /** An entity fetch that also asks for the keys of the entities it brings. */
  ask(node: FetchNode): EntityAsk {
    return this.#ask(node.serviceName, compileFetch(node.operation, this.graph), node.outputRewrites);
  }

  /**
   * Decides every object of a fetch, and says at its place what is withheld.
   * @returns the ask for an object by its index; undefined for one nothing may be asked of
   */
  decide(
    fetch: EntityFetch,
    objects: readonly Fetched[],
    { firsts }: Representations,
    run: Run,
  ): ((index: number) => EntityAsk | undefined) | Promise<(index: number) => EntityAsk | undefined> {
    const guarded = this.#guarded.get(fetch.ask);
    if (!guarded) throw new Error('a fetch the guard has not seen');
    // Objects of one representation are one entity, decided once.
    const indices = firsts.flatMap((first, i) => (first === i ? [i] : []));
    const judgements = run.question.judge.judge(
      indices.map((i) => {
        const type = String(objects[i]?.['__typename']);
        return {
          subject: this.#subjectOf(type, objects[i] ?? {}),
          requirements: guarded.fetch.entities?.get(type)?.requirements ?? NOTHING,
        };
      }),
      fetch.ask.service,
    );
    const settle = (judged: readonly Judgement[]): ((index: number) => EntityAsk | undefined) => {
      const { judge } = run.question;
      if (!judge.bounded && judged.every((refused) => refused === undefined)) return () => fetch.ask;
      const parts = new Map<number, GuardedPart>();
      indices.forEach((i, at) => {
        const refused = judged[at];
        const type = String(objects[i]?.['__typename']);
        const months = judge.bounded ? this.#monthsOf(type, objects[i] ?? {}, guarded, run) : undefined;
        if (refused || months) parts.set(i, this.#partOf(fetch.ask, guarded, type, refused ?? NONE, months, run));
      });
      this.#reportNotSent(fetch, objects, (i) => parts.get(firsts[i] ?? i), run);
      return (i) => {
        const part = parts.get(firsts[i] ?? i);
        return part ? part.ask : fetch.ask;
      };
    };
    return judgements instanceof Promise ? judgements.then(settle) : settle(judgements);
  }

  /** What was decided that a call may be answered with. */
  release(parts: readonly Part[], question: Question): Release {
    return releaseOf(parts, question, this.graph, this.#scopesOf);
  }

  /** Checks the entities of a call before anybody sees them. */
  check(parts: readonly Part[], run: Run): Promise<void> | undefined {
    const withdrawn = run.question.judge.withdrawn(() => this.#askedIn(parts));
    if (!withdrawn) return this.#checkAll(parts, run);
    return withdrawn.then((gone) => {
      for (const { entities, number, subject } of gone.size > 0 ? this.#askedIn(parts) : NONE) {
        const code = gone.get(keyOf(subject));
        if (code && entities.came[number]) entities.withhold(number, endedSince(code, run));
      }
      return this.#checkAll(parts, run);
    });
  }

  #checkAll(parts: readonly Part[], run: Run): Promise<void> | undefined {
    const nested: { readonly subject: NestedSubject; readonly entities: Entities; readonly number: number }[] = [];
    for (const { entities, from, to } of parts)
      for (let number = from; number < to; number++)
        if (entities.came[number]) this.#check(entities, number, run, (subject) => nested.push({ subject, entities, number }));
    return this.#withhold(
      nested.map(({ subject }) => subject),
      parts[0]?.entities.ask.service ?? '',
      run,
      (i, path, error) => {
        const one = nested[i];
        one?.entities.note(one.number, { path, error });
      },
    );
  }

  #askedIn(parts: readonly Part[]): (Asked & { readonly entities: Entities; readonly number: number })[] {
    const all: (Asked & { readonly entities: Entities; readonly number: number })[] = [];
    for (const { entities, from, to } of parts)
      for (let number = from; number < to; number++) {
        const fields = entities.keyFields(number);
        const type = String(fields['__typename']);
        if (!this.graph.access.subject(type)) continue;
        all.push({ entities, number, subject: this.#subjectOf(type, fields), scopes: this.#scopesOf(entities.ask, type) });
      }
    return all;
  }

  /** Checks what a root fetch brought. */
  checkRoot(
    { ask, part }: RootFetch,
    data: Readonly<Fetched>,
    places: () => readonly ClientPath[],
    run: Run,
  ): Fetched | undefined | Promise<Fetched | undefined> {
    const root = this.graph.full.getRootType(ask.operation.operation);
    if (!root) throw new Error('a fetch of a root type the graph does not have');
    let fit = this.#roots.get(ask);
    if (!fit) this.#roots.set(ask, (fit = compileFit(this.graph, root, ask.operation.selectionSet)));
    const fitting = new Fitting((variable) => run.holds(variable));
    const fitted = fit(data, fitting);
    const report = (error: SafeError, path: ClientPath): void => {
      for (const at of places()) run.report(part, error, planPath(at, path));
    };
    for (const path of fitting.broken)
      for (const at of places())
        if (!run.explained(part, planPath(at, path))) run.report(part, badResponse(ask.service), planPath(at, path));
    const withheld = this.#withhold(fitting.nested, ask.service, run, (_, path, error) => {
      report(error, path);
    });
    return withheld ? withheld.then(() => fitted) : fitted;
  }

  #ask(
    service: string,
    fetch: CompiledFetch,
    rewrites: Guarded['rewrites'],
    takenOut: readonly ToldOut[] = NONE,
    bounded: readonly BoundedField[] = NONE,
  ): EntityAsk {
    const keys = new Set([...(fetch.entities?.keys() ?? [])].flatMap((type) => [...this.graph.access.keys(type)]));
    const ask = entityAsk(service, fetch.text, rewrites, keys);
    this.#guarded.set(ask, { fetch, rewrites, parts: new BoundedCache(PARTS_KEPT), takenOut, bounded, scopes: new Map() });
    return ask;
  }

  readonly #scopesOf = (ask: EntityAsk, type: string): readonly string[] => {
    const guarded = this.#guarded.get(ask);
    if (!guarded) throw new Error('a fetch the guard has not seen');
    let scopes = guarded.scopes.get(type);
    if (!scopes) {
      guarded.scopes.set(type, (scopes = scopesIn(guarded.fetch.entities?.get(type)?.requirements ?? NOTHING)));
    }
    return scopes;
  };

  #subjectOf(type: string, object: Readonly<Fetched>): Subject {
    const subject = this.graph.access.subject(type);
    const key = String(subject ? object[subject.field] : '');
    return subject?.kind === 'UNIT' ? { kind: 'UNIT', creditCode: key } : { kind: 'PERSON', ref: key };
  }

  #monthsOf(type: string, object: Readonly<Fetched>, guarded: Guarded, { question: { judge } }: Run): BoundedScopes | undefined {
    const subject = this.#subjectOf(type, object);
    const requirements = guarded.fetch.entities?.get(type)?.requirements ?? NOTHING;
    return subject.kind === 'PERSON' ? boundedScopes(judge, subject.ref, requirements) : undefined;
  }

  /** Entities of which the same is refused for the same reasons, and the same months were granted, are asked about in the same way. */
  #partOf(
    ask: EntityAsk,
    guarded: Guarded,
    type: string,
    refused: Exclude<Judgement, undefined>,
    months: BoundedScopes | undefined,
    run: Run,
  ): GuardedPart {
    const selection = guarded.fetch.entities?.get(type);
    if (!selection) return { ask: undefined, takenOut: [] };
    const errors = refused.map((one) => one && errorOf(one));
    // Bounds are joined with what the client asked for, which stands in variables.
    const bounds = months && [...months, ...[...ask.variables.keys()].map((name) => [name, run.variable(name)])];
    return guarded.parts.through(`${type} ${JSON.stringify(errors)} ${bounds ? JSON.stringify(bounds) : ''}`, () =>
      this.#makePart(ask, guarded, selection, errors, months, run),
    );
  }

  #makePart(
    ask: EntityAsk,
    guarded: Guarded,
    selection: EntitySelection,
    errors: readonly (SafeError | undefined)[],
    months: BoundedScopes | undefined,
    run: Run,
  ): GuardedPart {
    let bounded: readonly BoundedField[] = NONE;
    const part = withoutRefusedOf(
      guarded.fetch,
      selection,
      (requirement) => errors[requirement] !== undefined,
      this.graph,
      (set) => {
        if (!months) return set;
        const within = narrowed(set, selection.type, this.graph, months, (name) => run.variable(name));
        bounded = within.fields;
        return within.selectionSet;
      },
    );
    const takenOut = part.takenOut.flatMap(({ path, requirement }) => {
      const error = errors[requirement];
      return error ? [{ path, error }] : [];
    });
    return { ask: part.fetch && this.#ask(ask.service, part.fetch, guarded.rewrites, takenOut, bounded), takenOut };
  }

  /** Says at the places of entities that nothing is asked of why. What was taken out of others is told when they come. */
  #reportNotSent(fetch: EntityFetch, objects: readonly Fetched[], partOf: (index: number) => GuardedPart | undefined, run: Run): void {
    const places = placesOf(run, fetch.path, objects);
    places.forEach((place, i) => {
      const part = partOf(i);
      if (!place || !part || part.ask) return;
      for (const { path, error } of part.takenOut)
        for (const at of placesIn(undefined, path)) run.report(fetch.part, told(error, run), [...place.path, ...at]);
    });
  }

  #check(entities: Entities, number: number, run: Run, nested: (subject: NestedSubject) => void): void {
    const { ask } = entities;
    const asked = entities.keyFields(number);
    const entity = entities.came[number];
    if (!entity) return;
    const name = String(asked['__typename']);
    const checks = ['__typename', ...this.graph.access.keys(name)].filter((key) => key in asked);
    if (!checks.every((key) => entity[key] === asked[key])) {
      const missing = checks.some((key) => entity[key] === undefined || entity[key] === null);
      if (!missing) this.alarms.subjectMismatch(ask.service, run.question.questionId);
      entities.withhold(number, { code: missing ? 'AGENCY_BAD_RESPONSE' : 'SUBJECT_MISMATCH', extensions: { agency: ask.service } });
      return;
    }
    const fitting = new Fitting((variable) => run.holds(variable));
    entities.came[number] = this.#guarded.get(ask)?.fetch.entities?.get(name)?.fit(entity, fitting) ?? null;
    entities.explain(number, fitting.broken, badResponse(ask.service));
    for (const { path, error } of this.#guarded.get(ask)?.takenOut ?? NONE)
      for (const at of placesIn(entities.came[number], path)) entities.note(number, { path: at, error: told(error, run) });
    for (const path of dropBeyond(entities.came[number], this.#guarded.get(ask)?.bounded ?? NONE)) {
      this.alarms.monthsExceeded(ask.service, run.question.questionId);
      entities.note(number, { path, error: badResponse(ask.service) });
    }
    fitting.nested.forEach(nested);
  }

  /**
   * Decides the fields of subjects that came inside a reply about another subject, and drops what is withheld. Such fields were asked for
   * only if this caller may be granted them for some subject; whose they are is known only now.
   */
  #withhold(
    nested: readonly NestedSubject[],
    agency: string,
    run: Run,
    report: (index: number, path: ClientPath, error: SafeError) => void,
  ): Promise<void> | undefined {
    if (nested.length === 0) return undefined;
    const { judge } = run.question;
    const subjects = nested.map(({ kind, key = '', asked: { requirements } }) => ({
      subject: kind === 'PERSON' ? ({ kind, ref: key } as const) : ({ kind, creditCode: key } as const),
      requirements,
    }));
    const drop = (judged: readonly Judgement[]): void => {
      nested.forEach(({ kind, key = '', object, path, asked: { type, selectionSet, requirements } }, index) => {
        const refused =
          kind === 'PERSON' ? withoutBounded(judged[index], requirements, boundedScopes(judge, key, requirements)) : judged[index];
        if (!refused) return;
        const isRefused = (requirement: number): boolean => refused[requirement] !== undefined;
        for (const out of withoutRefused(selectionSet, type, this.graph, requirements, isRefused).takenOut) {
          const why = refused[out.requirement];
          const error = why && errorOf(why);
          for (const at of placesIn(object, out.path)) if (error && dropAt(object, at)) report(index, [...path, ...at], told(error, run));
        }
      });
    };
    // What is known since the question began may have ended since.
    const settle = (judged: readonly Judgement[]): Promise<void> | undefined => {
      const withdrawn = judge.withdrawn(() => subjects.map(({ subject, requirements }) => ({ subject, scopes: scopesIn(requirements) })));
      if (withdrawn)
        return withdrawn.then((gone) => {
          drop(judged.map((one, i) => withoutGone(one, subjects[i], gone)));
        });
      drop(judged);
      return undefined;
    };
    const judgements = judge.judge(subjects, agency);
    return judgements instanceof Promise ? judgements.then(settle) : settle(judgements);
  }
}

const NONE: readonly never[] = [];
const NOTHING: readonly never[] = [];

/** With the name under which the decision can be explained; what could not be decided has none. */
function told(error: SafeError, { question }: Run): SafeError {
  if (!('scope' in error.extensions)) return error;
  return { ...error, extensions: { ...error.extensions, decisionId: question.questionId } };
}

function scopesIn(requirements: readonly Requirement[]): readonly string[] {
  return requirements.flatMap((one) => (one.kind === 'SCOPE' ? [one.scope] : []));
}

/** What a release rested on has ended while the agency was asked; see `Judge.withdrawn`. */
function endedSince(code: ErrorCode, { question }: Run): SafeError {
  return { code, extensions: code === 'ACCESS_DENIED' ? { decisionId: question.questionId } : {} };
}

function withoutGone(judged: Judgement, needs: SubjectNeeds | undefined, gone: ReadonlyMap<string, ErrorCode>): Judgement {
  const code = needs && gone.get(keyOf(needs.subject));
  if (!code) return judged;
  return needs.requirements.map((one): Refused =>
    code === 'ACCESS_DENIED' && one.kind === 'SCOPE'
      ? { kind: 'DENIED', code, scope: one.scope }
      : { kind: 'UNKNOWN', failure: { code, detail: {} } },
  );
}

function errorOf(refused: Refused): SafeError {
  if (refused.kind === 'UNKNOWN') return { code: refused.failure.code, extensions: { ...refused.failure.detail } };
  const { code, scope } = refused;
  return { code, extensions: { scope, ...remedyOf(code) } };
}

function badResponse(agency: string): SafeError {
  return { code: 'AGENCY_BAD_RESPONSE', extensions: { agency } };
}
