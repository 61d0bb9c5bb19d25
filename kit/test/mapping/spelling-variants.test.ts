import { describe, expect, it } from '@jest/globals';
import { Value } from 'typebox/value';
import { compileMapping } from '../../src/mapping/mapping.js';
import { Spelling, type MappingFile } from '../../src/mapping/spec.js';
import { overlaySpelling } from '../../src/mapping/spelling.js';
import type { RawRow } from '../../src/systems/system.js';

const file: MappingFile = {
  records: {
    unit: {
      part: 'units',
      subject: { from: 'code', as: 'creditCode' },
      fields: {
        state: { from: 'state', as: 'code', codes: { '1': 'ACTIVE', '4': 'CANCELLED' } },
        capital: { from: 'capital', as: 'yuan' },
        established: { from: 'established', as: 'date' },
      },
    },
  },
};

const spelling: Spelling = {
  codes: { state: { '存续（在营、开业、在册）': '1', 注销: '4' } },
  variants: {
    columns: ['node', 'NODE'],
    spellings: {
      lower: {
        columns: { units: { uniscid: 'code', node: 'province' } },
        units: { capital: 'wan' },
        epochMillis: ['established'],
      },
      upper: { columns: { units: { UNISCID: 'code', STATE: 'state', CAPITAL: 'capital', ESTABLISHED: 'established', NODE: 'province' } } },
      numbered: { codes: { state: { '01': '1', '04': '4' } } },
    },
    registers: { '110000': ['lower'], '310000': ['upper', 'numbered'] },
  },
};

const CODE = '91110000MA0000013U';
const OTHER = '91310000MA0000014C';

function read(rows: readonly RawRow[], by: Spelling = spelling): unknown[][] {
  const source = { agency: 'market-regulation', system: 'market-registry', jurisdiction: undefined, jurisdictionColumn: 'province' };
  const subjects = compileMapping(file, by).read(
    { rows: new Map([['units', rows]]), asOf: new Date(0), freshness: 'LIVE' },
    [CODE, OTHER],
    source,
  );
  return [...subjects.values()].flatMap((records) =>
    (records.get('unit') ?? []).map(({ state, capital, established, provenance }) => [
      provenance.jurisdiction,
      state,
      capital,
      established,
      provenance.quality.map(({ field, rule }) => `${field} ${rule}`),
    ]),
  );
}

const beijing = (own: RawRow): RawRow => ({
  uniscid: CODE,
  node: '110000',
  state: '注销',
  capital: '1',
  established: '946483200000',
  ...own,
});

describe('rows of several registers in one answer', () => {
  it('are each read in the spelling of the register they come from', () => {
    expect(
      read([
        { uniscid: CODE, node: '110000', state: '存续(在营、开业、在册)', capital: '12.5', established: '946483200000' },
        { UNISCID: OTHER, NODE: '310000', STATE: '04', CAPITAL: '12.5', ESTABLISHED: '2018/03/15' },
      ]),
    ).toEqual([
      ['110000', 'ACTIVE', '125000.00', '1999-12-30', []],
      ['310000', 'CANCELLED', '12.50', '2018-03-15', []],
    ]);
  });

  it("keep one register's codes out of the others' rows", () => {
    expect(read([beijing({ state: '04' })])).toEqual([['110000', null, '10000.00', '1999-12-30', ['state CODE_UNKNOWN']]]);
  });

  it('are refused as a whole when a register has no spelling, because nobody can say whom the row is about', () => {
    expect(() => read([beijing({ node: '990000' })])).toThrow(expect.objectContaining({ code: 'AGENCY_BAD_RESPONSE' }));
    expect(() => read([{ uniscid: CODE }])).toThrow(expect.objectContaining({ code: 'AGENCY_BAD_RESPONSE' }));
  });

  it('need every spelling that a register names', () => {
    const broken: Spelling = { variants: { columns: ['node'], spellings: {}, registers: { '110000': ['lower'] } } };
    expect(() => compileMapping(file, broken)).toThrow('register 110000 names the spelling lower');
  });

  it('may be spelt otherwise by one system of a family', () => {
    const { variants } = spelling;
    const own = overlaySpelling(spelling, { variants: { columns: ['node'], spellings: {}, registers: {} } });
    expect(own.variants?.columns).toEqual(['node']);
    expect(overlaySpelling(spelling, { units: { capital: 'fen' } }).variants).toEqual(variants);
    expect(Value.Check(Spelling, spelling)).toBe(true);
  });
});

describe('figures in 万元 and epoch dates', () => {
  it.each([
    ['1000.000000', '10000000.00', []],
    ['1,000.00', '10000000.00', []],
    ['0.5', '5000.00', []],
    ['1000.00000000', '10000000.00', []],
    ['1,00.00', null, ['capital YUAN_INVALID']],
    ['1000万', null, ['capital YUAN_INVALID']],
    ['', null, []],
  ])('reads a capital of %j as %s', (capital, expected, findings) => {
    expect(read([beijing({ capital })])).toEqual([['110000', 'CANCELLED', expected, '1999-12-30', findings]]);
  });

  it.each([
    ['0', null, ['established DATE_SENTINEL']],
    ['', null, []],
    ['-28800000', '1970-01-01', []],
    ['1999-12-30', '1999-12-30', []],
    ['not a date', null, ['established DATE_INVALID']],
  ])('reads a date of %j as %s', (established, expected, findings) => {
    expect(read([beijing({ established })])).toEqual([['110000', 'CANCELLED', '10000.00', expected, findings]]);
  });
});
