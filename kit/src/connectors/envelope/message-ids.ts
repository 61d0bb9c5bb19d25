import { shanghaiDigits } from './shanghai-clock.js';

/** Gives message ids (msgid): institution code 12 + yyyyMMddHHmmss 14 + serial 4. */
export type MessageIds = () => { readonly msgid: string; readonly at: Date };

export interface SerialRange {
  readonly from: number;
  readonly to: number;
}

/** An id must be unique for its institution, and connectors of one institution may share a process. */
const byInstitution = new Map<string, MessageIds>();

/** The ids of one institution and range of serials: the same source for everybody in this process. */
export function messageIdsOf(institution: string, range: SerialRange): MessageIds {
  const name = `${institution} ${range.from} ${range.to}`;
  let ids = byInstitution.get(name);
  if (!ids) byInstitution.set(name, (ids = messageIds(institution, range)));
  return ids;
}

/**
 * Never gives an id twice: when a second's serials are used up the next second is begun early, and when the clock is set back the
 * ids stay where they were until it has caught up.
 * @throws RangeError when the range holds no serial.
 */
export function messageIds(institution: string, { from, to }: SerialRange, now: () => Date = () => new Date()): MessageIds {
  if (from > to) throw new RangeError('the range of serial numbers is empty');
  let second = 0;
  let serial = from;
  return () => {
    const current = Math.floor(now().getTime() / 1000);
    if (current > second) [second, serial] = [current, from];
    else if (serial > to) [second, serial] = [second + 1, from];
    const at = new Date(second * 1000);
    return { msgid: `${institution}${shanghaiDigits(at).slice(0, 14)}${String(serial++).padStart(4, '0')}`, at };
  };
}
