import type { Run } from './run.js';
import type { Step } from './steps.js';

/** A part of a plan whose data comes after the rest. */
export interface DeferredStep {
  readonly part: number;
  /** The part it is deferred from: it comes after that one. */
  readonly within: number;
  /** The planner's label of the fragment. */
  readonly label: string | undefined;
  /** Where the fragment stands. */
  readonly path: readonly string[];
  /** Fetches whose data it needs. */
  readonly depends: readonly string[];
  readonly step: Step;
}

/** Runs what comes first; what comes later begins as soon as what it needs is there. */
export class DeferStep implements Step {
  constructor(
    readonly primary: Step,
    readonly deferred: readonly DeferredStep[],
  ) {}

  start(run: Run, done: () => void): void {
    run.defer(this.deferred, () => {
      this.primary.start(run, done);
    });
  }
}
