import { watchFile, unwatchFile } from 'node:fs';
import { readFile } from 'node:fs/promises';

/**
 * Watches a supergraph file. Polled, because a file that is replaced by renaming, or lies on a network volume, is not reported
 * reliably otherwise.
 * @param everyMs how often to look
 * @returns a function that stops watching
 */
export function watchSupergraph(file: string, everyMs: number, changed: (supergraphSdl: string) => void): () => void {
  const listener = (): void => {
    readFile(file, 'utf8').then(changed, () => undefined); // gone for a moment while being replaced; the next look finds it
  };
  watchFile(file, { interval: everyMs, persistent: false }, listener);
  return () => {
    unwatchFile(file, listener);
  };
}
