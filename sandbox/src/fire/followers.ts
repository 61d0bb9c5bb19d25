import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { timeLimit } from '@yichuang/kit';
import { Rng } from '../people/rng.js';
import { JURISDICTIONS } from '../people/jurisdictions.js';
import type { Callers } from './callers.js';
import { OFFICERS, type FireAgency } from './offices.js';

const QUERY = 'subscription($after: String) { transferEvents(after: $after) { cursor what code event { id } } }';
const PURPOSE = 'TRANSFER_IN';
const AGAIN_MS = 300;
/** Whoever does not get through waits longer and longer, up to this. */
const MOST_AGAIN_MS = 2400;

interface Notice {
  readonly cursor: string;
  readonly what: 'EVENT' | 'GAP' | 'POSITION' | 'ENDED';
  readonly code: string | null;
  readonly event: { readonly id: string } | null;
}

/** One office that follows the cases that come to its place, breaks off again and again, and goes on from the cursor it has kept. */
export class Follower {
  /** Ids of events, as they came. */
  readonly received: string[] = [];
  readonly wrong: string[] = [];
  connections = 0;
  #cursor: string | undefined;
  readonly #rng: Rng;

  constructor(
    readonly agency: FireAgency,
    readonly place: string,
    readonly transport: 'WS' | 'SSE',
    private readonly gatewayUrl: string,
    private readonly callers: Callers,
    seed: number,
  ) {
    this.#rng = new Rng(seed, 3, Number(place), agency === 'hrss' ? 0 : 1);
  }

  /** Whether it knows where it is in the stream. */
  get begun(): boolean {
    return this.#cursor !== undefined;
  }

  async follow(over: AbortSignal): Promise<void> {
    let wait = AGAIN_MS;
    while (!over.aborted) {
      this.connections++;
      const begun = Date.now();
      // Its own connection, which it leaves in the middle of whatever comes.
      const stay = timeLimit(this.#rng.int(1500, 12_000), over);
      try {
        const token = await this.callers.token(`${OFFICERS[this.agency]}-${this.place}`);
        await (this.transport === 'WS' ? this.#overWebSocket(token, stay.signal) : this.#overEvents(token, stay.signal));
      } catch {
        // The hub is away, or this side has left.
      } finally {
        stay.end();
      }
      wait = Date.now() - begun > AGAIN_MS ? AGAIN_MS : Math.min(MOST_AGAIN_MS, wait * 2);
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }

  /** False when the connection is of no more use. */
  #take({ cursor, what, code, event }: Notice): boolean {
    if (what === 'EVENT' && event) this.received.push(event.id);
    if (what === 'GAP') this.wrong.push('a gap where nothing was deleted');
    if (code === 'CURSOR_INVALID' || code === 'ACCESS_DENIED') this.wrong.push(`ended with ${code}`);
    this.#cursor = cursor;
    return what !== 'ENDED';
  }

  async #overEvents(token: string, left: AbortSignal): Promise<void> {
    const response = await fetch(`${this.gatewayUrl}/graphql`, {
      method: 'POST',
      headers: {
        accept: 'text/event-stream',
        'content-type': 'application/json',
        authorization: `Bearer ${token}`,
        'yichuang-purpose': PURPOSE,
        ...(this.#cursor === undefined ? {} : { 'last-event-id': this.#cursor }),
      },
      body: JSON.stringify({ query: QUERY }),
      signal: left,
    });
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of response.body ?? []) {
      const messages = (text += decoder.decode(chunk as Uint8Array, { stream: true })).split('\n\n');
      text = messages.pop() ?? '';
      for (const message of messages) {
        const data = /^data: (.*)$/m.exec(message)?.[1];
        if (!message.includes('event: next') || data === undefined) continue;
        const notice = (JSON.parse(data) as Answer).data?.transferEvents;
        if (notice && !this.#take(notice)) return;
      }
    }
  }

  async #overWebSocket(token: string, left: AbortSignal): Promise<void> {
    const client = createClient({
      url: `${this.gatewayUrl.replace('http', 'ws')}/graphql`,
      webSocketImpl: Wire,
      retryAttempts: 0,
      connectionParams: { authorization: `Bearer ${token}`, 'yichuang-purpose': PURPOSE },
    });
    const leave = (): void => {
      client.terminate();
      void client.dispose();
    };
    left.addEventListener('abort', leave);
    try {
      const results = client.iterate<NonNullable<Answer['data']>>({ query: QUERY, variables: { after: this.#cursor ?? null } });
      for await (const { data } of results) {
        const notice = data?.transferEvents;
        if (left.aborted || (notice && !this.#take(notice))) return;
      }
    } finally {
      left.removeEventListener('abort', leave);
      leave();
    }
  }
}

/** A connection that is left before it stands is no fault. */
class Wire extends WebSocket {
  constructor(...of: ConstructorParameters<typeof WebSocket>) {
    super(...of);
    this.on('error', () => undefined);
  }
}

interface Answer {
  readonly data?: { readonly transferEvents?: Notice | null } | null;
}

/** Every office of 人社 and every fourth of 医保, half of them over WebSocket: each is told of every case that comes to it once. */
export function followersOf(gatewayUrl: string, callers: Callers, seed: number): readonly Follower[] {
  return JURISDICTIONS.flatMap(({ code }, index) => {
    const [here, there] = index % 2 === 0 ? (['WS', 'SSE'] as const) : (['SSE', 'WS'] as const);
    const own = new Follower('hrss', code, here, gatewayUrl, callers, seed);
    return index % 4 === 1 ? [own, new Follower('medical-insurance', code, there, gatewayUrl, callers, seed)] : [own];
  });
}
