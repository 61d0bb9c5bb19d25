import type { Dispatcher } from 'undici';
import { isJsonType } from './text.js';

/** Told once undici has let go of an exchange, after the turn in which it did. */
export interface ExchangeOwner {
  ended(exchange: Exchange): void;
  /** Asked of an exchange that had to wait for its connection, before anything is sent. */
  mayStillBegin(): boolean;
}

/** Why the hub itself broke an exchange off. */
type BrokenOff = 'GIVEN_UP' | 'TOO_LARGE';

const EMPTY = Buffer.alloc(0);

/** One request and its response on a connection of the pool, read up to a limit. The handler undici calls, and what came of it. */
export class Exchange implements Dispatcher.DispatchHandler {
  /** 0 until the final response has begun. */
  status = 0;
  /** The header as it came. */
  retryAfter: string | readonly string[] | undefined;
  /** Undefined when the response came to its end. */
  error: Error | undefined;
  brokenOff: BrokenOff | undefined;
  readonly #maxBytes: number;
  readonly #owner: ExchangeOwner;
  #controller: Dispatcher.DispatchController | undefined;
  /** For a connection. */
  #waits = false;
  #json = false;
  #bytes = 0;
  #first: Buffer | undefined;
  #more: Buffer[] | undefined;

  constructor(maxBytes: number, owner: ExchangeOwner) {
    this.#maxBytes = maxBytes;
    this.#owner = owner;
  }

  /** What came under a JSON content type; undefined when something else did, or not all of it. */
  get body(): Buffer | undefined {
    if (this.error || !this.#json) return undefined;
    return this.#more ? Buffer.concat([this.#first ?? EMPTY, ...this.#more], this.#bytes) : this.#first;
  }

  /**
   * Breaks off. An exchange that still has no connection cannot be taken back from undici: it is refused when its connection is there.
   * @returns false in that case; the end comes later, possibly much later
   */
  breakOff(why: BrokenOff): boolean {
    this.brokenOff ??= why;
    this.#controller?.abort(new BrokenOffError());
    return this.#controller !== undefined;
  }

  /** Undici has taken it. */
  dispatched(): void {
    this.#waits = this.#controller === undefined;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#waits && !this.#owner.mayStillBegin()) this.brokenOff ??= 'GIVEN_UP';
    if (this.brokenOff) controller.abort(new BrokenOffError());
  }

  onResponseStart(
    _: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    if (status < 200) return;
    this.status = status;
    this.#json = isJsonType(headers['content-type']);
    this.retryAfter = headers['retry-after'];
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#maxBytes) this.breakOff('TOO_LARGE');
    else if (!this.#json) return;
    else if (this.#first === undefined) this.#first = chunk;
    else (this.#more ??= []).push(chunk);
  }

  onResponseEnd(): void {
    process.nextTick(tell, this, this.#owner);
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.error = error;
    process.nextTick(tell, this, this.#owner);
  }
}

/** Not from within undici's parser: it cannot be entered twice, and keeps what is thrown. */
function tell(exchange: Exchange, owner: ExchangeOwner): void {
  owner.ended(exchange);
}

class BrokenOffError extends Error {
  override readonly name = 'BrokenOffError';
}
