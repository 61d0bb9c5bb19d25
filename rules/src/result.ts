import type { Text } from './text.js';

/** One line of the arithmetic, for people. */
export interface Step {
  readonly text: Text;
  /** Provision it follows from, such as `国办发〔2009〕66号 第四条`. */
  readonly article: string;
  /** What came out of it, as it is written in the figures. */
  readonly amount?: string;
}

/** Why a figure may still change, although every input was right. */
export interface Provisional {
  /** Stable, upper snake: what is not known yet, such as `CREDITING_RATE_NOT_PUBLISHED`. */
  readonly reason: string;
  readonly text: Text;
}

/** The rule that gave a figure, as it was on the day of the event. */
export interface Basis {
  /** The rule in one sentence. */
  readonly rule: string;
  /** Document and article. */
  readonly article: string;
  /** Which wording: the day it took effect (YYYY-MM-DD), or the parameter file and row that decided. */
  readonly version: string;
}

/** A computed answer. It is an estimate (预测算): the agency (经办机构) decides. */
export interface Ruled<F> extends Basis {
  readonly figures: F;
  /** Empty unless steps were asked for. */
  readonly steps: readonly Step[];
  /** Empty when the figures are final as far as the rules go. */
  readonly provisional: readonly Provisional[];
}

export interface RuleOptions {
  /** Write the steps down. Without it no sentence is built, so that many answers can be computed. */
  readonly explain?: boolean;
}

/** Takes down, while a rule computes, what makes its figures plain and what makes them provisional. */
export class Working {
  readonly #explain: boolean;
  readonly #steps: Step[] = [];
  readonly #provisional = new Map<string, Provisional>();

  constructor(options: RuleOptions = {}) {
    this.#explain = options.explain === true;
  }

  /** Whether steps are wanted; for rules that would have to collect something first. */
  get explaining(): boolean {
    return this.#explain;
  }

  /** The step is only built when it will be read. */
  step(make: () => Step): void {
    if (this.#explain) this.#steps.push(make());
  }

  /** Each reason stands once. */
  provisional(reason: string, text: Text): void {
    if (!this.#provisional.has(reason)) this.#provisional.set(reason, { reason, text });
  }

  /** Takes over what another rule said on the way. */
  takeOver(part: Pick<Ruled<unknown>, 'steps' | 'provisional'>): void {
    if (this.#explain) this.#steps.push(...part.steps);
    for (const { reason, text } of part.provisional) this.provisional(reason, text);
  }

  /** The answer. */
  ruled<F>(figures: F, { rule, article, version }: Basis): Ruled<F> {
    return { figures, rule, article, version, steps: this.#steps, provisional: [...this.#provisional.values()] };
  }
}
