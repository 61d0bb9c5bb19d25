import type { AgencySystem } from '../agency.js';
import type { StandardRecord, SubjectRecords } from '../mapping/mapping.js';
import { AgencyFault, type KeyKind } from '../systems/system.js';

type Known = Map<string, Map<string, readonly StandardRecord[]>>;

/**
 * Remembers, for as long as one question of the hub lasts, what its earlier steps have already read, so that a plan with several
 * steps asks a system no record twice. Forgotten with the question: nothing is shared between questions, callers or decisions.
 */
export class QuestionMemory {
  readonly #questions = new Map<string, Map<string, Known>>();

  constructor(
    private readonly lifeMs = 15_000,
    private readonly most = 1000,
  ) {}

  /** Records of all keys, asking the system only for what this question has not read yet. A failure is an answer and is not remembered. */
  async ask(
    question: string,
    system: AgencySystem,
    by: KeyKind,
    keys: readonly string[],
    records: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, SubjectRecords> | AgencyFault> {
    const wanted = records.filter((record) => system.holds([record]));
    const known = this.#known(question, `${system.id} ${by}`);
    const missingKeys = keys.filter((key) => wanted.some((record) => !known.get(key)?.has(record)));
    const missingRecords = wanted.filter((record) => missingKeys.some((key) => !known.get(key)?.has(record)));
    if (missingKeys.length > 0) {
      try {
        for (const [key, subject] of await system.ask(by, missingKeys, missingRecords, signal)) {
          const mine = known.get(key) ?? new Map<string, readonly StandardRecord[]>();
          for (const record of missingRecords) mine.set(record, subject.get(record) ?? []);
          known.set(key, mine);
        }
      } catch (error) {
        if (error instanceof AgencyFault) return error;
        throw error;
      }
    }
    return known;
  }

  #known(question: string, system: string): Known {
    const systems = this.#questions.get(question) ?? this.#begin(question);
    const known: Known = systems.get(system) ?? new Map<string, Map<string, readonly StandardRecord[]>>();
    systems.set(system, known);
    return known;
  }

  /** What is read is forgotten by the clock, not by the next question: nothing of a person stays in an idle process. */
  #begin(question: string): Map<string, Known> {
    const systems = new Map<string, Known>();
    this.#questions.set(question, systems);
    setTimeout(() => this.#questions.delete(question), this.lifeMs).unref();
    const oldest = this.#questions.keys().next();
    if (this.#questions.size > this.most && !oldest.done) this.#questions.delete(oldest.value);
    return systems;
  }
}
