import type { Worker } from 'node:worker_threads';
import { catalogued } from '@yichuang/schema';
import { isRecord } from '../../agencies/reply.js';
import { startThread } from '../../thread.js';
import type { Archive } from '../archive.js';
import type { ArchivePdf } from './archive-pdf.js';

/** Archives that may wait to be printed: each holds one whole record in memory. */
const MOST_WAITING = 20;
const HEAP_MB = 256;

/** Prints archives beside the hub, one at a time, each in a thread of its own: nothing of one person's record stays behind. */
export class Printing {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /**
   * @param remainingMs time that is left, also for who waits
   * @throws GraphQLError HUB_OVERLOADED when too many wait, QUESTION_TIMEOUT when it is not printed in time
   */
  async print(archive: Archive, remainingMs: () => number): Promise<ArchivePdf> {
    if (this.#waiting >= MOST_WAITING) throw catalogued('HUB_OVERLOADED');
    this.#waiting++;
    const own = this.#last.then(() => printedInThread(archive, remainingMs()));
    this.#last = own.catch(() => undefined);
    try {
      return await own;
    } finally {
      this.#waiting--;
    }
  }
}

async function printedInThread(archive: Archive, withinMs: number): Promise<ArchivePdf> {
  if (withinMs <= 0) throw catalogued('QUESTION_TIMEOUT');
  const worker = startThread(new URL('./print-thread.ts', import.meta.url), {
    workerData: archive,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  });
  try {
    return await answerOf(worker, withinMs);
  } finally {
    await worker.terminate();
  }
}

function answerOf(worker: Worker, withinMs: number): Promise<ArchivePdf> {
  return new Promise((resolve, reject) => {
    const alarm = setTimeout(() => {
      reject(catalogued('QUESTION_TIMEOUT'));
    }, withinMs);
    const over = (act: () => void): void => {
      clearTimeout(alarm);
      act();
    };
    worker.once('message', (printed: unknown) => {
      over(() => {
        if (isPrinted(printed)) resolve(printed);
        else reject(new Error('the printing thread said something else'));
      });
    });
    worker.once('error', (error) => {
      over(() => {
        reject(error);
      });
    });
    worker.once('exit', () => {
      over(() => {
        reject(new Error('the printing thread ended without a word'));
      });
    });
  });
}

function isPrinted(value: unknown): value is ArchivePdf {
  return isRecord(value) && typeof value['base64'] === 'string';
}
