import type { ErrorCode } from '@yichuang/schema';
import { remedyOf } from '../access/remedies.js';
import { isRecord } from '../agencies/reply.js';
import { hold } from '../projection/selection.js';
import { BUBBLE, Projecting, type WriteObject } from '../projection/projecting.js';
import { AnswerData } from './answer-data.js';
import type { AnswerShape } from './answer-shape.js';
import type { DeferredStep } from './defer-step.js';
import type { Deferral } from './deferral.js';
import { errorsInAnswer, errorsInPart, type Held } from './errors-in-answer.js';
import type { DeferredPart, Outcome } from './executor.js';
import type { ClientPath } from './findings.js';
import { placesAt, type Fetched } from './places.js';
import type { Question } from './question.js';
import type { Run } from './run.js';

type Variables = Readonly<Record<string, unknown>>;

type Errors = Outcome['errors'];

/** Makes the first part of an answer, or all of it, once everything for it has been fetched. */
export function deliver(shape: AnswerShape, run: Run, variables: Variables): Outcome {
  const data = written(shape.write, run.root, [], shape, run, 0, variables);
  const { errors, provenance } = run.findingsOf(0);
  return { data, errors: shape.order.sorted(errorsInAnswer(errors, data).here), provenance: shape.order.sorted(provenance) };
}

function written(
  write: WriteObject,
  raw: Readonly<Fetched>,
  at: ClientPath,
  { follows }: AnswerShape,
  run: Run,
  part: number,
  variables: Variables,
): AnswerData | null {
  let projecting = new Projecting(variables, follows, at, run.introspection, run.escaped);
  const text = write('', raw, projecting);
  if (projecting.failed && !follows) {
    projecting = new Projecting(variables, true, at, run.introspection);
    write('', raw, projecting);
  }
  const findings = run.findingsOf(part);
  for (const { path, code, scope } of projecting.withheld) findings.error(code, path, toldOf(code, scope, run.question));
  for (const path of projecting.broken) if (!findings.explainsLoss(path)) findings.error('AGENCY_BAD_RESPONSE', path);
  return text === BUBBLE ? null : new AnswerData(text, run.ascii);
}

/** What is said with the code of a field that was cut; with a name to have it explained by for callers who can be told apart. */
function toldOf(code: ErrorCode, scope: string, { questionId, profile }: Question): Readonly<Record<string, unknown>> {
  if (scope === '') return {};
  const known = profile.caller.principal.kind !== 'ANONYMOUS';
  return { scope, ...remedyOf(code), ...(known ? { decisionId: questionId } : {}) };
}

/** The deferred parts of one answer, batch by batch as they become ready. Returning the iterator ends the work for them. */
export class DeferredDelivery implements AsyncIterableIterator<readonly DeferredPart[]> {
  readonly #ready: (readonly DeferredPart[])[] = [];
  /** What the client has, by part and place of the part. */
  readonly #given = new Map<number, Map<string, Outcome['data']>>();
  /** What was said while a part was made of what is not in it: by part, for those that belong into it. */
  readonly #unsaid = new Map<number, Errors>();
  #over = false;
  #crash: { readonly error: unknown } | undefined;
  #waiting: (() => void) | undefined;

  constructor(
    readonly run: Run,
    readonly deferral: Deferral,
    readonly shape: AnswerShape,
    readonly variables: Variables,
    /** The first part as the client has it. */
    first: Outcome['data'],
  ) {
    this.#given.set(0, new Map([[placeKey([]), first]]));
    this.#unsaid.set(0, errorsInAnswer(run.findingsOf(0).errors, first).elsewhere);
    run.giveOut = (steps, last) => {
      this.#take(steps, last);
    };
    run.crashed = (error) => {
      this.#crash = { error };
      this.#end();
    };
    run.left = () => {
      this.#end();
    };
  }

