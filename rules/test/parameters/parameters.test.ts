import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { dateFrom } from '../../src/calendar/civil-date.js';
import { divisionFrom, pensionProvinceFrom, pensionProvinces, provinceFrom } from '../../src/divisions/division.js';
import { readParameterFile } from '../../src/parameters/file.js';
import { Table } from '../../src/parameters/table.js';
import { parameterModule } from '../../src/parameters/typescript.js';

const folder = new URL('../../parameters/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
const text = (file: string) => readFileSync(new URL(file, folder), 'utf8');
const day = (value: string) => dateFrom(value, 'day');

describe('every parameter file', () => {
  it.each(files)('%s names its source, holds in known places, and its module is up to date', (file) => {
    const name = file.replace(/\.yaml$/, '');
    const read = readParameterFile(file, text(file));
    expect(parameterModule(name, read)).toBe(readFileSync(new URL(`../../src/generated/${name}.ts`, import.meta.url), 'utf8'));
    for (const { jurisdiction, source } of read.rows) {
      expect((source ?? read.source).document).not.toBe('');
      expect((source ?? read.source).reference).not.toBe('');
      if (jurisdiction !== 'CN') expect(divisionFrom(jurisdiction, 'jurisdiction')).toBe(jurisdiction);
    }
  });
});

const HEAD = `title: { zh: 甲, en: A }
columns: { rate: rate, kind: 'A | B?' }
source: { document: D, reference: R, certainty: seen }
`;

describe('a parameter file', () => {
  it.each([
    ['no source', `title: { zh: 甲, en: A }\ncolumns: { rate: rate }\nrows: [{ year: 2020, rate: '1' }]`, /source/],
    ['a source of unknown certainty', `${HEAD.replace('seen', 'sure')}rows: [{ year: 2020, rate: '1' }]`, /certainty/],
    ['a row without a date', `${HEAD}rows: [{ rate: '1' }]`, /row 1: says either year or validFrom/],
    ['a row that lacks a value', `${HEAD}rows: [{ year: 2020 }]`, /row 1: lacks rate/],
    ['a value that is no rate', `${HEAD}rows: [{ year: 2020, rate: x }]`, /RATE_INVALID \(x.yaml: row 1: rate\)/],
    ['a word that is not in the list', `${HEAD}rows: [{ year: 2020, rate: '1', kind: C }]`, /none of A, B/],
    ['a column nobody declared', `${HEAD}rows: [{ year: 2020, rate: '1', other: 1 }]`, /other is no column/],
    [
      'two rows for one time and place',
      `${HEAD}rows: [{ year: 2020, rate: '1' }, { validFrom: '2020-06-01', rate: '2' }]`,
      /two rows hold/,
    ],
    ['a row that ends before it begins', `${HEAD}rows: [{ validFrom: '2020-06-01', validTo: '2020-05-01', rate: '2' }]`, /ends before/],
    ['a place that is none', `${HEAD}rows: [{ year: 2020, rate: '1', jurisdiction: 44 }]`, /jurisdiction/],
  ])('with %s is refused', (_, yaml, expected) => {
    expect(() => readParameterFile('x.yaml', yaml)).toThrow(expected);
  });
});

describe('a table', () => {
  const source = { document: 'D', number: '甲〔2020〕1号', reference: 'R', certainty: 'seen' } as const;
  const table = new Table<{ readonly value: number }>('sample', source, [
    [day('2016-01-01'), day('2016-12-31'), 'CN', { value: 1 }],
    [day('2017-01-01'), undefined, 'CN', { value: 2 }],
    [day('2018-01-01'), day('2018-12-31'), '440000', { value: 3 }],
    [day('2018-01-01'), day('2018-06-30'), '440300', { value: 4 }],
  ]);

  it.each([
    ['2015-12-31', '440300', undefined],
    ['2016-12-31', '440300', 1],
    ['2018-06-30', '440300', 4],
    ['2018-07-01', '440300', 3],
    ['2018-07-01', '330000', 2],
    ['2019-01-01', '440300', 2],
  ])('gives on %s in %s the value %p: the closest place that has one', (on, place, value) => {
    expect(table.at(day(on), place)?.values.value).toBe(value);
  });

  it('knows the last value of a place after it has run out', () => {
    expect(table.lastKnown(day('2020-01-01'), '440300')?.values.value).toBe(4);
    expect(table.lastKnown(day('2015-01-01'), '440300')).toBeUndefined();
  });
});

describe('divisions', () => {
  it.each([
    ['440300', '440000'],
    ['440000000000', '440000'],
    [110105, '110000'],
    ['510202', '500000'],
    ['659001', '660000'],
    ['660000', '660000'],
  ])('%p lies in %s', (code, province) => {
    expect(provinceFrom(code, 'area')).toBe(province);
  });

  it.each(['990000', '44', '', 'GD', '160000', '4400001'])('%j is unknown', (code) => {
    expect(() => provinceFrom(code, 'segments[0].area')).toThrow(
      expect.objectContaining({ code: 'DIVISION_UNKNOWN', field: 'segments[0].area' }),
    );
  });

  it('run a basic pension scheme in 32 places, not in Hong Kong, Macao and Taiwan', () => {
    expect(pensionProvinces()).toHaveLength(32);
    expect(() => pensionProvinceFrom('810000', 'toProvince')).toThrow(expect.objectContaining({ code: 'NOT_A_PENSION_JURISDICTION' }));
  });
});
