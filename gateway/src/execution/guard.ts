import type { FetchNode } from '@apollo/query-planner';
import type { ErrorCode, Release } from '@yichuang/schema';
import { keyOf, type Subject } from '../access/decide.js';
import type { Asked } from '../access/judge.js';
import type { Judgement, Refused, SubjectNeeds } from '../access/judgement.js';
import type { SubjectKind } from '../graph/access-map.js';
import type { Graph } from '../graph/graph.js';
import { holderOf } from '../graph/own-subgraphs.js';
import type { ReadingOf } from '../verbatim/reader-code.js';
import { ActGuard } from './acts.js';
import type { BoundedScopes } from './bound.js';
import { dropBeyond } from './bounded-months.js';
import { boundedScopes, withoutBounded } from './bounds.js';
import { compileFetch } from './compiled-fetch.js';
import type { Entities, Part } from './entities.js';
import type { EntityFetch } from './entity-step.js';
import type { EntityAsk, RootAsk } from './fetch-documents.js';
import type { ClientPath } from './findings.js';
import { compileFit, Fitting, type Fit, type NestedSubject } from './fit.js';
import { GuardedFetches, scopesIn, type GuardedFetch, type GuardedPart } from './guarded-fetch.js';
import { dropAt, placesIn, withoutRefused } from './guarded-selection.js';
import { keepOwnRows } from './own-rows.js';
import { hidePlaces } from './placeless.js';
import type { Fetched } from './places.js';
import type { Question } from './question.js';
import { badResponse, endedSince, errorOf, told } from './refusals.js';
import { releaseOf } from './release.js';
import { placesOf, planPath } from './report.js';
import type { SafeError } from './reported-errors.js';
import type { Representations } from './representations.js';
import type { RootFetch } from './root-step.js';
import type { Run } from './run.js';
import type { ExecutionAlarms } from './subgraph.js';

/**
 * Stands between the plan and the agencies of a graph with access rules: every entity is decided on its own before anything is sent;
 * fields that are withheld are not asked for, an entity with nothing left is not sent; what comes back is about who was asked for and
 * has exactly the asked shape, or is dropped.
 */
export class EntityGuard {
  readonly #fetches: GuardedFetches;
  readonly #roots = new WeakMap<RootAsk, Fit>();
  /** What mutations change. */
  readonly acts: ActGuard;

  /** @param isReference true for a reference of a person that this hub gave out */
  constructor(
    readonly graph: Graph,
    readonly alarms: ExecutionAlarms,
    isReference: (id: string) => boolean,
  ) {
    this.acts = new ActGuard(graph, isReference);
    this.#fetches = new GuardedFetches(graph);
  }

  /** A root fetch that also asks for the keys of the entities it brings. */
  rootText(text: string): string {
    return compileFetch(text, this.graph).text;
  }

