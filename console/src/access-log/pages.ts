import { ref, watch, type Ref } from 'vue';
import type { EntryFragment } from '../generated/console.js';

/** A list read page by page. */
interface Read {
  readonly entries: readonly EntryFragment[];
  readonly after: string | undefined;
}

/**
 * Puts the pages of a list one after the other. A page that has been asked for anew, with no cursor, begins it again.
 * @param page what has arrived last
 */
export function useEntries(page: () => Read | undefined): {
  readonly entries: Ref<readonly EntryFragment[]>;
  readonly after: Ref<string | undefined>;
  restart(): void;
} {
  const entries = ref<readonly EntryFragment[]>([]) as Ref<readonly EntryFragment[]>;
  const after = ref<string>();
  watch(page, (read) => {
    if (!read) return;
    const known = new Set(entries.value.map(({ id }) => id));
    entries.value = [...entries.value, ...read.entries.filter(({ id }) => !known.has(id))];
    after.value = read.after;
  });
  return {
    entries,
    after,
    restart() {
      entries.value = [];
      after.value = undefined;
    },
  };
}
