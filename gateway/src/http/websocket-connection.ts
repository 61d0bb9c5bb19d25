import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { CloseCode, type WebSocket as Wire } from 'graphql-ws';
import type { WebSocket } from 'ws';
import { statedClient } from '../trusted/request.js';
import { presentedInHeaders, type Presented } from './caller.js';
import { reportFault, type Front } from './front.js';
import type { LastingConnection, LastingConnections } from './lasting.js';

const NORMAL = 1000;
const GOING_AWAY = 1001;
const CLOSING_MS = 1_000;

/** One client's WebSocket: who opened it, what is under way on it, whether it still lives. */
export class WebSocketConnection {
  /** Who asks: at first what the upgrade request says, then what `connection_init` adds to it. */
  presented: Presented;
  /** The client's name for itself. */
  readonly client: string | undefined;
  readonly #socket: WebSocket;
  readonly #lasting: LastingConnection;
  #questions = 0;
  #idleSince = performance.now();
  #answeredPing = true;
  #unwatch: (() => void) | undefined;

  constructor(socket: WebSocket, request: IncomingMessage, lasting: LastingConnections) {
    this.#socket = socket;
    this.presented = presentedInHeaders(request);
    this.client = statedClient(request.headers);
    this.#lasting = lasting.add(() => {
      this.close(GOING_AWAY, 'going away');
    });
    // What breaks on the wire, ws closes with its own code: too large 1009, not UTF-8 1007, not WebSocket 1002.
    socket.on('error', () => undefined);
    socket.on('pong', () => (this.#answeredPing = true));
  }

  get open(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  /** Closes with a code and a reason, and breaks the connection off when the client does not close its side. */
  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
    setTimeout(() => {
      this.#socket.terminate();
    }, CLOSING_MS).unref();
  }

  /** A question begins. Gives back what to call when it is over. */
  begin(): () => void {
    this.#questions++;
    let over = false;
    return () => {
      if (over) return;
      over = true;
      this.#questions--;
      this.#idleSince = performance.now();
    };
  }

  /** Like `begin`, for a question with an end: a stop waits for it. */
  beginFinite(): () => void {
    return this.#lasting.begin();
  }

  get questions(): number {
    return this.#questions;
  }

  /** What ends the watch over the token this connection lives by. */
  watched(unwatch: () => void): void {
    if (this.open) this.#unwatch = unwatch;
    else unwatch();
  }

  /**
   * Breaks off a connection whose client did not answer the last ping, closes one on which nothing was asked for long.
   * @returns SILENT for one that was broken off
   */
  look(idleMs: number): 'SILENT' | undefined {
    if (!this.#answeredPing) {
      this.#socket.terminate();
      return 'SILENT';
    }
    if (this.#questions === 0 && performance.now() - this.#idleSince > idleMs) this.close(NORMAL, 'idle');
    else if (this.open) {
      this.#answeredPing = false;
      this.#socket.ping();
    }
    return undefined;
  }

  gone(): void {
    this.#unwatch?.();
    this.#lasting.gone();
  }

  /** The socket as the protocol's library wants it. */
  wire(front: Front): Wire {
    const socket = this.#socket;
    return {
      protocol: socket.protocol,
      // Resolves when the message has been handed on: the next event of a question is not asked for before. When it cannot be, it never
      // resolves; the end of the connection, which is near then, ends the question.
      send: (text) =>
        new Promise((resolve) => {
          if (this.open)
            socket.send(text, (error) => {
              if (!error) resolve();
            });
        }),
      close: (code = NORMAL, reason = '') => {
        this.close(code, reason);
      },
      onMessage: (handle) => {
        socket.on('message', (data, isBinary) => {
          if (isBinary || !Buffer.isBuffer(data)) this.close(CloseCode.BadRequest, 'Invalid message received');
          else
            handle(data.toString('utf8')).catch((error: unknown) => {
              // A message that only servers send.
              if (error instanceof Error && error.message.startsWith('Unexpected message of type'))
                this.close(CloseCode.BadRequest, 'Invalid message received');
              else {
                reportFault(front, error, randomUUID());
                this.close(CloseCode.InternalServerError, 'Internal server error');
              }
            });
        });
      },
    };
  }
}
