import { AuditUnavailable, type AccessRecorder, type DenialEntry, type IntentEntry, type RecordedQuestion } from './record.js';
import { Waiting, type WaitingQuestion } from './waiting.js';
import { isRefusal, type Gap, type Writer } from './writer.js';

/** What operators are told. */
export interface RecordAlarms {
  /** The record cannot be kept: third parties are refused from now on. */
  readonly gapBegan: (cause: unknown) => void;
  /** The gap is on record. @param over it is kept again; false where some of the gap is yet to be noted */
  readonly gapEnded: (gap: Gap, over: boolean) => void;
  /** Something that was to be recorded is lost: the store refused it, or was away when the hub stopped. */
  readonly lost: (what: { readonly denials: number; readonly outcomes: number }, cause: unknown) => void;
}

export interface RecorderSettings {
  /** How long denials and outcomes wait for company, ms. @default 100 */
  readonly lingerMs?: number;
  /** How often a store that was away is tried, ms. @default 500 */
  readonly retryMs?: number;
  /** How long what comes during a statement, or as soon after it, waits for company before it goes with the next, ms. @default 1 */
  readonly gatherMs?: number;
}

/** Questions of one statement: one that took so long that the store seems to be away would end everybody's streams. */
const AT_ONCE = 1_000;
/** Denials and outcomes kept while the store is away. */
const KEPT = 10_000;
const LINGER_MS = 100;
const RETRY_MS = 500;
/** One question's share of a statement falls with the company it has; whoever asks alone never waits. */
const GATHER_MS = 1;

/** A gap while it lasts. */
interface OpenGap {
  readonly beganAt: Date;
  ownReads: number;
  denials: number;
  outcomes: number;
}

/** Keeps the record over one connection: what comes while a statement is under way goes with the next, all of it at once. */
export function openRecorder(writer: Writer, alarms: RecordAlarms, settings: RecorderSettings = {}): AccessRecorder {
  return new Recorder(writer, alarms, settings);
}

class Recorder implements AccessRecorder {
  readonly #lingerMs: number;
  readonly #retryMs: number;
  readonly #gatherMs: number;
  #waiting = new Waiting();
  #writing: Promise<void> | undefined;
  #turn: NodeJS.Immediate | undefined;
  #timer: NodeJS.Timeout | undefined;
  #gathering: NodeJS.Timeout | undefined;
  #endedAt = -Infinity;
  #gap: OpenGap | undefined;
  #closed = false;

  constructor(
    readonly writer: Writer,
    readonly alarms: RecordAlarms,
    { lingerMs = LINGER_MS, retryMs = RETRY_MS, gatherMs = GATHER_MS }: RecorderSettings,
  ) {
    this.#lingerMs = lingerMs;
    this.#retryMs = retryMs;
    this.#gatherMs = gatherMs;
  }

