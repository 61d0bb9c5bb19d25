import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { citizenNumberForms, parseCitizenNumber } from '@yichuang/schema';
import { JURISDICTIONS } from '../../src/people/jurisdictions.js';
import { startHrssSoap } from '../../src/systems/hrss-soap.js';
import { readCondition } from '../../src/systems/hrss-soap-message.js';
import type { FaultKind, StandInGroup } from '../../src/systems/stand-in.js';
import { askPeople, inTime, RECORDS, startDialect, underFault, type Dialect } from './hrss-dialect.js';
import { inOrder, recordsOfLife } from './hrss-expected.js';

const [CODE, ID] = ['510000', 'hrss-soap-510000'];
const PROVINCES = JURISDICTIONS.filter(({ dialect }) => dialect === 'soap').map(({ code, system }) => [code, system] as const);
let dialect: Dialect;
let env: StandInGroup['env'];

beforeAll(async () => {
  dialect = await startDialect(
    async (context) => {
      const group = await startHrssSoap(context);
      env = group.env;
      return group;
    },
    'hrss-soap-',
    {},
    { deadlineMs: 4000, breakAfter: 50 },
  );
}, 60_000);
afterAll(() => dialect.close());
afterEach(() => {
  for (const { id } of dialect.agency.systems) dialect.standIn(id).resetCalls();
});

const people = (): string[] => dialect.cleanLives(CODE).map(({ number }) => number);
const ask = (keys = people().slice(0, 3)): Promise<unknown> => dialect.system(ID).ask('citizen', keys, RECORDS, inTime());

describe('a provincial core behind SOAP', () => {
  it.each(PROVINCES)('tells the clean lives of %s as they were lived, in one call', async (code, id) => {
    const lives = dialect.cleanLives(code).slice(0, 40);
    expect(lives.length).toBeGreaterThan(0);
    const answer = await askPeople(
      dialect.system(id),
      lives.map(({ number }) => number),
      code,
    );
    for (const life of lives) {
      expect(inOrder(answer.get(life.number)?.records ?? {})).toEqual(inOrder(recordsOfLife(dialect.world, life, code)));
      expect(answer.get(life.number)?.findings).toEqual([]);
    }
    expect(dialect.standIn(id).calls()).toBe(1);
  });

  it('finds people under whatever form the register holds their number in', async () => {
    const spoilt = PROVINCES.flatMap(([code, id]) =>
      (dialect.registers.jurisdictions.get(code)?.AC02 ?? []).flatMap(({ AAC002 }) => {
        const number = parseCitizenNumber(AAC002);
        return number !== undefined && number !== AAC002 && citizenNumberForms(number).includes(AAC002) ? [{ id, number }] : [];
      }),
    );
    expect(spoilt.length).toBeGreaterThan(0);
    for (const { id, number } of spoilt) {
      const answer = await dialect.system(id).ask('citizen', [number], ['relation'], inTime());
      expect(answer.get(number)?.get('relation')?.length).toBeGreaterThan(0);
    }
  });

  it('tells a unit by its credit code, and nothing of people under it', async () => {
    const unit = dialect.registers.jurisdictions.get(CODE)?.AB01[0];
    const answer = (await dialect.system(ID).ask('unit', [unit?.SAB010 ?? ''], ['unit', 'person'], inTime())).get(unit?.SAB010 ?? '');
    expect(answer?.get('unit')).toMatchObject([
      {
        unitNumber: unit?.AAB001,
        headcount: Number(unit?.SAB120),
        nearRetirement: Number(unit?.SAB121),
        provenance: { jurisdiction: CODE, quality: [] },
      },
    ]);
    expect(answer?.get('person')).toEqual([]);
  });

  it('says nothing of people it does not know', async () => {
    const answer = await askPeople(dialect.system(ID), ['11010519491231002X'], undefined);
    expect(answer.get('11010519491231002X')).toEqual({ records: Object.fromEntries(RECORDS.map((name) => [name, []])), findings: [] });
  });

  it('lets go of a session after 200 questions, and no question fails for it', async () => {
    const [number = ''] = people();
    for (let i = 0; i < 201; i++) await dialect.system(ID).ask('citizen', [number], ['person'], inTime());
    expect(dialect.standIn(ID).calls()).toBe(201);
  });

  it('executes no condition but its own grammar', () => {
    expect(readCondition("aac002 in ('11010519491231002X','110105491231002')")?.values).toHaveLength(2);
    for (const text of [
      '1=1',
      "aac002 in ('a') or 1=1",
      "aac002 in ('a'')",
      "aac003 in ('a')",
      "aac002 in ('a';'b')",
      "aac002 in ('a','b'",
      '',
      undefined,
    ]) {
      expect(readCondition(text)).toBeUndefined();
    }
  });

  it('speaks GB18030 that it declares as GBK, and gives its SQL away as the real ones do', async () => {
    const answer = await fetch(`${env['HRSS_SOAP_URL'] ?? ''}/${CODE}/services`, { method: 'POST', body: '<not-soap' });
    const text = new TextDecoder('gb18030', { fatal: true }).decode(await answer.arrayBuffer());
    expect(answer.status).toBe(200);
    expect(text).toMatch(/encoding="GBK"[^]*<message>报文格式错误<\/message>/);
  });
});

