import type { Logger } from 'pino';
import type { AccessCatalogue } from '@yichuang/schema';
import type { Store } from '../store/store.js';
import { Readings } from './reading.js';
import type { AccessRecorder } from './record.js';
import { recordingWith, type Recording } from './recorded-question.js';
import { openRecorder, type RecordAlarms } from './recorder.js';
import { accessLogResolvers, type AccessLogResolvers } from './resolvers.js';
import { startSweeping } from './sweeper.js';
import { openWriter } from './writer.js';

/** The record of access: what is written to it, and how it is read. */
export interface Evidence {
  readonly recorder: AccessRecorder;
  readonly recording: Recording;
  readonly resolvers: AccessLogResolvers;
  /** Writes what is waiting; before the store is closed. */
  close(): Promise<void>;
}

/** What it is kept with. */
export interface EvidenceOptions {
  readonly store: Store;
  readonly catalogue: AccessCatalogue;
  /** Hexadecimal secret of the installation, from which the key of the pseudonyms is derived. */
  readonly secret: string;
  readonly logger: Logger;
  readonly alarms: RecordAlarms;
}

/** How long an intent waits for the store before third parties are refused. */
const PATIENCE_MS = 2_000;

/** Opens the record, and closes what earlier processes left open. */
export function openEvidence({ store, catalogue, secret, logger, alarms }: EvidenceOptions): Evidence {
  const recorder = openRecorder(openWriter(store.pool, PATIENCE_MS), alarms);
  const recording = recordingWith(secret);
  const stopSweeping = startSweeping(store.db, (error) => {
    logger.warn({ err: error }, 'answers left open could not be closed; tried again in a minute');
  });
  return {
    recorder,
    recording,
    resolvers: accessLogResolvers({ db: store.db, catalogue, readings: new Readings(recorder, recording) }),
    close: async () => {
      await stopSweeping();
      await recorder.close();
    },
  };
}
