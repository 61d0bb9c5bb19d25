import type { FetchNode } from '@apollo/query-planner';
import type { Release, ReleaseGroup } from '@yichuang/schema';
import { prospect, type Subject } from '../access/decide.js';
import type { AccessProfile } from '../access/profile.js';
import type { Verdict } from '../access/verdicts.js';
import { BoundedCache } from '../bounded-cache.js';
import type { Graph } from '../graph/graph.js';
import { compileFetch, withoutFields, type CompiledFetch } from './compiled-fetch.js';
import type { Entities, Part } from './entities.js';
import type { EntityFetch } from './entity-step.js';
import { entityAsk, type EntityAsk, type RootAsk } from './fetch-documents.js';
import type { ClientPath } from './findings.js';
import { compileFit, Fitting, type Fit, type NestedSubject } from './fit.js';
import type { Fetched } from './places.js';
import { planPath } from './report.js';
import type { SafeError } from './reported-errors.js';
import type { Representations } from './representations.js';
import type { Question } from './question.js';
import type { RootFetch } from './root-step.js';
import type { Run } from './run.js';
import type { ExecutionAlarms } from './subgraph.js';

/** A fetch as it is sent, and what it asks without some fields, by what is left out. */
interface Guarded {
  readonly fetch: CompiledFetch;
  readonly rewrites: FetchNode['outputRewrites'];
  readonly masked: BoundedCache<string, EntityAsk>;
  /** Scopes it asks for, by type of entity. */
  readonly scopes: Map<string, readonly string[]>;
}

type Withheld = ReadonlyMap<string, Verdict>;