describe('the soap connector meets', () => {
  const cases: readonly (readonly [FaultKind, string])[] = [
    ['hang', 'AGENCY_TIMEOUT'],
    ['drop', 'AGENCY_UNAVAILABLE'],
    ['error-in-200', 'AGENCY_BAD_RESPONSE'],
    ['truncate', 'AGENCY_BAD_RESPONSE'],
    ['wrong-encoding', 'AGENCY_BAD_RESPONSE'],
    ['wrong-person', 'SUBJECT_MISMATCH'],
    ['closed', 'AGENCY_CLOSED'],
  ];
  it.each(cases)('%s with %s, and the next question works', async (kind, code) => {
    const fault = await underFault(dialect, ID, { kind }, () => ask());
    expect(fault.code).toBe(code);
    for (const key of people()) expect(JSON.stringify([fault.message, fault.detail])).not.toContain(key);
    expect(fault.message).not.toMatch(/ORA|select|系统/);
    await expect(ask()).resolves.toBeDefined();
  });

  it('latency by waiting, as long as the deadline lets', async () => {
    await dialect.standIn(ID).setFault({ kind: 'latency', milliseconds: 300 });
    const begun = performance.now();
    await ask();
    await dialect.standIn(ID).setFault(undefined);
    expect(performance.now() - begun).toBeGreaterThan(295);
  });

  it('rows that come twice by counting them once, with a finding', async () => {
    await dialect.standIn(ID).setFault({ kind: 'duplicate-rows', times: 1 });
    const [number = ''] = people();
    const answer = (await askPeople(dialect.system(ID), [number], CODE)).get(number);
    expect(answer?.records['person']).toHaveLength(1);
    expect(new Set(answer?.findings.map((finding) => finding.split(' ')[1]))).toEqual(new Set(['DUPLICATE_ROW']));
  });

  it('a connection that breaks once by asking again', async () => {
    await dialect.standIn(ID).setFault({ kind: 'drop', times: 1 });
    await expect(ask()).resolves.toBeDefined();
    expect(dialect.standIn(ID).calls()).toBe(2);
  });

  it('a caller who leaves by leaving too', async () => {
    await dialect.standIn(ID).setFault({ kind: 'hang', times: 1 });
    const caller = new AbortController();
    const asked = dialect.system(ID).ask('citizen', people().slice(0, 1), ['person'], caller.signal);
    caller.abort();
    await expect(asked).rejects.toMatchObject({ code: 'AGENCY_TIMEOUT' });
    await dialect.standIn(ID).setFault(undefined);
    await expect(ask()).resolves.toBeDefined();
  });
});
