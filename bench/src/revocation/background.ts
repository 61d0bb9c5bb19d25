import type { Told } from './consenting.js';

/** Load beside what is measured. */
export interface Background {
  /** Questions answered so far, by what they came to. */
  readonly told: ReadonlyMap<Told | 'FAILED', number>;
  /** Asks no more, and waits for what is under way. */
  stop(): Promise<void>;
}

const MOST_UNDER_WAY = 64;

/** Asks so many questions a second, whether the ones before are answered or not; too many of them unanswered, and one is left out. */
export function background(perSecond: number, ask: (turn: number) => Promise<Told>): Background {
  const told = new Map<Told | 'FAILED', number>();
  const underWay = new Set<Promise<void>>();
  const count = (what: Told | 'FAILED'): void => {
    told.set(what, (told.get(what) ?? 0) + 1);
  };
  const begun = performance.now();
  let turn = 0;
  const timer = setInterval(() => {
    const due = ((performance.now() - begun) / 1_000) * perSecond;
    for (; turn < due; turn++) {
      if (underWay.size >= MOST_UNDER_WAY) continue;
      const asked: Promise<void> = ask(turn)
        .then(count, () => {
          count('FAILED');
        })
        .finally(() => underWay.delete(asked));
      underWay.add(asked);
    }
  }, 2);
  return {
    told,
    stop: async () => {
      clearInterval(timer);
      await Promise.all(underWay);
    },
  };
}
