import type { FetchDataRewrite } from '@apollo/query-planner';
import { isRecord, type Reply } from '../agencies/reply.js';
import { tellTakenOut, type Sending } from './acts.js';
import type { RootAsk } from './fetch-documents.js';
import { copyOf, mergeInto } from './merge.js';
import { collectObjects, type Fetched } from './places.js';
import { planPath, placesOf, reportFailure } from './report.js';
import { failureError, safeError } from './reported-errors.js';
import { applyRewrites } from './rewrites.js';
import type { ClientPath } from './findings.js';
import type { Run } from './run.js';
import type { Step } from './steps.js';

/** A fetch of root fields as the plan has it. */
export interface RootFetch {
  readonly ask: RootAsk;
  /** Where the root type stands in the answer; empty for the root itself. */
  readonly path: readonly string[];
  readonly rewrites: readonly FetchDataRewrite[] | undefined;
  readonly part: number;
  readonly id: string | undefined;
}

/** Asks an agency for fields of a root type. */
export class RootStep implements Step {
  constructor(readonly fetch: RootFetch) {}

  start(run: Run, done: () => void): void {
    const { path } = this.fetch;
    const objects: Fetched[] = [];
    if (path.length === 0) objects.push(run.root);
    else collectObjects(run.root, path, run.stage.isOfType, objects);
    if (objects.length === 0) {
      this.#end(run, done);
      return;
    }
    const deciding = run.stage.guard?.acts.decide(this.fetch, run);
    if (deciding) {
      run.later(deciding, (sending) => {
        if (sending.ask) this.#send({ ...this.fetch, ask: sending.ask }, objects, sending, run, done);
        else this.#end(run, done);
      });
    } else this.#send(this.fetch, objects, undefined, run, done);
  }

  #send(fetch: RootFetch, objects: readonly Fetched[], sending: Sending | undefined, run: Run, done: () => void): void {
    const { ask, path, part } = fetch;
    run.ask(ask.service, { document: ask.document, variables: variablesOf(ask, run), release: sending?.release }, (reply) => {
      const data = reply.ok && isRecord(reply.data) ? reply.data : undefined;
      const places = (): readonly ClientPath[] =>
        path.length === 0 ? [[]] : placesOf(run, path, objects).flatMap((place) => (place ? [place.path] : []));
      this.#report(fetch, reply, places, run);
      takeRoot(fetch, data, objects, places, run, () => {
        if (sending) tellTakenOut(sending, part, run);
        if (ask.document.mutation) run.forget();
        this.#end(run, done);
      });
    });
  }

  #report({ ask, part }: RootFetch, reply: Reply, places: () => readonly ClientPath[], run: Run): void {
    if (!reply.ok) {
      for (const at of places()) reportFailure(run, part, failureError(reply.failure), at, ask.keys);
      return;
    }
    for (const reported of reply.errors) {
      const error = safeError(reported, ask.service, run.open);
      for (const at of places()) {
        if (reported.path && reported.path.length > 0) run.report(part, error, planPath(at, reported.path));
        else reportFailure(run, part, error, at, ask.keys);
      }
    }
    for (const source of reply.provenance) for (const at of places()) run.source(part, ask.service, source, planPath(at, source.path));
  }

  #end(run: Run, done: () => void): void {
    if (this.fetch.id !== undefined) run.deferred?.fetched(this.fetch.id);
    done();
  }
}

/** Takes data of a root type into the objects it is for, as far as it may be seen, and goes on. */
export function takeRoot(
  fetch: RootFetch,
  data: Fetched | undefined,
  objects: readonly Fetched[],
  places: () => readonly ClientPath[],
  run: Run,
  done: () => void,
): void {
  const { guard, isOfType } = run.stage;
  const finish = (kept: Fetched | undefined): void => {
    if (kept) {
      applyRewrites(fetch.rewrites, kept, isOfType);
      objects.forEach((object, i) => {
        mergeInto(object, i === 0 ? kept : copyOf(kept), run.stage.graph.interfaceObjects);
      });
    }
    done();
  };
  const checked = data && guard ? guard.checkRoot(fetch, data, places, run) : data;
  if (checked instanceof Promise) run.later(checked, finish);
  else finish(checked);
}

/** JSON text of the variables a fetch uses. */
export function variablesOf({ variables }: RootAsk, run: Pick<Run, 'variable'>): string {
  let text = '{';
  for (const name of variables) {
    const value = run.variable(name);
    if (value !== undefined) text += `${text.length > 1 ? ',' : ''}${JSON.stringify(name)}:${value}`;
  }
  return `${text}}`;
}
