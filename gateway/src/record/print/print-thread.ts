import { parentPort, workerData } from 'node:worker_threads';
import type { Archive } from '../archive.js';
import { archivePdf } from './archive-pdf.js';

/** The printing thread: cutting the type to the characters used takes seconds of a processor, in which the hub would answer nobody. */
const archive = workerData as Archive; // given by printing.ts, the only one to start it

parentPort?.postMessage(await archivePdf(archive));