const MASKS_KEPT = 64;

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
    const verdicts = run.question.judge.judge(
      indices.map((i) => {
        const type = String(objects[i]?.['__typename']);
        return { subject: this.#subjectOf(type, objects[i] ?? {}), fields: guarded.fetch.entities?.get(type)?.requirements ?? NOTHING };
      }),
    );
    const settle = (withheld: readonly Withheld[]): ((index: number) => EntityAsk | undefined) => {
      if (withheld.every(({ size }) => size === 0)) return () => fetch.ask;
      const byFirst = new Map(indices.map((i, at) => [i, withheld[at] ?? NOTHING_WITHHELD]));
      const of = (i: number): Withheld => byFirst.get(firsts[i] ?? i) ?? NOTHING_WITHHELD;
      run.reportWithheld(fetch, objects, of);
      return (i) => this.#askWithout(fetch.ask, guarded, String(objects[i]?.['__typename']), of(i));
    };
    return verdicts instanceof Promise ? verdicts.then(settle) : settle(verdicts);
  }

  /** What was decided that a call may be answered with: its fields were asked for of these subjects because all of them may be seen. */
  release(parts: readonly Part[], { profile }: Question): Release {
    const groups: ReleaseGroup[] = [];
    const basis = profile.caller.principal.kind === 'CITIZEN' ? 'SELF' : 'MANDATE';
    let nested = false;
    for (const { entities, from, to } of parts) {
      nested ||= entities.ask.nested;
      const subjects = new Map<string, string[]>();
      for (let number = from; number < to; number++) {
        const fields = entities.keyFields(number);
        const type = String(fields['__typename']);
        const field = this.graph.access.subject(type)?.field;
        const key = field === undefined ? undefined : fields[field];
        if (typeof key !== 'string') continue;
        const known = subjects.get(type);
        if (known) known.push(key);
        else subjects.set(type, [key]);
      }
      for (const [type, keys] of subjects) {
        const scopes = this.#scopesOf(entities.ask, type);
        if (scopes.length > 0) groups.push({ subjects: keys, scopes, basis });
      }
    }
    const units = nested ? unitsOf(profile) : undefined;
    if (units) groups.push(units);
    return { groups };
  }

  /** Checks the entities of a call before anybody sees them. */
  check(parts: readonly Part[], run: Run): Promise<void> | undefined {
    const nested: { readonly subject: NestedSubject; readonly entities: Entities; readonly number: number }[] = [];
    for (const { entities, from, to } of parts)
      for (let number = from; number < to; number++)
        if (entities.came[number]) this.#check(entities, number, run, (subject) => nested.push({ subject, entities, number }));
    return this.#withhold(
      nested.map(({ subject }) => subject),
      run,
      (i, path, error) => {
        const one = nested[i];
        one?.entities.note(one.number, { path, error });
      },
    );
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
    const withheld = this.#withhold(fitting.nested, run, (_, path, error) => {
      report(error, path);
    });
    return withheld ? withheld.then(() => fitted) : fitted;
  }

  #ask(service: string, fetch: CompiledFetch, rewrites: Guarded['rewrites']): EntityAsk {
    const keys = new Set([...(fetch.entities?.keys() ?? [])].flatMap((type) => [...this.graph.access.keys(type)]));
    const ask = entityAsk(service, fetch.text, rewrites, keys);
    this.#guarded.set(ask, { fetch, rewrites, masked: new BoundedCache(MASKS_KEPT), scopes: new Map() });
    return ask;
  }

  #scopesOf(ask: EntityAsk, type: string): readonly string[] {
    const guarded = this.#guarded.get(ask);
    if (!guarded) throw new Error('a fetch the guard has not seen');
    let scopes = guarded.scopes.get(type);
    if (!scopes) {
      const requirements = [...(guarded.fetch.entities?.get(type)?.requirements.values() ?? [])].flat();
      scopes = [...new Set(requirements.flatMap((one) => (one.kind === 'SCOPE' ? [one.scope] : [])))].sort();
      guarded.scopes.set(type, scopes);
    }
    return scopes;
  }

  #subjectOf(type: string, object: Readonly<Fetched>): Subject {
    const subject = this.graph.access.subject(type);
    const key = String(subject ? object[subject.field] : '');
    return subject?.kind === 'UNIT' ? { kind: 'UNIT', creditCode: key } : { kind: 'PERSON', ref: key };
  }

  #askWithout(ask: EntityAsk, guarded: Guarded, type: string, withheld: Withheld): EntityAsk | undefined {
    if (withheld.size === 0) return ask;
    const keys = new Set(['__typename', ...this.graph.access.keys(type)]);
    const asked = [...(guarded.fetch.entities?.get(type)?.requirements.keys() ?? [])].filter((key) => !keys.has(key));
    if (asked.every((key) => withheld.has(key))) return undefined;
    const mask = `${type} ${[...withheld.keys()].sort().join(' ')}`;
    return guarded.masked.through(mask, () =>
      this.#ask(ask.service, withoutFields(guarded.fetch, type, new Set(withheld.keys()), this.graph), guarded.rewrites),
    );
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
    fitting.nested.forEach(nested);
  }

  /**
   * Decides the fields of subjects that came inside a reply about another subject, and drops what is withheld. Such fields were asked for
   * only if this caller may be granted them for some subject; whose they are is known only now.
   */
  #withhold(
    nested: readonly NestedSubject[],
    run: Run,
    report: (index: number, path: ClientPath, error: SafeError) => void,
  ): Promise<void> | undefined {
    if (nested.length === 0) return undefined;
    const verdicts = run.question.judge.judge(
      nested.map(({ kind, key, requirements }) => ({
        subject: kind === 'PERSON' ? { kind, ref: key ?? '' } : { kind, creditCode: key ?? '' },
        fields: requirements,
      })),
    );
    const drop = (withheld: readonly Withheld[]): void => {
      for (const [index, { object, path }] of nested.entries()) {
        for (const [key, verdict] of withheld[index] ?? NOTHING_WITHHELD) {
          if (!Object.hasOwn(object, key)) continue;
          object[key] = null;
          const error = errorOf(verdict);
          if (error) report(index, [...path, key], error);
        }
      }
    };
    if (verdicts instanceof Promise) return verdicts.then(drop);
    drop(verdicts);
    return undefined;
  }
}

const NOTHING: ReadonlyMap<string, readonly never[]> = new Map();
const NOTHING_WITHHELD: Withheld = new Map();

const unitsKnown = new WeakMap<AccessProfile, ReleaseGroup | false>();

/** Units that only a reply names: the agency is told the rule by which the hub will decide about them. */
function unitsOf(profile: AccessProfile): ReleaseGroup | undefined {
  let known = unitsKnown.get(profile);
  if (known === undefined) {
    const mandated = [...profile.catalogue.scopes.keys()].flatMap((scope) => {
      const chance = prospect(profile.caller, scope, 'UNIT', profile.catalogue);
      return chance.kind === 'MANDATED' ? [{ scope, unitsIn: chance.jurisdiction }] : [];
    });
    const [first] = mandated;
    known = first ? { subjects: [], unitsIn: first.unitsIn, scopes: mandated.map(({ scope }) => scope), basis: 'MANDATE' } : false;
    unitsKnown.set(profile, known);
  }
  return known || undefined;
}

/** What a verdict says to the client; nothing when it is no refusal. */
export function errorOf(verdict: Verdict): SafeError | undefined {
  switch (verdict.kind) {
    case 'ALLOWED':
      return undefined;
    case 'DENIED':
      return { code: verdict.code, extensions: { scope: verdict.scope } };
    case 'UNKNOWN':
      return { code: verdict.failure.code, extensions: { ...verdict.failure.detail } };
  }
}

function badResponse(agency: string): SafeError {
  return { code: 'AGENCY_BAD_RESPONSE', extensions: { agency } };
}
