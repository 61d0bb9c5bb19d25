import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Asker } from '../execution/question.js';
import { CLIENT_GONE, report, type Front } from './front.js';

/** One HTTP request, and the response it is answered in. */
export class Exchange implements Asker {
  /** UUID of the question. */
  readonly id = randomUUID();
  /** Of a POST, once it has been read. */
  body: Buffer | undefined;
  readonly #began = performance.now();

  constructor(
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
    readonly route: '/graphql' | '/graphql/stream',
    readonly front: Front,
  ) {}

  get method(): string {
    return this.request.method ?? '';
  }

  get url(): string {
    return this.request.url ?? '';
  }

  /** The connection is closed: the client has gone. */
  get gone(): boolean {
    return this.request.socket.destroyed;
  }

  /** The answer, or the first of it, is on its way. */
  answered(): void {
    this.#report(this.response.statusCode);
  }

  /** There is nobody to send the answer to. */
  abandoned(): void {
    this.#report(CLIENT_GONE);
  }

  /**
   * Reads the body, and throws away what comes after the limit. Does not end when the client goes away: nothing is left to do then.
   * @returns false when it is larger than the limit
   */
  readBody(maxBytes: number): Promise<boolean> {
    const { request } = this;
    return new Promise((resolve) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      request.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > maxBytes) resolve(false);
        else chunks.push(chunk);
      });
      request.on('end', () => {
        this.body = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
        resolve(true);
      });
      request.on('error', () => undefined);
    });
  }

  #report(status: number): void {
    report(this.front, this.id, this.method, this.route, status, performance.now() - this.#began);
  }
}
