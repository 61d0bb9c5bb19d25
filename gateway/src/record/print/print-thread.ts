import { parentPort } from 'node:worker_threads';
import type { Archive } from '../archive.js';
import { archivePdf } from './archive-pdf.js';

/** The printing thread: to print takes the better part of a second of a processor, in which the hub would answer nobody. */
parentPort?.on('message', (archive: Archive) => {
  // What goes wrong ends the thread, and that is told.
  void archivePdf(archive).then((printed) => {
    parentPort?.postMessage(printed);
  });
});
