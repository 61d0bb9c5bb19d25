import { readFileSync, readdirSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { readCases } from '../../src/cases/case.js';
import { pensionProvinces } from '../../src/divisions/division.js';
import { evaluateExplained } from '../../src/index.js';
import { Table } from '../../src/parameters/table.js';
import { samples } from '../evaluate/samples.js';

/** Files of yearly figures, and how an answer says that one of them does not cover the year: by a refusal, or by a reason beside the figures. */
const FIGURES: Readonly<Record<string, readonly string[]>> = {
  'account-crediting-rates': ['CREDITING_RATE_MISSING', 'CREDITING_RATE_NOT_PUBLISHED', 'ACCOUNT_NOT_COMPUTED'],
  'average-wages': ['AVERAGE_WAGE_NOT_PUBLISHED', 'NATIONAL_WAGE_STANDS_IN', 'INDEX_WITHOUT_EARLY_YEARS', 'ESTIMATE_NOT_POSSIBLE'],
  'calculation-bases': ['CALCULATION_BASE_NOT_PUBLISHED', 'ESTIMATE_NOT_POSSIBLE'],
  'contribution-limits': ['LIMITS_NOT_PUBLISHED', 'LIMITS_COMPUTED', 'BASE_LIMITS_NOT_ON_FILE'],
  'resident-basic-pensions': ['BASIC_PENSION_NOT_PUBLISHED'],
};
/** Files in which no row means that there was, or is, no such rule there: nothing stands in for it. */
const NO_RULE = new Set([
  'account-credit-shares',
  'contribution-subsidies',
  'local-additions',
  'occupational-injury-places',
  'receiving-city-rules',
  'transition-pensions',
]);

/** File and year of every look-up that found no row, while one question was answered. */
const missed = new Set<string>();
beforeAll(() => {
  const { at } = Table.prototype;
  jest.spyOn(Table.prototype, 'at').mockImplementation(function (this: Table<unknown>, on, place, where) {
    const row = at.call(this, on, place, where);
    if (row === undefined && where === undefined) missed.add(`${this.name} ${String(on).slice(0, 4)}`);
    return row;
  });
});
beforeEach(() => {
  missed.clear();
});
afterAll(() => {
  jest.restoreAllMocks();
});

const reasonsIn = (value: unknown): string[] =>
  [...JSON.stringify(value).matchAll(/"(?:reason|code|provisional)":("[A-Z_]+"|\[[^\]]*\])/g)].flatMap(
    ([, said = '']) => said.match(/[A-Z][A-Z_]+/g) ?? [],
  );

/** Years that no file covers and of which the answer says nothing. */
function silent(kind: string, input: unknown): string[] {
  missed.clear();
  const said = new Set(reasonsIn(evaluateExplained(kind, input)));
  return [...missed].filter((one) => {
    const [file = ''] = one.split(' ');
    return !NO_RULE.has(file) && !said.has('NO_PARAMETER') && !FIGURES[file]?.some((reason) => said.has(reason));
  });
}

describe('a year that no parameter file covers', () => {
  const folder = new URL('../../examples/', import.meta.url);
  const cases = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => readCases(JSON.parse(readFileSync(new URL(name, folder), 'utf8'))) ?? []);

  it.each(cases.map(({ id, kind, input }) => [id, kind, input] as const))('is told of in case %s (%s)', (_, kind, input) => {
    expect(silent(kind, input)).toEqual([]);
  });

  it.each(Object.entries(samples))('is told of by %s', (kind, input) => {
    expect(silent(kind, input)).toEqual([]);
  });

  it.each(pensionProvinces())('is told of in %s, whenever somebody lived and retires there', (province) => {
    for (const born of [1952, 1964, 1980, 2001]) {
      const life = {
        sex: 'M',
        birthMonth: `${born}-03`,
        hukouProvince: province,
        asOf: '202610',
        segments: [{ from: `${born + 25}-01`, to: '202610', province, base: '5000.00' }],
        relations: [{ province, scheme: '110', accountKind: 'ORDINARY', state: 'PAYING' }],
      };
      expect(silent('outlook', { ...life, whatIf: { retireIn: `${born + 63}-03` } })).toEqual([]);
      expect(silent('risk_screening', life)).toEqual([]);
    }
    for (const year of [1991, 2005, 2016, 2024, 2026, 2031, 2050]) {
      expect(silent('resident_pension', { province, accountBalance: '1000.00', month: `${year}-09` })).toEqual([]);
      expect(silent('contribution_limits', { province, area: province, month: `${year}-09` })).toEqual([]);
      expect(
        silent('benefit_estimate', {
          receivingProvince: province,
          retireMonth: `${year}-09`,
          averageIndex: '1',
          actualMonths: 240,
          accountBalance: '100000.00',
          retireAgeMonths: 720,
        }),
      ).toEqual([]);
      // Every file of figures ends somewhere: what is asked here runs into it.
      if (year === 2050) expect([...missed]).toContain('calculation-bases 2050');
    }
  });
});