  /** Gives out what is ready from now on. */
  begin(): void {
    this.deferral.firstOut();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** @throws (rejects) once, after the parts that were ready, when the hub itself fails */
  async next(): Promise<IteratorResult<readonly DeferredPart[], undefined>> {
    while (this.#ready.length === 0 && !this.#over) {
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
    }
    const value = this.#ready.shift();
    if (value) return { done: false, value };
    const crash = this.#crash;
    this.#crash = undefined;
    if (crash) throw crash.error;
    return { done: true, value: undefined };
  }

  return(): Promise<IteratorResult<readonly DeferredPart[], undefined>> {
    this.run.cancelled = true;
    this.run.question.giveUp();
    this.#ready.length = 0;
    this.#crash = undefined;
    this.#end();
    return Promise.resolve({ done: true, value: undefined });
  }

  #end(): void {
    this.#over = true;
    this.#waiting?.();
  }

  #take(steps: readonly DeferredStep[], last: boolean): void {
    const parts = steps.flatMap((step) => this.#partsOf(step));
    if (parts.length > 0) this.#ready.push(parts);
    this.#over ||= last;
    this.#waiting?.();
  }

  /** A fragment in a list comes once per element. */
  #partsOf({ part, within, label, path }: DeferredStep): DeferredPart[] {
    const shape = label === undefined ? undefined : this.shape.deferred.get(label);
    if (!shape || !hold(shape.conditions, (name) => this.variables[name] === true)) return [];
    const { typeConditions } = shape;
    const { isOfType } = this.run.stage;
    const fitting = placesAt(this.run.root, path, isOfType)
      .filter(({ object }) => typeConditions.every((condition) => isOfType(object['__typename'], condition)))
      .map((place) => ({ object: place.object, path: withKeys(place.path, shape.keys) }));
    const places = fitting.filter((place) => this.#isThere(within, place.path));
    const given = new Map<string, Outcome['data']>();
    this.#given.set(part, given);
    this.#inherit(part, within, places);
    const projections = places.map(({ object, path: at }) => {
      const data = written(shape.write, object, at, this.shape, this.run, part, this.variables);
      given.set(placeKey(at), data);
      return { at, data };
    });
    const { errors, provenance } = this.run.findingsOf(part);
    const held = projections.map(({ at, data }): Held<Errors[number]> => errorsInPart(errors, data, at));
    this.#unsaid.set(part, [...new Set(held.flatMap(({ elsewhere }) => elsewhere))]);
    const { order } = this.shape;
    // What was said of no place in particular goes with the first.
    const belongs = (place: ClientPath, at: ClientPath): boolean =>
      starts(place, at) || (at === places[0]?.path && !fitting.some((other) => starts(place, other.path)));
    return projections.map(({ at, data }, index) => ({
      path: at,
      label: shape.label,
      data,
      errors: order.sorted(held[index]?.here ?? []),
      provenance: order.sorted(provenance.filter(({ path }) => belongs(path, at))),
    }));
  }

  /** What was fetched with the part around may be shown by this one: what was said of it is said here. */
  #inherit(part: number, within: number, places: readonly { readonly path: ClientPath }[]): void {
    const unsaid = this.#unsaid.get(within) ?? [];
    if (unsaid.length === 0) return;
    const findings = this.run.findingsOf(part);
    const known = new Set(findings.errors.map((error) => JSON.stringify(error)));
    for (const error of unsaid) {
      const { message, path = [], extensions = {} } = error;
      if (!known.has(JSON.stringify(error)) && places.some((place) => starts(path, place.path)))
        findings.error(String(extensions['code']), path, extensions, message);
    }
  }

  /** True when the client has an object at a place, by what it was given of the part around it. */
  #isThere(within: number, path: ClientPath): boolean {
    const given = this.#given.get(within);
    for (let length = path.length; length >= 0; length--) {
      const data = given?.get(placeKey(path.slice(0, length)));
      if (data === undefined) continue;
      let value: unknown = data?.values;
      for (const step of path.slice(length)) value = typeof value === 'object' && value !== null ? Reflect.get(value, step) : undefined;
      return isRecord(value);
    }
    return false;
  }
}

function placeKey(path: ClientPath): string {
  return JSON.stringify(path);
}

/** A place of the plan's data by the client's keys. */
function withKeys(path: ClientPath, keys: readonly string[]): ClientPath {
  let next = 0;
  return path.map((step) => (typeof step === 'number' ? step : (keys[next++] ?? step)));
}

function starts(path: ClientPath, at: ClientPath): boolean {
  return at.every((step, index) => path[index] === step);
}