  intent(question: RecordedQuestion, entries: readonly IntentEntry[]): Promise<void> {
    const own = isOwnReading(question, entries);
    if (this.#closed) return Promise.reject(this.#unavailable());
    if (this.#gap) {
      if (!own) return Promise.reject(this.#unavailable());
      this.#gap.ownReads++;
      return Promise.resolve();
    }
    const written = this.#waiting.intent(question, entries, own);
    this.#schedule();
    return written;
  }

  denied(question: RecordedQuestion, entries: readonly DenialEntry[]): void {
    if (this.#gap && this.#waiting.denials >= KEPT) this.#gap.denials += entries.length;
    else this.#waiting.denied(question, entries);
    this.#schedule();
  }

  outcome({ answerId }: RecordedQuestion, result: 'ANSWERED' | 'PARTIAL' | 'FAILED'): void {
    if (this.#gap && this.#waiting.outcomes.length >= KEPT) this.#gap.outcomes++;
    else this.#waiting.outcomes.push({ answer_id: answerId, result });
    this.#schedule();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#gathering);
    clearImmediate(this.#turn);
    await this.#writing;
    if (this.#gap) await this.#tryAgain();
    while (!this.#waiting.empty && !this.#gap) await this.#write();
    clearTimeout(this.#timer);
    if (this.#gap) this.alarms.lost({ denials: this.#waiting.denials, outcomes: this.#waiting.outcomes.length }, this.#unavailable());
    this.writer.close();
  }

  #unavailable(): AuditUnavailable {
    return new AuditUnavailable(Math.ceil(this.#retryMs / 1_000));
  }

  #schedule(): void {
    if (this.#writing || this.#gap || this.#closed) return;
    if (this.#waiting.urgent) {
      if (this.#turn || this.#gathering) return;
      if (performance.now() - this.#endedAt < this.#gatherMs)
        this.#gathering = setTimeout(() => {
          this.#gathering = undefined;
          this.#begin();
        }, this.#gatherMs);
      // After everything that this turn of the event loop brings.
      else
        this.#turn = setImmediate(() => {
          this.#turn = undefined;
          this.#begin();
        });
    } else
      this.#timer ??= setTimeout(() => {
        this.#begin();
      }, this.#lingerMs);
  }

  #begin(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#writing || this.#closed || this.#waiting.empty) return;
    this.#writing = this.#write().finally(() => {
      this.#writing = undefined;
      this.#endedAt = performance.now();
      if (!this.#waiting.empty) this.#schedule();
    });
  }

  /** Never rejects. */
  async #write(): Promise<void> {
    const batch = this.#waiting.exceeds(AT_ONCE) ? this.#waiting.first(AT_ONCE) : this.#waiting;
    if (batch === this.#waiting) this.#waiting = new Waiting();
    const questions = [...batch.questions.values()];
    try {
      await this.writer.write({ questions: questions.map(({ written }) => written), outcomes: batch.outcomes });
      for (const { waiter } of questions) waiter?.resolve();
    } catch (error) {
      if (isRefusal(error)) await this.#writeApart(questions, batch);
      else this.#beginGap(questions, batch, error);
    }
  }

  /** One question that the store does not take must not take the others with it. */
  async #writeApart(questions: readonly WaitingQuestion[], { outcomes }: Waiting): Promise<void> {
    await this.#writeOrLose({ questions: [], outcomes }, { denials: 0, outcomes: outcomes.length });
    for (const { written, waiter } of questions) {
      const denials = written.entries.filter(({ kind }) => kind === 'DENIED').length;
      const kept = await this.#writeOrLose({ questions: [written], outcomes: [] }, { denials, outcomes: 0 });
      if (kept) waiter?.resolve();
      else waiter?.reject(this.#unavailable());
    }
  }

  async #writeOrLose(
    batch: Parameters<Writer['write']>[0],
    what: { readonly denials: number; readonly outcomes: number },
  ): Promise<boolean> {
    try {
      await this.writer.write(batch);
      return true;
    } catch (error) {
      this.alarms.lost(what, error);
      return false;
    }
  }

  #beginGap(questions: readonly WaitingQuestion[], failed: Waiting, cause: unknown): void {
    const gap = (this.#gap = { beganAt: new Date(), ownReads: 0, denials: 0, outcomes: 0 });
    // Also those who came while the statement was under way: whoever waits for the store waits no longer than one statement may take.
    const came = this.#waiting;
    for (const { waiter } of [...questions, ...came.questions.values()]) {
      if (waiter?.own) {
        gap.ownReads++;
        waiter.resolve();
      } else waiter?.reject(this.#unavailable());
    }
    this.#waiting = denialsAndOutcomes(failed, came);
    this.alarms.gapBegan(cause);
    this.#retryLater();
  }

  #retryLater(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#writing = this.#tryAgain().finally(() => {
        this.#writing = undefined;
        if (this.#gap) this.#retryLater();
        else if (!this.#waiting.empty) this.#schedule();
      });
    }, this.#retryMs);
    this.#timer.unref();
  }

  /** Notes the gap; it is over when that is on record. */
  async #tryAgain(): Promise<void> {
    const gap = this.#gap;
    while (gap && this.#gap) {
      const { ownReads, denials, outcomes } = gap;
      const noted: Gap = { began_at: gap.beganAt, ended_at: new Date(), own_reads: ownReads, denials, outcomes };
      try {
        await this.writer.write({ questions: [], outcomes: [], gaps: [noted] });
      } catch {
        return;
      }
      gap.ownReads -= ownReads;
      gap.denials -= denials;
      gap.outcomes -= outcomes;
      // What came while the gap was being noted is noted as well.
      if (gap.ownReads + gap.denials + gap.outcomes === 0) this.#gap = undefined;
      this.alarms.gapEnded(noted, this.#gap === undefined);
    }
  }
}

/** The one who acts is the only subject: nobody else learns anything. */
function isOwnReading({ role }: RecordedQuestion, entries: readonly IntentEntry[]): boolean {
  return role === 'CITIZEN' && entries.every(({ basis, delegation }) => basis === 'SELF' && delegation === undefined);
}

/** Intents that nobody waits for any more are no intents: what they were for has been refused, or is counted in the gap. */
function denialsAndOutcomes(...all: readonly Waiting[]): Waiting {
  const kept = new Waiting();
  for (const one of all) {
    for (const [answerId, { written }] of one.questions) {
      const entries = written.entries.filter(({ kind }) => kind === 'DENIED');
      if (entries.length > 0)
        kept.questions.set(`${answerId} ${kept.questions.size}`, { written: { ...written, entries }, waiter: undefined });
    }
    kept.outcomes.push(...one.outcomes);
    kept.denials += one.denials;
  }
  return kept;
}
