import { parentPort } from 'node:worker_threads';
import { archiveSheet } from './archive-sheet.js';
import type { PrintWork } from './printing.js';
import { paperSheet } from './paper-sheet.js';
import { printed } from './sheet.js';

/** The printing thread: to print takes the better part of a second of a processor, in which the hub would answer nobody. */
parentPort?.on('message', (work: PrintWork) => {
  // What goes wrong ends the thread, and that is told.
  void printed(work.kind === 'ARCHIVE' ? archiveSheet(work.archive) : paperSheet(work.paper)).then((file) => {
    parentPort?.postMessage(file);
  });
});
