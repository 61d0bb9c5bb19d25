import { citizenSeal, parseCitizenNumber } from '@yichuang/schema';
import type { Caller } from '../../../src/access/principal.js';
import type { IntentEntry, RecordedQuestion } from '../../../src/evidence/record.js';
import { recordingWith } from '../../../src/evidence/recorded-question.js';
import { openRecorder, type RecordAlarms, type RecorderSettings } from '../../../src/evidence/recorder.js';
import { openWriter, type Batch } from '../../../src/evidence/writer.js';
import type { Store } from '../../../src/store/store.js';
import { NUMBERS } from '../../setup/hub.js';

export const KEY = '5a'.repeat(32);
export const RECORDING = recordingWith(KEY);
const seal = citizenSeal(KEY);
export const PERSONS: readonly string[] = NUMBERS.map((number) => {
  const parsed = parseCitizenNumber(number);
  if (!parsed) throw new Error('a test number is not valid');
  return seal.seal(parsed);
});
export const [WANG = '', LI = ''] = PERSONS;

export const CASEWORKER: Caller = {
  principal: { kind: 'CASEWORKER', user: 'w-1', party: { kind: 'HRSS_OFFICE', code: '440000' }, jurisdiction: undefined },
  purpose: { kind: 'NAMED', code: 'COUNTER_SERVICE' },
  caseNumber: undefined,
};

export function citizen(number = 0): Caller {
  const ref = seal.seal(parseCitizenNumber(NUMBERS[number] ?? '') ?? fail());
  return {
    principal: { kind: 'CITIZEN', user: `u-${number}`, ref },
    purpose: { kind: 'NAMED', code: 'OWN_RECORD' },
    caseNumber: undefined,
  };
}

export function asks(caller: Caller = CASEWORKER): RecordedQuestion {
  return RECORDING.of(caller, 'f1a4c1d0-0000-4000-8000-000000000001');
}

/** An intent under the mandate of the counter. */
export function intentAbout(subjects: readonly string[], entry: Partial<IntentEntry> = {}): IntentEntry {
  return {
    decisionId: 'd-1',
    subjectKind: 'PERSON',
    subjects,
    basis: 'MANDATE',
    ref: 'counter-service',
    scopes: ['pension.relations:read'],
    agencies: ['hrss'],
    ...entry,
  };
}

/** A person reads their own data. */
export function ownReading(subject: string): IntentEntry {
  return intentAbout([subject], { basis: 'SELF', ref: undefined });
}

/** A recorder over a store, with every batch it wrote and everything operators were told. */
export function recorderOver(store: Store, settings: RecorderSettings & { readonly impatient?: () => boolean } = {}) {
  const batches: Batch[] = [];
  const told: { what: keyof RecordAlarms; said: unknown }[] = [];
  const writer = openWriter(store.pool, 20_000);
  const impatient = openWriter(store.pool, 50);
  const tell =
    (what: keyof RecordAlarms) =>
    (said: unknown): void =>
      void told.push({ what, said });
  const recorder = openRecorder(
    {
      write: (batch) => {
        batches.push(batch);
        return (settings.impatient?.() ? impatient : writer).write(batch);
      },
      close: () => {
        writer.close();
        impatient.close();
      },
    },
    { gapBegan: tell('gapBegan'), gapEnded: tell('gapEnded'), lost: tell('lost') },
    settings,
  );
  return { recorder, batches, told };
}

function fail(): never {
  throw new Error('a test number is not valid');
}
