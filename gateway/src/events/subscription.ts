import type { ErrorCode } from '@yichuang/schema';
import { jurisdictionOfDivision, parseDivisionCode } from '@yichuang/schema';
import { OVER, type Idling } from '../execution/idling.js';
import type { Question } from '../execution/question.js';
import { StoreUnavailable } from '../store/unavailable.js';
import type { EventAccess, Told } from './access.js';
import type { Cursors } from './cursors.js';
import type { Followed, Follower } from './follower.js';
import type { Interest, TransferHappening } from './happening.js';
import type { EventStream } from './stream.js';

/** A message as `TransferNotice` of the graph is made of. */
export interface TransferNotice {
  readonly cursor: string;
  readonly what: 'EVENT' | 'GAP' | 'POSITION' | 'ENDED';
  readonly code: string | null;
  readonly event: ReturnType<typeof shownEvent> | null;
}

/** Why a subscription cannot begin. */
export interface NotBegun {
  readonly ok: false;
  readonly code: 'CURSOR_INVALID' | 'BAD_REQUEST';
  readonly detail?: string;
}

type Arguments = Readonly<Record<string, unknown>>;
/** Texts of each list of a filter, and characters of each text: none of what can be named is longer. */
const FILTER_BOUND = 100;
/** What has come meanwhile is decided together: looked up and put on record by one statement each. */
const DECIDED_TOGETHER = 32;
/** What is not told so soon after it was decided is decided again where what it rests on can end, ms. */
const DECIDED_FOR_MS = 50;

/** Answers `transferEvents`: what happens, as far as it may be told to who asks. */
export class TransferSubscriptions {
  /** An event is the same message for all to whom it is told. */
  readonly #notices = new WeakMap<TransferHappening, TransferNotice>();

  constructor(
    readonly stream: Pick<EventStream, 'follow' | 'readings'>,
    readonly cursors: Cursors,
    readonly access: EventAccess,
  ) {}

  begin({ after, filter }: Arguments, question: Question): (AsyncIterableIterator<TransferNotice> & Idling<TransferNotice>) | NotBegun {
    const interest = interestIn(filter);
    if (!interest)
      return {
        ok: false,
        code: 'BAD_REQUEST',
        detail: `A list of the filter has more than ${FILTER_BOUND} items, or an item more than ${FILTER_BOUND} characters.`,
      };
    const stated = question.resumeAfter ?? after;
    const place = typeof stated === 'string' ? this.cursors.read(stated) : undefined;
    if (typeof stated === 'string' && place === undefined) return { ok: false, code: 'CURSOR_INVALID' };
    const { caller } = question.profile;
    const own = this.access.interestOf(caller, interest);
    const follower = typeof own === 'string' ? own : this.stream.follow(own, place, this.access.audienceOf(caller, own));
    return new Subscription(this, question, follower, place);
  }

  /** What is told of an event. */
  noticeOf(event: TransferHappening): TransferNotice {
    let notice = this.#notices.get(event);
    if (!notice) {
      notice = { cursor: this.cursors.text(event.cursor), what: 'EVENT', code: null, event: shownEvent(event) };
      this.#notices.set(event, notice);
    }
    return notice;
  }
}

/** What has come of the stream, and whether it may be told. */
interface Decided {
  readonly followed: Followed;
  readonly told: Told;
}

class Subscription implements AsyncIterableIterator<TransferNotice>, Idling<TransferNotice> {
  #place: number | undefined;
  /** What has been decided together and not been told, and when. */
  #decided: Decided[] = [];
  #decidedAt = 0;
  #over = false;

