import type { Worker } from 'node:worker_threads';
import { catalogued } from '@yichuang/schema';
import { isRecord } from '../../agencies/reply.js';
import { startThread } from '../../thread.js';
import type { Archive } from '../archive.js';
import type { IssuedPaper } from '../transfer-paper.js';
import type { PrintedFile } from './sheet.js';

/** What can be printed. */
export type PrintWork =
  { readonly kind: 'ARCHIVE'; readonly archive: Archive } | { readonly kind: 'TRANSFER_PAPER'; readonly paper: IssuedPaper };

/** Works that may wait to be printed: an archive holds one whole record in memory. */
const MOST_WAITING = 20;
const HEAP_MB = 256;
/** Milliseconds after which a thread will never be done, however busy the machine is. */
const NEVER_DONE_MS = 60_000;

/**
 * Prints beside the hub, one at a time. The thread is started by the first print, for it takes seconds to load what prints, and
 * stays, also when who asked could not wait for it; an idle one keeps no process alive. One that fails is ended, and the next print starts
 * another.
 */
export class Printing {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #worker: Worker | undefined;

  /**
   * @param withinMs time that is left
   * @throws GraphQLError HUB_OVERLOADED when too many wait, QUESTION_TIMEOUT when it is not printed in time
   */
  async print(work: PrintWork, withinMs: number): Promise<PrintedFile> {
    if (this.#waiting >= MOST_WAITING) throw catalogued('HUB_OVERLOADED');
    this.#waiting++;
    let late = false;
    const own = this.#last.then(() => {
      // Who does not wait any more needs nothing printed.
      if (late) throw catalogued('QUESTION_TIMEOUT');
      return this.#printed(work);
    });
    this.#last = own.catch(() => undefined).finally(() => this.#waiting--);
    let alarm: NodeJS.Timeout | undefined;
    const timeOver = new Promise<never>((_, reject) => {
      alarm = setTimeout(() => {
        late = true;
        reject(catalogued('QUESTION_TIMEOUT'));
      }, withinMs);
    });
    try {
      return await Promise.race([own, timeOver]);
    } finally {
      clearTimeout(alarm);
    }
  }

  async #printed(work: PrintWork): Promise<PrintedFile> {
    const worker = (this.#worker ??= startThread(new URL('./print-thread.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    }));
    worker.ref();
    try {
      const printed = await answerOf(worker, work);
      worker.unref();
      return printed;
    } catch (error) {
      this.#worker = undefined;
      await worker.terminate();
      throw error;
    }
  }
}

function answerOf(worker: Worker, work: PrintWork): Promise<PrintedFile> {
  return new Promise((resolve, reject) => {
    // Only its own: a worker without the listeners that Node itself has put on it is never heard again.
    const over = (): void => {
      clearTimeout(alarm);
      worker.off('message', take).off('error', fail).off('exit', ended);
    };
    const fail = (error: unknown): void => {
      over();
      reject(error instanceof Error ? error : new Error('the printing thread failed'));
    };
    const ended = (): void => {
      fail(new Error('the printing thread ended without a word'));
    };
    const take = (printed: unknown): void => {
      if (!isPrinted(printed)) {
        fail(new Error('the printing thread said something else'));
        return;
      }
      over();
      resolve(printed);
    };
    const alarm = setTimeout(() => {
      fail(new Error('the printing thread was not done'));
    }, NEVER_DONE_MS);
    alarm.unref();
    worker.on('message', take).on('error', fail).on('exit', ended);
    worker.postMessage(work);
  });
}

function isPrinted(value: unknown): value is PrintedFile {
  return isRecord(value) && typeof value['base64'] === 'string';
}
