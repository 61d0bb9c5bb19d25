import { isJsonType } from './text.js';

/** Told once undici has let go of an exchange, after the turn in which it did. */
export interface ExchangeOwner {
  ended(exchange: Exchange): void;
  /** Asked of an exchange that had to wait for its connection, before anything is sent. */
  mayStillBegin(): boolean;
}

/** Why the hub itself broke an exchange off; `NOT_SENT`: it never began. */
type BrokenOff = 'GIVEN_UP' | 'TOO_LARGE' | 'NOT_SENT';

const EMPTY = Buffer.alloc(0);

/**
 * One request and its response on a connection of the pool, read up to a limit. The handler undici calls, and what came of it.
 *
 * It has the names undici 7 itself calls. Handlers with the names of undici 8 are called through an adapter there, which makes an object
 * of all headers of every response, and one of its trailers.
 */
export class Exchange {
  /** 0 until the final response has begun. */
  status = 0;
  /** The header as it came. */
  retryAfter: string | undefined;
  /** Undefined when the response came to its end. */
  error: Error | undefined;
  brokenOff: BrokenOff | undefined;
  readonly #maxBytes: number;
  readonly #owner: ExchangeOwner;
  #abort: ((error?: Error) => void) | undefined;
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
    this.#abort?.(new BrokenOffError());
    return this.#abort !== undefined;
  }

  /** Its request is not handed over to undici, now or later. */
  notSent(): void {
    this.brokenOff = 'NOT_SENT';
    this.onError(new BrokenOffError());
  }

  /** Undici has taken it. */
  dispatched(): void {
    this.#waits = this.#abort === undefined;
  }

  onConnect(abort: (error?: Error) => void): void {
    this.#abort = abort;
    if (this.#waits && !this.#owner.mayStillBegin()) this.brokenOff ??= 'GIVEN_UP';
    if (this.brokenOff) abort(new BrokenOffError());
  }

  /** @param headers names and values in turn */
  onHeaders(status: number, headers: readonly Buffer[]): boolean {
    if (status < 200) return true;
    this.status = status;
    this.#json = isJsonType(headerOf(headers, 'content-type'));
    if (status >= 400) this.retryAfter = headerOf(headers, 'retry-after');
    return true;
  }

  onData(chunk: Buffer): boolean {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#maxBytes) this.breakOff('TOO_LARGE');
    else if (!this.#json) return true;
    else if (this.#first === undefined) this.#first = chunk;
    else (this.#more ??= []).push(chunk);
    return true;
  }

  onComplete(): void {
    process.nextTick(tell, this, this.#owner);
  }

  onError(error: Error): void {
    this.error = error;
    process.nextTick(tell, this, this.#owner);
  }
}

/** The first header of a name; header names may be written in any case. */
function headerOf(headers: readonly Buffer[], name: string): string | undefined {
  for (let i = 0; i < headers.length; i += 2)
    if (headers[i]?.length === name.length && headers[i]?.toString('latin1').toLowerCase() === name)
      return headers[i + 1]?.toString('latin1');
  return undefined;
}

/** Not from within undici's parser: it cannot be entered twice, and keeps what is thrown. */
function tell(exchange: Exchange, owner: ExchangeOwner): void {
  owner.ended(exchange);
}

class BrokenOffError extends Error {
  override readonly name = 'BrokenOffError';
}
