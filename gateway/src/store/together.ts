import DataLoader from 'dataloader';

/** Asks for all keys that come up in one turn of the event loop in one go, of whichever questions they are. Nothing is kept. */
export function together<K, V>(askAll: (keys: readonly K[]) => Promise<readonly V[]>): DataLoader<K, V> {
  return new DataLoader(askAll, { cache: false, batchScheduleFn: (go) => setImmediate(go) });
}
