import { describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { recordAlarms } from '../../src/alarms.js';
import { AuditUnavailable, type AccessRecorder } from '../../src/evidence/record.js';
import { openRecorder } from '../../src/evidence/recorder.js';
import type { Batch } from '../../src/evidence/writer.js';
import { HubMetrics } from '../../src/http/metrics.js';
import { until } from '../setup/until.js';
import { asks, citizen, intentAbout, ownReading, WANG } from './setup/record.js';

type Write = (batch: Batch) => Promise<void>;

/** A recorder over a store that does as it is told, and the figures operators see. */
function recorded(write: Write): { recorder: AccessRecorder; figures: () => Promise<string>; does: (next: Write) => void } {
  const metrics = new HubMetrics();
  let current = write;
  const writer = { write: (batch: Batch) => current(batch), close: () => undefined };
  const recorder = openRecorder(writer, recordAlarms(pino({ level: 'silent' }), metrics), { lingerMs: 1, retryMs: 1 });
  const figures = async (): Promise<string> =>
    (await metrics.text())
      .split('\n')
      .filter((line) => line.startsWith('yichuang_record'))
      .join('\n');
  return { recorder, figures, does: (next) => (current = next) };
}

const AWAY: Write = () => Promise.reject(new Error('the store is away'));
const UP: Write = () => Promise.resolve();

describe('the figures of the record of access', () => {
  it('say that there is a gap, that it is over, and what was not recorded in it', async () => {
    const { recorder, figures, does } = recorded(UP);
    await recorder.intent(asks(), [intentAbout([WANG])]);
    expect(await figures()).toBe('yichuang_record_gap 0\nyichuang_record_gaps_total 0');
    does(AWAY);
    await expect(recorder.intent(asks(), [intentAbout([WANG])])).rejects.toThrow(AuditUnavailable);
    await recorder.intent(asks(citizen()), [ownReading(WANG)]);
    expect(await figures()).toBe('yichuang_record_gap 1\nyichuang_record_gaps_total 1');
    does(UP);
    await until(async () => (await figures()).includes('yichuang_record_gap 0'));
    expect(await figures()).toContain('yichuang_record_missing_total{kind="own_reading"} 1');
    await recorder.close();
  });

  it('do not say that a gap is over of which the rest cannot be noted', async () => {
    const { recorder, figures, does } = recorded(AWAY);
    await expect(recorder.intent(asks(), [intentAbout([WANG])])).rejects.toThrow(AuditUnavailable);
    let noted = 0;
    does(async ({ gaps = [] }) => {
      if (gaps.length === 0 || noted++ > 0) throw new Error('the store is away again');
      await recorder.intent(asks(citizen()), [ownReading(WANG)]); // while the gap is being noted
    });
    await until(() => noted > 2);
    expect(await figures()).toContain('yichuang_record_gap 1\n');
    does(UP);
    await until(async () => (await figures()).includes('yichuang_record_gap 0'));
    await recorder.close();
  });

  it('count what the store did not take', async () => {
    const refusal = Object.assign(new Error('no such row'), { code: '23514' });
    const { recorder, figures } = recorded(() => Promise.reject(refusal));
    const denied = { decisionId: 'd', subjectKind: 'PERSON', scopes: ['a.b:read'], code: 'ACCESS_DENIED', told: 'ACCESS_DENIED' } as const;
    recorder.denied(asks(), [{ ...denied, subjects: [WANG] }]);
    await until(async () => (await figures()).includes('yichuang_record_missing_total{kind="denial"} 1'));
    await recorder.close();
  });
});
