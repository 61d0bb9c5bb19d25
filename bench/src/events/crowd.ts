import { request, type IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';

/** One connection with what is followed on it. */
export interface Following {
  readonly over: 'WEBSOCKET' | 'SSE';
  readonly token: string;
  readonly purpose?: string;
  /** One subscription for each filter; over SSE there is one. */
  readonly filters: readonly (object | undefined)[];
}

const DOCUMENT = `subscription ($filter: TransferEventFilter) {
  transferEvents(filter: $filter) { cursor what code event { id number step state source target at deadline } }
}`;
const AT_ONCE = 100;
/** One who takes what has come for a moment, and then nothing for a while; pings are answered in that moment. */
const SLOW = { takesMs: 20, restsMs: 4_000 } as const;
/** A hub that says it is busy while all come is asked again after so long, as clients should. */
const AGAIN_MS = 500;
const BUSY = /^\{"id":"(\d+)".*"HUB_OVERLOADED"/;
const EVENT_ID = /"event":\{"id":"([\w-]{36})"/;

/** Subscribers of every kind in this process, and what they were told. */
export class Crowd {
  readonly #close: (() => void)[] = [];
  readonly #url: URL;
  /** Subscriptions that have begun. */
  begun = 0;
  /** Subscriptions or connections that ended by themselves. */
  lost = 0;

  /** @param told called for each event that reaches a socket, with its id */
  constructor(
    url: string,
    readonly told: (id: string, who: Following) => void,
  ) {
    this.#url = new URL('/graphql', url);
  }

  /** Opens connections, the first by itself and then some at a time; resolves when every subscription has begun. */
  async join([first, ...all]: readonly Following[]): Promise<void> {
    if (first) await this.#open(first);
    for (let at = 0; at < all.length; at += AT_ONCE) await Promise.all(all.slice(at, at + AT_ONCE).map((one) => this.#open(one)));
  }

  /** Opens connections that take what comes for a moment every few seconds. */
  async joinSlowly(all: readonly Following[]): Promise<void> {
    const sockets = await Promise.all(all.map((one) => this.#overWebSocket(one)));
    const timer = setInterval(() => {
      for (const socket of sockets) socket.resume();
      setTimeout(() => {
        for (const socket of sockets) socket.pause();
      }, SLOW.takesMs);
    }, SLOW.restsMs);
    this.#close.push(() => {
      clearInterval(timer);
    });
    for (const socket of sockets) socket.pause();
  }

  leave(): void {
    for (const close of this.#close.splice(0)) close();
  }

  async #open(one: Following): Promise<void> {
    await (one.over === 'SSE' ? this.#overEvents(one) : this.#overWebSocket(one));
  }

  #overWebSocket(one: Following): Promise<WebSocket> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(this.#url, 'graphql-transport-ws', { perMessageDeflate: false });
      let waiting = one.filters.length;
      let leaving = false;
      this.#close.push(() => {
        leaving = true;
        socket.terminate();
      });
      socket.on('open', () => {
        const purpose = one.purpose === undefined ? {} : { 'yichuang-purpose': one.purpose };
        socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${one.token}`, ...purpose } }));
      });
      const follow = (i: number): void => {
        const payload = { query: DOCUMENT, variables: { filter: one.filters[i] } };
        if (socket.readyState === socket.OPEN) socket.send(JSON.stringify({ id: String(i), type: 'subscribe', payload }));
      };
      socket.on('message', (data: Buffer) => {
        const text = data.toString();
        const busy = BUSY.exec(text);
        if (text.startsWith('{"type":"connection_ack"')) for (const i of one.filters.keys()) follow(i);
        else if (busy)
          setTimeout(() => {
            follow(Number(busy[1]));
          }, AGAIN_MS);
        else if (this.#take(text, one) && --waiting === 0) resolve(socket);
        else if (isRefusal(text)) reject(new Error(`a subscription was refused or ended: ${text}`));
      });
      socket.on('close', (code) => {
        if (!leaving) this.lost++;
        reject(new Error(`a subscriber was closed with ${code}`));
      });
      socket.on('error', reject);
    });
  }

  #overEvents(one: Following): Promise<void> {
    return new Promise((resolve, reject) => {
      const body = JSON.stringify({ query: DOCUMENT, variables: { filter: one.filters[0] } });
      const headers = {
        accept: 'text/event-stream',
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        authorization: `Bearer ${one.token}`,
        ...(one.purpose === undefined ? {} : { 'yichuang-purpose': one.purpose }),
      };
      let leaving = false;
      const asked = request(this.#url, { method: 'POST', headers, agent: false }, (response: IncomingMessage) => {
        if (response.statusCode === 503) {
          response.resume();
          setTimeout(() => {
            this.#overEvents(one).then(resolve, reject);
          }, AGAIN_MS);
          return;
        }
        let rest = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          const messages = (rest + chunk).split('\n\n');
          rest = messages.pop() ?? '';
          for (const message of messages)
            if (this.#take(message, one)) resolve();
            else if (isRefusal(message)) reject(new Error(`a subscription was refused or ended: ${message}`));
        });
        response.on('close', () => {
          if (!leaving) this.lost++;
        });
      });
      this.#close.push(() => {
        leaving = true;
        asked.destroy();
      });
      asked.on('error', reject);
      asked.end(body);
    });
  }

  /** @returns true for the message with which a subscription begins */
  #take(text: string, one: Following): boolean {
    const id = EVENT_ID.exec(text)?.[1];
    if (id !== undefined) this.told(id, one);
    else if (text.includes('"what":"POSITION"')) {
      this.begun++;
      return true;
    } else if (isRefusal(text)) this.lost++;
    return false;
  }
}

function isRefusal(text: string): boolean {
  return text.includes('"what":"ENDED"') || text.includes('"type":"error"') || text.includes('"errors"');
}