  constructor(
    readonly of: TransferSubscriptions,
    readonly question: Question,
    /** Or why there is nothing to follow. */
    readonly follower: Follower | ErrorCode,
    place: number | undefined,
  ) {
    this.#place = place;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<TransferNotice, undefined>> {
    while (!this.#over) {
      try {
        if (typeof this.follower === 'string') return await this.#end(this.follower);
        if (this.#decided.length === 0) await this.#decide(await this.follower.some(DECIDED_TOGETHER));
        else if (performance.now() - this.#decidedAt > DECIDED_FOR_MS && this.#mayHaveEnded())
          await this.#decide(this.#decided.map(({ followed }) => followed));
        const decided = this.#decided.shift();
        if (!decided) return OVER;
        const notice = await this.#noticeOf(decided);
        if (notice) return { done: false, value: notice };
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        return this.#end('EVENTS_UNAVAILABLE');
      }
    }
    return OVER;
  }

  idle(): Promise<void> | undefined {
    return typeof this.follower === 'string' || this.#decided.length > 0 ? undefined : this.follower.idle();
  }

  async return(): Promise<IteratorResult<TransferNotice, undefined>> {
    this.#over = true;
    if (typeof this.follower !== 'string') await this.follower.return();
    return OVER;
  }

  /** Decides some of the stream at once; it waits in `#decided`. */
  async #decide(some: readonly Followed[]): Promise<void> {
    const events = some.flatMap((one) => (one.kind === 'EVENT' ? [one.event] : []));
    const { caller } = this.question.profile;
    const told = events.length > 0 ? await this.of.access.decideAll(caller, events, () => this.question.renewed()) : [];
    this.#decidedAt = performance.now();
    let next = 0;
    this.#decided = some.map((followed) => ({ followed, told: (followed.kind === 'EVENT' ? told[next++] : undefined) ?? 'TOLD' }));
  }

  #mayHaveEnded(): boolean {
    const { caller } = this.question.profile;
    return this.#decided.some(({ followed }) => followed.kind === 'EVENT' && this.of.access.canEnd(caller, followed.event));
  }

  async #noticeOf({ followed, told }: Decided): Promise<TransferNotice | undefined> {
    if (followed.kind !== 'EVENT') {
      this.#place = followed.place;
      return this.#notice(followed.kind, followed.place);
    }
    const { event } = followed;
    if (typeof told !== 'string') return (await this.#end(told.code)).value;
    this.#place = event.cursor;
    return told === 'TOLD' ? this.of.noticeOf(event) : undefined;
  }

  /** What could not be told is told to who goes on from here. */
  async #end(code: ErrorCode): Promise<{ readonly done: false; readonly value: TransferNotice }> {
    const place = this.#place ?? (await this.of.stream.readings.last().catch(() => 0));
    await this.return();
    return { done: false, value: { ...this.#notice('ENDED', place), code } };
  }

  #notice(what: TransferNotice['what'], place: number): TransferNotice {
    return { cursor: this.of.cursors.text(place), what, code: null, event: null };
  }
}

/** An event as `TransferEvent` of the graph is made of. */
export function shownEvent(event: TransferHappening) {
  const { id, caseId, number, agency, kind, step, state, source, target, citizen, at, deadline } = event;
  const thin = { id, caseId, number, agency, kind, step, state, source, target };
  return { ...thin, citizenId: citizen, citizen: { id: citizen }, at: at.toISOString(), deadline: deadline?.toISOString() ?? null };
}

/** What a `TransferEventFilter` of the graph asks for. @returns undefined when there is too much of something */
export function interestIn(filter: unknown): Interest | undefined {
  const { cases, citizens, jurisdictions, kinds, steps } = (filter ?? {}) as Arguments;
  const texts = (list: unknown): readonly string[] | undefined => (Array.isArray(list) ? list.map(String) : undefined);
  const interest = {
    cases: texts(cases),
    persons: texts(citizens),
    places: texts(jurisdictions)?.map(placeOf),
    kinds: texts(kinds),
    steps: texts(steps),
  };
  const fits = (list: readonly string[] = []): boolean => list.length <= FILTER_BOUND && list.every(({ length }) => length <= FILTER_BOUND);
  return Object.values(interest).every(fits) ? interest : undefined;
}

/** The jurisdiction that a division belongs to. */
function placeOf(text: string): string {
  const division = parseDivisionCode(text);
  return (division && jurisdictionOfDivision(division)) ?? text;
}
