import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compileMapping, loadMappingFile } from '../../src/mapping/mapping.js';
import type { MappingFile, Spelling } from '../../src/mapping/spec.js';
import type { RawRow, SystemAnswer } from '../../src/systems/system.js';

const A = '11010519491231002X';
const B = '440524188001010014';
const FILE: MappingFile = {
  records: {
    relation: {
      part: 'AC02',
      subject: { from: 'AAC002', as: 'citizenNumber' },
      fields: {
        state: { from: 'AAC031', as: 'code', codes: { '1': 'PAYING', '2': 'PAUSED' } },
        amount: { from: 'AAE129', as: 'yuan' },
        since: { from: 'AAC049', as: 'date' },
      },
    },
    name: { part: 'AC01', subject: { from: 'AAC002', as: 'citizenNumber' }, fields: { name: { from: 'AAC003', as: 'name' } } },
  },
};
const SOURCE = { agency: 'hrss', system: 'sys-1', jurisdiction: '340000', jurisdictionColumn: undefined };
const answer = (rows: Record<string, readonly RawRow[]>): SystemAnswer => ({
  rows: new Map(Object.entries(rows)),
  asOf: new Date('2026-10-31T00:00:00Z'),
  freshness: 'LIVE',
});
const row = (number: string, more: RawRow = {}): RawRow => ({ AAC002: number, AAC031: '1', AAE129: '12.00', AAC049: '20240101', ...more });

const read = (rows: readonly RawRow[], asked = [A, B], spelling: Spelling = {}): Record<string, unknown>[] =>
  asked.flatMap((key) => [
    ...(compileMapping(FILE, spelling)
      .read(answer({ AC02: rows }), asked, SOURCE)
      .get(key)
      ?.get('relation') ?? []),
  ]);

describe('a mapping', () => {
  it('asks for the parts of the records that are needed, each once', () => {
    const mapping = compileMapping(FILE);
    expect(mapping.partsOf(['relation', 'name', 'relation', 'unknown'])).toEqual(['AC02', 'AC01']);
    expect(mapping.partsOf([])).toEqual([]);
  });

  it('gives each record to whom it is about, however the register spells the number, with its provenance', () => {
    const records = compileMapping(FILE).read(answer({ AC02: [row('110105491231002'), row('44052418800101001４  ')] }), [A, B], SOURCE);
    for (const key of [A, B]) {
      expect(records.get(key)?.get('relation')).toEqual([
        {
          state: 'PAYING',
          amount: '12.00',
          since: '2024-01-01',
          provenance: {
            agency: 'hrss',
            system: 'sys-1',
            jurisdiction: '340000',
            asOf: '2026-10-31T00:00:00.000Z',
            freshness: 'LIVE',
            quality: [],
          },
        },
      ]);
    }
  });

  it('has an empty list for a subject without rows, and no list for a part that was not asked', () => {
    const subject = compileMapping(FILE)
      .read(answer({ AC02: [] }), [A], SOURCE)
      .get(A);
    expect([...(subject ?? [])]).toEqual([['relation', []]]);
  });

  it('refuses everything when one row is about somebody else or about nobody', () => {
    for (const number of [B, '', '123', 'x'])
      expect(() => read([row(A), row(number)], [A])).toThrow(expect.objectContaining({ code: 'SUBJECT_MISMATCH' }));
  });

  it('never says in its refusal whom the row was about', () => {
    expect(() => read([row(B)], [A])).not.toThrow(B);
  });

  it('makes a bad field null with a finding that names field, rule and column, and keeps the rest', () => {
    expect(read([row(A, { AAC031: '7', AAC049: '00000000' })], [A])).toMatchObject([
      {
        state: null,
        since: null,
        amount: '12.00',
        provenance: {
          quality: [
            { field: 'state', rule: 'CODE_UNKNOWN', sourceField: 'AAC031' },
            { field: 'since', rule: 'DATE_SENTINEL', sourceField: 'AAC049' },
          ],
        },
      },
    ]);
  });

  it('counts rows that are the same to the letter once, and only those', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('1.00', '2.00', '3.00'), { minLength: 1, maxLength: 12 }), (amounts) => {
        const records = read(
          amounts.map((amount) => row(A, { AAE129: amount })),
          [A],
        );
        expect(records.map(({ amount }) => amount)).toEqual([...new Set(amounts)]);
        for (const { amount, provenance } of records) {
          const double = amounts.filter((other) => other === amount).length > 1;
          expect((provenance as { quality: readonly unknown[] }).quality).toEqual(
            double ? [{ field: '*', rule: 'DUPLICATE_ROW', sourceField: null }] : [],
          );
        }
      }),
    );
  });

  it('takes the jurisdiction from the row where a system holds several', () => {
    const source = { ...SOURCE, jurisdiction: undefined, jurisdictionColumn: 'AAB299' };
    const records = compileMapping(FILE).read(answer({ AC02: [row(A, { AAB299: '320000 ' }), row(A)] }), [A], source);
    expect(
      records
        .get(A)
        ?.get('relation')
        ?.map(({ provenance }) => provenance.jurisdiction),
    ).toEqual(['320000', null]);
  });
});

describe('a spelling', () => {
  const spelling: Spelling = {
    columns: { AC02: { sfzh: 'AAC002', zt: 'AAC031', je: 'AAE129', rq: 'AAC049' } },
    codes: { AAC031: { A: '1', '1': '2' } },
    units: { AAE129: 'fen' },
    epochMillis: ['AAC049'],
  };
  const own = (more: RawRow = {}): RawRow => ({ sfzh: A, zt: 'A', je: '123456', rq: '946483200000', ...more });

  it('is undone: own names, codes, fen and epoch dates in UTC+8', () => {
    expect(read([own()], [A], spelling)).toMatchObject([
      { state: 'PAYING', amount: '1234.56', since: '1999-12-30', provenance: { quality: [] } },
    ]);
    expect(read([own({ zt: '1', je: '-5' })], [A], spelling)).toMatchObject([{ state: 'PAUSED', amount: '-0.05' }]);
  });

  it('never makes an unknown code or a wrong amount look right', () => {
    const [record] = read([own({ zt: '2', je: '12.34', rq: '2023-02-29' })], [A], spelling);
    expect(record).toMatchObject({
      state: null,
      amount: null,
      since: null,
      provenance: { quality: [{ rule: 'CODE_UNKNOWN' }, { rule: 'YUAN_INVALID' }, { rule: 'DATE_INVALID' }] },
    });
  });

  it('leaves NULL and nothing alone', () => {
    expect(read([own({ zt: '', je: null, rq: '' })], [A], spelling)).toMatchObject([
      { state: null, amount: null, since: null, provenance: { quality: [] } },
    ]);
  });
});

describe('the mapping files of 人社', () => {
  it.each(['national', 'ministry'])('%s.yaml fits', (name) => {
    expect(
      Object.keys(loadMappingFile(new URL(`../../../subgraphs/hrss/mappings/${name}.yaml`, import.meta.url)).records),
    ).not.toHaveLength(0);
  });
});
