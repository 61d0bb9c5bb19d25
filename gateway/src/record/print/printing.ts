import type { Worker } from 'node:worker_threads';
import { catalogued } from '@yichuang/schema';
import { isRecord } from '../../agencies/reply.js';
import { startThread } from '../../thread.js';
import type { Archive } from '../archive.js';
import type { ArchivePdf } from './archive-pdf.js';

/** Archives that may wait to be printed: each holds one whole record in memory. */
const MOST_WAITING = 20;
const HEAP_MB = 256;

/**
 * Prints archives beside the hub, one at a time. The thread is started by the first print, for it takes seconds to load what prints, and
 * stays; an idle one keeps no process alive. One that fails or is not done in time is ended, and the next print starts another.
 */
export class Printing {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #worker: Worker | undefined;

  /**
   * @param remainingMs time that is left, also for who waits
   * @throws GraphQLError HUB_OVERLOADED when too many wait, QUESTION_TIMEOUT when it is not printed in time
   */
  async print(archive: Archive, remainingMs: () => number): Promise<ArchivePdf> {
    if (this.#waiting >= MOST_WAITING) throw catalogued('HUB_OVERLOADED');
    this.#waiting++;
    const own = this.#last.then(() => this.#printed(archive, remainingMs()));
    this.#last = own.catch(() => undefined);
    try {
      return await own;
    } finally {
      this.#waiting--;
    }
  }

  async #printed(archive: Archive, withinMs: number): Promise<ArchivePdf> {
    if (withinMs <= 0) throw catalogued('QUESTION_TIMEOUT');
    const worker = (this.#worker ??= startThread(new URL('./print-thread.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    }));
    worker.ref();
    try {
      const printed = await answerOf(worker, archive, withinMs);
      worker.unref();
      return printed;
    } catch (error) {
      this.#worker = undefined;
      await worker.terminate();
      throw error;
    }
  }
}

function answerOf(worker: Worker, archive: Archive, withinMs: number): Promise<ArchivePdf> {
  return new Promise((resolve, reject) => {
    const over = (): void => {
      clearTimeout(alarm);
      worker.removeAllListeners();
    };
    const fail = (error: unknown): void => {
      over();
      reject(error instanceof Error ? error : new Error('the printing thread failed'));
    };
    const alarm = setTimeout(() => {
      fail(catalogued('QUESTION_TIMEOUT'));
    }, withinMs);
    worker.once('message', (printed: unknown) => {
      if (!isPrinted(printed)) {
        fail(new Error('the printing thread said something else'));
        return;
      }
      over();
      resolve(printed);
    });
    worker.once('error', fail);
    worker.once('exit', () => {
      fail(new Error('the printing thread ended without a word'));
    });
    worker.postMessage(archive);
  });
}

function isPrinted(value: unknown): value is ArchivePdf {
  return isRecord(value) && typeof value['base64'] === 'string';
}
