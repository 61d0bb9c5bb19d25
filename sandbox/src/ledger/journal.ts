import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { OfficeOrder } from '@yichuang/kit';
import type { Effect } from './decide.js';

/** An order that took effect, and what it did. */
export interface JournalEntry {
  readonly order: OfficeOrder;
  readonly effect: Effect;
}

/** Effects in the order they were decided. */
export interface Journal {
  entries(): readonly JournalEntry[];
  /** Written before the effect is answered, so that a stand-in that is killed knows afterwards what it has done. */
  append(entry: JournalEntry): void;
}

/** A journal in a file, one line an entry. A line that was cut by a kill never was: nobody was told of it. */
export function fileJournal(path: string): Journal {
  return {
    entries() {
      if (!existsSync(path)) return [];
      const lines = readFileSync(path, 'utf8').split('\n');
      const whole = lines.slice(0, -1).filter((line) => line !== '');
      if (lines.at(-1) !== '') appendFileSync(path, '\n');
      return whole.flatMap((line) => {
        try {
          return [JSON.parse(line) as JournalEntry];
        } catch {
          return [];
        }
      });
    },
    append(entry) {
      appendFileSync(path, `${JSON.stringify(entry)}\n`);
    },
  };
}
