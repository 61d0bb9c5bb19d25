import { onScopeDispose, ref, type Ref } from 'vue';
import { transferNewsDocument, type TransferEventFilter, type transferNewsSubscription } from '../generated/console.js';
import { useSession } from '../sign-in/session.js';
import { headersOf, type Matter } from './question.js';

type Notice = NonNullable<transferNewsSubscription['transferEvents']>;

/** Something that happened to a transfer. */
export type News = NonNullable<Notice['event']>;

/** `LIVE`: what happens is told; `BREAK`: it is being connected again; `OVER`: nothing more is told. */
export type Following = 'LIVE' | 'BREAK' | 'OVER';

/** What a page does with what it follows. */
export interface Follower {
  readonly filter: TransferEventFilter;
  readonly matter?: Matter | undefined;
  /** Reads what is followed: from then on nothing is missed. May be called again, when something may have been missed. */
  read(): void;
  happened(news: News): void;
}

/** How long a page waits for the stream before it reads without it, ms. */
const HEAD_START_MS = 1_500;
const FIRST_WAIT_MS = 1_000;
const GREATEST_WAIT_MS = 15_000;
const OF_THE_STREAM = new Set(['EVENTS_UNAVAILABLE', 'CONSENT_UNAVAILABLE', 'AUDIT_UNAVAILABLE']);

/**
 * Follows transfers over server-sent events, and goes on from the last message after every break. A page that nobody sees lets go of its
 * connection, for a browser has few of them; it catches up when it is seen again.
 * @returns how it goes, and what ends it
 */
export function useNews(): {
  readonly following: Readonly<Ref<Following>>;
  follow(follower: Follower): void;
  /** Lets go of the connection until `resume`, which goes on where it was. */
  pause(): void;
  resume(): void;
} {
  const following = ref<Following>('BREAK');
  const session = useSession();
  let cursor: string | undefined;
  let followed: Follower | undefined;
  let wait = FIRST_WAIT_MS;
  let connection: AbortController | undefined;
  let paused = false;
  let again: ReturnType<typeof setTimeout> | undefined;
  let late: ReturnType<typeof setTimeout> | undefined;

  function follow(follower: Follower): void {
    leave();
    followed = follower;
    paused = false;
    cursor = undefined;
    following.value = 'BREAK';
    late = setTimeout(() => {
      follower.read();
    }, HEAD_START_MS);
    connect();
  }
  function leave(): void {
    clearTimeout(late);
    followed = undefined;
    release();
  }
  function connect(): void {
    clearTimeout(again);
    if (!followed || paused || connection || following.value === 'OVER' || document.visibilityState === 'hidden' || session.expired) return;
    const own = (connection = new AbortController());
    void listen(followed, own.signal).finally(() => {
      if (connection !== own) return;
      connection = undefined;
      if (following.value === 'OVER') return;
      following.value = 'BREAK';
      again = setTimeout(connect, wait);
      wait = Math.min(wait * 2, GREATEST_WAIT_MS);
    });
  }
  async function listen(follower: Follower, signal: AbortSignal): Promise<void> {
    try {
      const response = await fetch('/graphql', {
        method: 'POST',
        headers: { ...headersOf(follower.matter), accept: 'text/event-stream', 'content-type': 'application/json' },
        body: JSON.stringify({ documentId: transferNewsDocument.id, variables: { after: cursor ?? null, filter: follower.filter } }),
        signal,
      });
      if (!response.ok || !response.body) return;
      for await (const notice of noticesOf(response.body)) if (!signal.aborted) take(follower, notice);
    } catch {
      // Gone: it is connected again.
    }
  }
  function take(follower: Follower, { cursor: reached, what, code, event }: Notice): void {
    const first = cursor === undefined;
    cursor = reached;
    wait = FIRST_WAIT_MS;
    if (what === 'ENDED') {
      if (code?.startsWith('TOKEN_') === true) session.expire();
      if (code === null || !OF_THE_STREAM.has(code)) following.value = 'OVER';
      return;
    }
    following.value = 'LIVE';
    if (first || what === 'GAP') {
      clearTimeout(late);
      follower.read();
    }
    if (event) follower.happened(event);
  }
  function release(): void {
    clearTimeout(again);
    connection?.abort();
    connection = undefined;
  }
  function pause(): void {
    paused = true;
    release();
  }
  function resume(): void {
    paused = false;
    connect();
  }
  const seen = (): void => {
    if (document.visibilityState === 'visible') connect();
    else release();
  };
  document.addEventListener('visibilitychange', seen);
  window.addEventListener('online', connect);
  onScopeDispose(() => {
    leave();
    document.removeEventListener('visibilitychange', seen);
    window.removeEventListener('online', connect);
  });
  return { following, follow, pause, resume };
}

async function* noticesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Notice, void, undefined> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const messages = (text += decoder.decode(value, { stream: true })).split('\n\n');
    text = messages.pop() ?? '';
    for (const message of messages) {
      const data = /^event: next$/m.test(message) ? /^data: (.*)$/m.exec(message)?.[1] : undefined;
      const notice = data === undefined ? undefined : (JSON.parse(data) as { data?: transferNewsSubscription | null }).data?.transferEvents;
      if (notice) yield notice;
    }
  }
}
