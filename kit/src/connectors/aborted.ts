/** What a connector throws when nobody waits for its answer any more; the guard makes it a timeout. */
export function aborted(): DOMException {
  return new DOMException('nobody waits for this answer any more', 'AbortError');
}
