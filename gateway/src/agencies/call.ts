import type { Dispatcher } from 'undici';
import type { Circuit, Pass } from '../circuit.js';
import type { Deadlines, Timed } from './deadlines.js';
import { Exchange, type ExchangeOwner } from './exchange.js';
import { ABANDONED, CallFailure, failureOf, NO_TURN, NOT_ASKED } from './failure.js';
import type { InLine, Lane } from './lane.js';
import { isRecord } from './reply.js';
import type { AgencySettings } from './settings.js';
import { readJson, type ReadText } from './text.js';

/** What all calls to one agency share. */
export interface Port {
  readonly settings: AgencySettings;
  readonly dispatcher: Pick<Dispatcher, 'dispatch'>;
  readonly lane: Lane;
  readonly circuit: Circuit;
  readonly deadlines: Deadlines;
}

/** Before a query is asked again: long enough for a restarted process, and not the same for all. */
const REST_MS = 10;
const REST_JITTER_MS = 40;
/** An agency that wants to be left alone for longer is not waited for. */
const LONGEST_REST_MS = 1_000;
/** What has waited and has less time left than this is not sent: nobody would be there for the answer. */
const LEAST_LEFT_MS = 20;

/**
 * One call to an agency: it waits for its turn, is sent, is read, and is sent once more where that can do no harm. `settled` is called
 * exactly once, never in the turn in which the call began, and at the latest when its deadline is noticed.
 */
export abstract class Call<T extends object> implements Timed, InLine, ExchangeOwner {
  readonly begun = performance.now();
  readonly deadline: number;
  place = -1;
  readonly #port: Port;
  #started = 0;
  #waited = false;
  #attempts = 0;
  #pass: Pass = 'CALL';
  #exchange: Exchange | undefined;
  /** Of the first attempt, once a second one is meant to follow. */
  #failure: CallFailure | undefined;

  /** @param repeatable whether asking twice does the same as asking once */
  constructor(
    port: Port,
    limitMs: number,
    readonly repeatable: boolean,
  ) {
    this.#port = port;
    this.deadline = this.begun + limitMs;
  }

  /**
   * Makes the request, with `leftMs` to its deadline, at once or later.
   * @param made called once; with undefined when it cannot be made now
   */
  protected abstract request(leftMs: number, made: (request: Dispatcher.DispatchOptions | undefined) => void): void;
  /** Reads the body of a response. Undefined when it is of another shape. */
  protected abstract read(body: ReadText): T | undefined;
  /** Reads the body of a good response without reading it as JSON first, where that can be done. */
  protected readAtOnce?(bytes: Buffer): T | undefined;
  /** True when nobody waits for the result any more. */
  abstract readonly abandoned: boolean;
  protected abstract settled(result: T | CallFailure, milliseconds: number): void;

  begin(): void {
    this.#port.deadlines.add(this);
    if (this.#port.circuit.refuses(this.begun) || !this.#port.lane.enter(this)) this.turnAway();
    this.#waited = true;
  }

  start(): boolean {
    if (this.#waited && this.abandoned) {
      this.letGo();
      return false;
    }
    const { circuit, dispatcher, settings } = this.#port;
    this.#started = performance.now();
    const left = this.deadline - this.#started;
    if (left <= 0 || (this.#waited && left < LEAST_LEFT_MS)) {
      process.nextTick(settle, this, this.#failure ?? NO_TURN);
      return false;
    }
    this.#pass = circuit.enter(this.#started);
    if (this.#pass === 'REFUSED') {
      this.turnAway();
      return false;
    }
    this.#attempts++;
    const exchange = (this.#exchange = new Exchange(settings.maxReplyBytes, this));
    this.request(left, (request) => {
      // Its time may have been over before its request was there.
      if (!request || exchange.brokenOff) exchange.notSent();
      else {
        dispatcher.dispatch(request, exchange);
        exchange.dispatched();
      }
    });
    return true;
  }

  turnAway(): void {
    process.nextTick(settle, this, this.#failure ?? NOT_ASKED);
  }

  letGo(): void {
    process.nextTick(settle, this, this.#failure ?? ABANDONED);
  }

  mayStillBegin(): boolean {
    if (performance.now() < this.deadline) return true;
    process.nextTick(settle, this, this.#failure ?? NO_TURN);
    return false;
  }

  ended(exchange: Exchange): void {
    const { circuit, lane } = this.#port;
    const now = performance.now();
    const result = this.#resultOf(exchange, now);
    this.#exchange = undefined;
    const failure = result instanceof CallFailure ? result : undefined;
    const opened = circuit.report(this.#pass, failure?.sign ?? 'WORKS', now);
    lane.release();
    if (opened) lane.turnAllAway();
    if (!failure || !this.#repeats(failure, now)) this.settle(result, now);
  }

  expire(): void {
    if (this.#exchange) {
      if (this.#exchange.breakOff('GIVEN_UP')) return;
    } else this.#port.lane.leave(this);
    this.settle(this.#failure ?? NO_TURN);
  }

  /** Only the first result counts: a call whose time was over before it had a connection ends a second time. */
  settle(result: T | CallFailure, now = performance.now()): void {
    if (this.#port.deadlines.end(this)) this.settled(result, now - this.begun);
  }

  #resultOf(exchange: Exchange, now: number): T | CallFailure {
    const bytes = exchange.body;
    const atOnce = bytes && exchange.status === 200 ? this.readAtOnce?.(bytes) : undefined;
    if (atOnce) return atOnce;
    const text = bytes && readJson(bytes);
    const body = text && this.read(text);
    if (body && (exchange.status === 200 || hasData(body))) return body;
    return failureOf(exchange, now - this.#started >= this.#port.settings.deadlineMs / 2, body !== undefined, this.#attempts);
  }

  #repeats(failure: CallFailure, now: number): boolean {
    if (failure.again === 'NO' || !this.repeatable || this.abandoned || this.#attempts > 1 || this.#port.circuit.refuses(now)) return false;
    if (failure.again === 'AT_ONCE') {
      this.#failure = failure;
      return this.deadline > now && this.#port.lane.enter(this);
    }
    const rest = Math.max(REST_MS + Math.random() * REST_JITTER_MS, (failure.retryAfterSeconds ?? 0) * 1_000);
    if (rest > LONGEST_REST_MS || now + 2 * rest > this.deadline) return false;
    this.#failure = failure;
    setTimeout(() => {
      const { circuit, lane } = this.#port;
      if (performance.now() >= this.deadline || circuit.refuses(performance.now()) || !lane.enter(this)) this.settle(failure);
    }, rest);
    return true;
  }
}

function settle<T extends object>(call: Call<T>, failure: CallFailure): void {
  call.settle(failure);
}

/** A subgraph may send data with a status that says otherwise; the data counts (GraphQL over HTTP, application/json). */
function hasData(body: object): boolean {
  return 'data' in body && isRecord(body.data);
}
