import { BUBBLE, Projecting, type ProjectObject } from '../projection/projecting.js';
import { inAnswerOrder } from './answer-order.js';
import type { AnswerShape } from './answer-shape.js';
import type { DeferredStep } from './defer-step.js';
import type { Deferral } from './deferral.js';
import type { DeferredPart, Outcome } from './executor.js';
import type { ClientPath } from './findings.js';
import { placesAt, type Fetched } from './places.js';
import type { Run } from './run.js';

type Variables = Readonly<Record<string, unknown>>;

/** Makes the first part of an answer, or all of it, once everything for it has been fetched. */
export function deliver(shape: AnswerShape, run: Run, variables: Variables): Outcome {
  const data = projected(shape.project, run.root, [], shape, run, 0, variables);
  return { data, ...beside(run, 0, data) };
}

function beside(run: Run, part: number, data: unknown): Pick<Outcome, 'errors' | 'provenance'> {
  const findings = run.findingsOf(part);
  return { errors: inAnswerOrder(findings.errors, data), provenance: inAnswerOrder(findings.provenance, data) };
}

function projected(
  project: ProjectObject,
  raw: Readonly<Fetched>,
  at: ClientPath,
  { follows }: AnswerShape,
  run: Run,
  part: number,
  variables: Variables,
): Record<string, unknown> | null {
  let projecting = new Projecting(variables, follows, at, run.introspection);
  const object = project(raw, projecting);
  if (projecting.failed && !follows) {
    projecting = new Projecting(variables, true, at, run.introspection);
    project(raw, projecting);
  }
  const findings = run.findingsOf(part);
  for (const { path, code, scope } of projecting.withheld) findings.error(code, path, scope === '' ? {} : { scope });
  for (const path of projecting.broken) if (!findings.explains(path)) findings.error('AGENCY_BAD_RESPONSE', path);
  return object === BUBBLE ? null : object;
}

/** The deferred parts of one answer, batch by batch as they become ready. Returning the iterator ends the work for them. */
export class DeferredDelivery implements AsyncIterableIterator<readonly DeferredPart[]> {
  readonly #ready: (readonly DeferredPart[])[] = [];
  #over = false;
  #waiting: (() => void) | undefined;

  constructor(
    readonly run: Run,
    deferral: Deferral,
    readonly shape: AnswerShape,
    readonly variables: Variables,
    /** The first part as the client has it. */
    readonly first: Record<string, unknown> | null,
  ) {
    run.giveOut = (steps, last) => {
      this.#take(steps, last);
    };
    run.crashed = (error) => {
      run.stage.alarms.fault(error, run.question.questionId);
      this.#over = true;
      this.#waiting?.();
    };
    deferral.out(0);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<readonly DeferredPart[], undefined>> {
    while (this.#ready.length === 0 && !this.#over) {
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
    }
    const value = this.#ready.shift();
    return value ? { done: false, value } : { done: true, value: undefined };
  }

  return(): Promise<IteratorResult<readonly DeferredPart[], undefined>> {
    this.run.cancelled = true;
    this.#over = true;
    this.#ready.length = 0;
    this.#waiting?.();
    return Promise.resolve({ done: true, value: undefined });
  }

  #take(steps: readonly DeferredStep[], last: boolean): void {
    const parts = steps.flatMap((step) => this.#partsOf(step));
    if (parts.length > 0) this.#ready.push(parts);
    this.#over ||= last;
    this.#waiting?.();
  }

  /** A fragment in a list comes once per element. */
  #partsOf({ part, label, path }: DeferredStep): DeferredPart[] {
    const shape = label === undefined ? undefined : this.shape.deferred.get(label);
    if (!shape) return [];
    const places = placesAt(this.run.root, path, this.run.stage.isOfType)
      .map((place) => ({ object: place.object, path: withKeys(place.path, shape.keys) }))
      .filter((place) => !this.#isGone(place.path));
    return places.map(({ object, path: at }, index) => {
      const data = projected(shape.project, object, at, this.shape, this.run, part, this.variables);
      // What was said of the whole part goes with the first of its places it concerns.
      const findings = beside(this.run, part, data);
      const here = <T extends { readonly path?: ClientPath | undefined }>(list: readonly T[]): readonly T[] =>
        list.filter((one) => (places.length === 1 ? true : one.path ? starts(one.path, at) : index === 0));
      return { path: at, label: shape.label, data, errors: here(findings.errors), provenance: here(findings.provenance) };
    });
  }

  /** True when a null stands above a place: there is nothing to add to. */
  #isGone(path: ClientPath): boolean {
    let value: unknown = this.first;
    for (const step of path) {
      if (value === null) return true;
      if (typeof value !== 'object') return false;
      value = Reflect.get(value, step);
    }
    return value === null;
  }
}

/** A place of the plan's data by the client's keys. */
function withKeys(path: ClientPath, keys: readonly string[]): ClientPath {
  let next = 0;
  return path.map((step) => (typeof step === 'number' ? step : (keys[next++] ?? step)));
}

function starts(path: ClientPath, at: ClientPath): boolean {
  return at.every((step, index) => path[index] === step);
}
