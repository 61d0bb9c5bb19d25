import type { LiveGraph } from './answer.js';

/**
 * Life of the graph being served. A replacement is built beside the one that serves; only a built one takes its place, and a question
 * ends on the graph it began on.
 */
export type ServingState =
  | { readonly phase: 'EMPTY' }
  | { readonly phase: 'SERVING'; readonly current: Held }
  | { readonly phase: 'REPLACING'; readonly current: Held | undefined }
  | { readonly phase: 'STOPPED' };

/** A graph and the questions on it. */
interface Held {
  readonly live: LiveGraph;
  questions: number;
  retired: boolean;
}

/** What became of an attempt to replace the graph. */
export type Replacement =
  | { readonly outcome: 'REPLACED'; readonly graphId: string }
  | { readonly outcome: 'UNCHANGED'; readonly graphId: string }
  | { readonly outcome: 'KEPT_OLD'; readonly reason: string }
  | { readonly outcome: 'STOPPED' };

/** Serves one graph at a time and replaces it without dropping a question. */
export class LiveGraphs {
  #state: ServingState = { phase: 'EMPTY' };
  #last: Promise<Replacement> = Promise.resolve({ outcome: 'STOPPED' });

  /** @param build makes a graph ready to serve from a supergraph's text; rejects when the text is no good */
  constructor(readonly build: (supergraphSdl: string) => Promise<LiveGraph>) {}

  get phase(): ServingState['phase'] {
    return this.#state.phase;
  }

  /** The graph that serves now. Undefined before the first and after the last. */
  get current(): LiveGraph | undefined {
    return this.#held()?.live;
  }

  /** Keeps the graph that serves now until it is released; releasing twice is releasing once. */
  hold(): { readonly live: LiveGraph; readonly release: () => void } {
    const held = this.#held();
    if (!held) throw new Error(`no graph is served in phase ${this.#state.phase}`);
    held.questions++;
    let released = false;
    return {
      live: held.live,
      release: () => {
        if (released) return;
        released = true;
        held.questions--;
        void stopWhenOver(held);
      },
    };
  }

  /** Builds a graph and puts it in place. One at a time, in the order of the calls: the last text given is the one that serves. */
  replace(supergraphSdl: string): Promise<Replacement> {
    this.#last = this.#last.then(() => this.#replace(supergraphSdl));
    return this.#last;
  }

  async #replace(supergraphSdl: string): Promise<Replacement> {
    const before = this.#state;
    if (before.phase === 'REPLACING' || before.phase === 'STOPPED') return { outcome: 'STOPPED' };
    const current = before.phase === 'SERVING' ? before.current : undefined;
    if (current?.live.graph.supergraphSdl === supergraphSdl) return { outcome: 'UNCHANGED', graphId: current.live.graph.id };
    this.#state = { phase: 'REPLACING', current };
    try {
      const live = await this.build(supergraphSdl);
      const next: Held = { live, questions: 0, retired: false };
      if (this.phase === 'STOPPED') {
        await retire(next);
        return { outcome: 'STOPPED' };
      }
      this.#state = { phase: 'SERVING', current: next };
      if (current) await retire(current);
      return { outcome: 'REPLACED', graphId: live.graph.id };
    } catch (error) {
      if (this.phase === 'REPLACING') this.#state = before;
      return { outcome: 'KEPT_OLD', reason: error instanceof Error ? error.message : 'not a supergraph' };
    }
  }

  /** Stops serving; questions under way finish. */
  async stop(): Promise<void> {
    const held = this.#held();
    this.#state = { phase: 'STOPPED' };
    if (held) await retire(held);
  }

  #held(): Held | undefined {
    switch (this.#state.phase) {
      case 'SERVING':
      case 'REPLACING':
        return this.#state.current;
      case 'EMPTY':
      case 'STOPPED':
        return undefined;
    }
  }
}

async function retire(held: Held): Promise<void> {
  held.retired = true;
  await stopWhenOver(held);
}

async function stopWhenOver(held: Held): Promise<void> {
  if (!held.retired || held.questions > 0) return;
  await held.live.executor.stop();
  held.live.release?.();
}
