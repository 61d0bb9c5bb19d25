import { untilAborted } from '../aborted.js';
import type { FileSource, OpenFolder } from './source.js';

interface SharedVisit {
  /** What those who came are there for, one after another. */
  readonly guests: ((folder: OpenFolder) => Promise<void>)[];
  /** How many still wait for theirs. */
  waiting: number;
  readonly givenUp: AbortController;
  /** Settles with the visit. */
  readonly over: Promise<void>;
}

/**
 * A source whose visits that begin at once are one: whoever comes before the folder is open shares the connection, and a list is read once
 * for all of them. Whoever comes later begins another visit, since something may have been put there meanwhile. A visit is given up when
 * nobody waits for it any more.
 */
export function sharedVisits(source: FileSource): FileSource {
  let opening: SharedVisit | undefined;

  function begin(): SharedVisit {
    const givenUp = new AbortController();
    const guests: SharedVisit['guests'] = [];
    // A folder of this machine is open at once, and those who come now are let in as well.
    const over = Promise.resolve().then(() =>
      source.visit(givenUp.signal, async (folder) => {
        close(visit);
        const same = listedOnce(folder);
        for (const guest of guests) await guest(same);
      }),
    );
    const visit: SharedVisit = { guests, waiting: 0, givenUp, over };
    return visit;
  }

  function close(visit: SharedVisit): void {
    if (opening === visit) opening = undefined;
  }

  return {
    async visit(signal, work) {
      signal.throwIfAborted();
      const visit = (opening ??= begin());
      visit.waiting++;
      const served = new Promise<void>((resolve, reject) => {
        visit.guests.push(async (folder) => {
          if (!signal.aborted) await work(folder).then(resolve, reject);
        });
        visit.over.then(resolve, reject);
      });
      try {
        await untilAborted(served, signal);
      } finally {
        if (--visit.waiting === 0) {
          close(visit);
          visit.givenUp.abort();
        }
      }
    },
  };
}

/** A folder whose lists stay as they were first read. */
function listedOnce(folder: OpenFolder): OpenFolder {
  const lists = new Map<string | undefined, ReturnType<OpenFolder['list']>>();
  return {
    ...folder,
    list(below) {
      const known = lists.get(below) ?? folder.list(below);
      lists.set(below, known);
      return known;
    },
  };
}
