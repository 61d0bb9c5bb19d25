import type { Granted } from '../grants/granted.js';
import type { KeyKind } from '../systems/system.js';
import type { Need } from './needs.js';

/** Keys of a system, and the records that are wanted of all of them. */
export interface Wanted {
  readonly keys: readonly string[];
  readonly records: readonly string[];
}

/**
 * Which records of which keys may be fetched: of each subject only what the grant names. As few questions as possible, and one where all
 * subjects are granted the same.
 * @param subjectOf the subject behind a key
 */
export function wantedOf(
  needs: readonly Need[],
  by: KeyKind,
  keys: readonly string[],
  granted: Granted,
  subjectOf: (key: string) => string,
): Wanted[] {
  const byRecord = new Map<string, Set<string>>();
  for (const { record, scopes, whole, of } of needs) {
    const wanted = byRecord.get(record) ?? new Set<string>();
    byRecord.set(record, wanted);
    if (of === by) {
      for (const key of keys) {
        const subject = subjectOf(key);
        if (scopes.every((scope) => granted.allows(scope, subject)) && granted.boundsOf(whole, subject).length === 0) wanted.add(key);
      }
    } else if (scopes.length === 0 || granted.allowsOfAnybody(scopes)) {
      // Found through somebody's record: what led here was granted.
      for (const key of keys) wanted.add(key);
    }
  }
  const groups = new Map<string, { keys: readonly string[]; records: string[] }>();
  for (const [record, wanted] of byRecord) {
    if (wanted.size === 0) continue;
    const ordered = keys.filter((key) => wanted.has(key));
    const group = ordered.join('\n');
    const known = groups.get(group);
    if (known) known.records.push(record);
    else groups.set(group, { keys: ordered, records: [record] });
  }
  return [...groups.values()];
}