  /** An entity fetch that also asks for the keys of the entities it brings. */
  ask(node: FetchNode, of: ReadingOf | undefined): EntityAsk {
    return this.#fetches.ask(node.serviceName, compileFetch(node.operation, this.graph), node.outputRewrites, of);
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
    const guarded = this.#fetches.of(fetch.ask);
    // Objects of one representation are one entity, decided once.
    const indices = firsts.flatMap((first, i) => (first === i ? [i] : []));
    const judgements = run.question.judge.judge(
      indices.map((i) => {
        const type = String(objects[i]?.['__typename']);
        return {
          subject: this.#subjectOf(type, objects[i] ?? {}),
          requirements: guarded.kind(type).requirements,
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
        const bounds = judge.bounded ? this.#boundsOf(objects[i] ?? {}, type, guarded, run) : undefined;
        if (refused || bounds) parts.set(i, guarded.part(type, refused ?? NONE, bounds, run));
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
    return releaseOf(parts, question, this.graph, (ask, type) => this.#fetches.of(ask).kind(type).scopes);
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
    const fitting = new Fitting((variable) => run.holds(variable));
    for (const { entities, from, to } of parts) {
      const guarded = this.#fetches.of(entities.ask);
      for (let number = from; number < to; number++) {
        const entity = entities.came[number];
        if (!entity) continue;
        this.#check(guarded, entities, number, entity, fitting, run);
        for (const subject of fitting.nested) nested.push({ subject, entities, number });
        fitting.begin();
      }
    }
    if (nested.length === 0) return undefined;
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
        const type = entities.typename(number);
        const subject = this.graph.access.subject(type);
        if (!subject) continue;
        const key = String(entities.keyField(number, subject.field));
        all.push({ entities, number, subject: subjectOf(subject.kind, key), scopes: this.#fetches.of(entities.ask).kind(type).scopes });
      }
    return all;
  }

  /** Checks what a root fetch brought. */
  checkRoot(
    { ask, part }: RootFetch,
    data: Fetched,
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

  #subjectOf(type: string, object: Readonly<Fetched>): Subject {
    const subject = this.graph.access.subject(type);
    return subjectOf(subject?.kind, String(subject ? object[subject.field] : ''));
  }

  #boundsOf(object: Readonly<Fetched>, type: string, guarded: GuardedFetch, { question: { judge } }: Run): BoundedScopes | undefined {
    const subject = this.#subjectOf(type, object);
    return subject.kind === 'PERSON' ? boundedScopes(judge, subject.ref, guarded.kind(type).requirements) : undefined;
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

  #check(guarded: GuardedFetch, entities: Entities, number: number, entity: Fetched, fitting: Fitting, run: Run): void {
    const { ask } = guarded;
    const type = entities.typename(number);
    const { keys, selection } = guarded.kind(type);
    if (entity['__typename'] !== type || !keys.every((key) => isAsAsked(entity[key], entities.keyField(number, key)))) {
      const sent = ['__typename', ...keys.filter((key) => entities.keyField(number, key) !== undefined)];
      const missing = sent.some((key) => entity[key] === undefined || entity[key] === null);
      if (!missing) this.alarms.subjectMismatch(ask.service, run.question.questionId);
      entities.withhold(number, {
        code: missing ? 'AGENCY_BAD_RESPONSE' : 'SUBJECT_MISMATCH',
        extensions: { agency: holderOf(ask.service) },
      });
      return;
    }
    const { judge, questionId } = run.question;
    if (guarded.bounded.length > 0) {
      if (judge.unit !== undefined && keepOwnRows(entities, number, guarded.bounded, judge.unit))
        this.alarms.rowsExceeded(ask.service, questionId);
      hidePlaces(entities, number, guarded.bounded, ask.service);
    }
    const fitted = (entities.came[number] = selection?.fit(entity, fitting) ?? null);
    entities.explain(number, fitting.broken, badResponse(ask.service));
    for (const { path, error } of guarded.takenOut)
      for (const at of placesIn(fitted, path)) entities.note(number, { path: at, error: told(error, run) });
    if (guarded.bounded.length === 0) return;
    for (const path of dropBeyond(fitted, guarded.bounded)) {
      this.alarms.monthsExceeded(ask.service, run.question.questionId);
      entities.note(number, { path, error: badResponse(ask.service) });
    }
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
      subject: subjectOf(kind, key),
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

function withoutGone(judged: Judgement, needs: SubjectNeeds | undefined, gone: ReadonlyMap<string, ErrorCode>): Judgement {
  const code = needs && gone.get(keyOf(needs.subject));
  if (!code) return judged;
  return needs.requirements.map((one): Refused =>
    code === 'ACCESS_DENIED' && one.kind === 'SCOPE'
      ? { kind: 'DENIED', code, scope: one.scope }
      : { kind: 'UNKNOWN', failure: { code, detail: {} } },
  );
}

function subjectOf(kind: SubjectKind | undefined, key: string): Subject {
  return kind === 'UNIT' ? { kind, creditCode: key } : { kind: 'PERSON', ref: key };
}

/** What was not sent may be anything. */
function isAsAsked(came: unknown, asked: unknown): boolean {
  return asked === undefined || came === asked;
}
