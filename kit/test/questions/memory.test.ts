import { describe, expect, it } from '@jest/globals';
import type { AgencySystem } from '../../src/agency.js';
import type { StandardRecord } from '../../src/mapping/mapping.js';
import { QuestionMemory } from '../../src/questions/memory.js';
import { AgencyFault } from '../../src/systems/system.js';

const provenance = {
  agency: 'hrss',
  system: 'sys-1',
  jurisdiction: null,
  asOf: '2026-11-01T00:00:00.000Z',
  freshness: 'LIVE',
  quality: [],
} as const;
const signal = new AbortController().signal;

/** A system that holds three kinds of record and remembers what it was asked. */
function systemThatCounts(fail = false): AgencySystem & { readonly asked: { keys: readonly string[]; records: readonly string[] }[] } {
  const asked: { keys: readonly string[]; records: readonly string[] }[] = [];
  return {
    asked,
    agency: 'hrss',
    id: 'sys-1',
    transport: 'rest',
    jurisdictions: [],
    office: undefined,
    holds: (records) => [...records].some((record) => ['index', 'person', 'card'].includes(record)),
    ask: (_by, keys, records) => {
      asked.push({ keys: [...keys], records: [...records] });
      if (fail) return Promise.reject(new AgencyFault('AGENCY_TIMEOUT', 'sys-1 did not answer'));
      return Promise.resolve(
        new Map(
          keys.map((key) => [
            key,
            new Map<string, readonly StandardRecord[]>(records.map((record) => [record, [{ provenance, of: key, record }]])),
          ]),
        ),
      );
    },
    calls: () => asked.length,
    status: () => ({ id: 'sys-1', jurisdictions: [], transport: 'rest', state: 'UP', closed: false }),
    open: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

describe('what one question has read', () => {
  it('is not read again by its later steps, which ask for the rest only', async () => {
    const memory = new QuestionMemory();
    const system = systemThatCounts();
    await memory.ask('q1', system, 'citizen', ['a', 'b'], ['index'], signal);
    const known = await memory.ask('q1', system, 'citizen', ['a', 'b', 'c'], ['index', 'card', 'nothing of this system'], signal);
    expect(system.asked).toEqual([
      { keys: ['a', 'b'], records: ['index'] },
      { keys: ['a', 'b', 'c'], records: ['index', 'card'] },
    ]);
    if (known instanceof AgencyFault) throw known;
    expect(known.get('a')?.get('index')).toEqual([{ provenance, of: 'a', record: 'index' }]);
    expect(known.get('c')?.get('card')).toEqual([{ provenance, of: 'c', record: 'card' }]);
    await memory.ask('q1', system, 'citizen', ['a', 'c'], ['index', 'card'], signal);
    expect(system.asked).toHaveLength(2);
  });

  it('is not shared with another question, nor with another kind of key', async () => {
    const memory = new QuestionMemory();
    const system = systemThatCounts();
    await memory.ask('q1', system, 'citizen', ['a'], ['index'], signal);
    await memory.ask('q2', system, 'citizen', ['a'], ['index'], signal);
    await memory.ask('q1', system, 'unit', ['a'], ['index'], signal);
    expect(system.asked).toHaveLength(3);
  });

  it('is forgotten when its time is over', async () => {
    const memory = new QuestionMemory(1);
    const system = systemThatCounts();
    await memory.ask('q1', system, 'citizen', ['a'], ['index'], signal);
    while (system.asked.length < 2) {
      await new Promise(setImmediate);
      await memory.ask('q1', system, 'citizen', ['a'], ['index'], signal);
    }
    expect(system.asked).toHaveLength(2);
  });

  it('does not hold failures: the next step asks again', async () => {
    const memory = new QuestionMemory();
    const system = systemThatCounts(true);
    expect(await memory.ask('q1', system, 'citizen', ['a'], ['index'], signal)).toBeInstanceOf(AgencyFault);
    expect(await memory.ask('q1', system, 'citizen', ['a'], ['index'], signal)).toBeInstanceOf(AgencyFault);
    expect(system.asked).toHaveLength(2);
  });
});
