import type { Run } from './run.js';

/** One node of a compiled plan. */
export interface Step {
  /** Does its work and calls `done` once, at once or in a later turn. Never throws for what agencies do. */
  start(run: Run, done: () => void): void;
}

/** Nothing to do. */
export const NOTHING: Step = {
  start: (_run, done) => {
    done();
  },
};

/** One after the other. */
export class SequenceStep implements Step {
  constructor(readonly steps: readonly Step[]) {}

  start(run: Run, done: () => void): void {
    this.#from(0, run, done);
  }

  #from(index: number, run: Run, done: () => void): void {
    const step = this.steps[index];
    if (!step) done();
    else if (index === this.steps.length - 1) step.start(run, done);
    else
      step.start(run, () => {
        this.#from(index + 1, run, done);
      });
  }
}

/** All at once. */
export class ParallelStep implements Step {
  constructor(readonly steps: readonly Step[]) {}

  start(run: Run, done: () => void): void {
    let left = this.steps.length;
    const one = (): void => {
      if (--left === 0) done();
    };
    if (left === 0) done();
    for (const step of this.steps) step.start(run, one);
  }
}

/** One of two, by a variable. */
export class ConditionStep implements Step {
  constructor(
    readonly variable: string,
    readonly met: Step,
    readonly otherwise: Step,
  ) {}

  start(run: Run, done: () => void): void {
    (run.holds(this.variable) ? this.met : this.otherwise).start(run, done);
  }
}
