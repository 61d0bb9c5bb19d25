import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { evaluateExplained } from '../../src/evaluate.js';
import { fenFromYuan } from '../../src/money.js';
import { ask } from './question.js';

const into = {
  direction: 'RESIDENT_TO_EMPLOYEE',
  reachedStatutoryAge: true,
  retireYear: 2026,
  employeeMonths: 192,
  residentYears: 6,
  employeeAccount: '58020.10',
  residentAccount: '7350.20',
  overlapMonths: ['201910', '201911', '201912'],
  residentAnnualPersonal: '600.00',
  residentAnnualCollective: '0.00',
};
const link = (changed: object) => ask('urban_rural_link', { ...into, ...changed });

describe('the link with the resident scheme', () => {
  it('merges the resident account into the employee scheme, converts no resident years, and pays overlapping months back', () => {
    expect(link({})).toMatchObject({
      allowed: true,
      countedEmployeeMonths: 192,
      countedResidentMonths: 0,
      refund: '150.00',
      mergedAccount: '65220.30',
    });
  });

  it.each([
    [180, 2026, true],
    [179, 2026, false],
    [197, 2032, false],
    [198, 2032, true],
  ])('into the employee scheme with %d months in %d is allowed: %p', (employeeMonths, retireYear, allowed) => {
    expect(link({ employeeMonths, retireYear })).toMatchObject({ allowed });
    expect(link({ employeeMonths, retireYear, direction: 'EMPLOYEE_TO_RESIDENT' })).toMatchObject({ allowed: !allowed });
  });

  it('adds employee months to the resident scheme, each month once, and pays from 60', () => {
    expect(link({ direction: 'EMPLOYEE_TO_RESIDENT', employeeMonths: '100' })).toMatchObject({
      allowed: true,
      countedEmployeeMonths: 0,
      countedResidentMonths: 169,
      refund: '150.00',
      mergedAccount: '65220.30',
      paidFromAge: 60,
    });
  });

  it('pays back collective support as well, and takes the amounts of the year', () => {
    expect(
      link({
        overlapMonths: ['201912', 202001, '2020-02'],
        residentAnnualPersonal: { '2019': '600.00', '2020': '1000.00' },
        residentAnnualCollective: '120.00',
      }),
    ).toMatchObject({ refund: '246.67' });
  });

  it('counts an overlapping month that is named twice once', () => {
    expect(link({ overlapMonths: ['201910', '201910'] })).toMatchObject({ refund: '50.00' });
  });

  it.each([
    ['before the statutory age', { reachedStatutoryAge: false }, 'STATUTORY_AGE_NOT_REACHED'],
    ['for who draws a pension', { alreadyReceiving: true }, 'ALREADY_RECEIVING'],
    ['before several employee relations are gathered', { relationsGathered: false }, 'RELATIONS_NOT_GATHERED'],
    ['without the months', { employeeMonths: 100 }, 'TOO_FEW_EMPLOYEE_MONTHS'],
    ['with the months into the resident scheme', { direction: 'EMPLOYEE_TO_RESIDENT' }, 'ENOUGH_EMPLOYEE_MONTHS'],
  ])('is not allowed %s', (_, changed, reason) => {
    expect(link(changed)).toMatchObject({ allowed: false, reason, error: reason, refund: '0.00', mergedAccount: null });
  });

  it('is provisional once the minimum of the year is more than the 15 years of the text', () => {
    expect(evaluateExplained('urban_rural_link', { ...into, retireYear: 2030 })).toMatchObject({
      provisional: [{ reason: 'THRESHOLD_UNCONFIRMED' }],
    });
    expect(evaluateExplained('urban_rural_link', into)).toMatchObject({ provisional: [] });
  });

  it('conserves money: both accounts are the merged account and the refund', () => {
    const amount = fc.integer({ min: 1_000_000, max: 100_000_000 });
    fc.assert(
      fc.property(
        amount,
        amount,
        fc.integer({ min: 0, max: 500_000 }),
        fc.integer({ min: 0, max: 12 }),
        (employee, resident, yearly, months) => {
          const yuan = (fen: number) => (fen / 100).toFixed(2);
          const out = link({
            employeeAccount: yuan(employee),
            residentAccount: yuan(resident),
            residentAnnualPersonal: yuan(yearly),
            overlapMonths: Array.from({ length: months }, (_, index) => `2019${String(index + 1).padStart(2, '0')}`),
          });
          expect(fenFromYuan(String(out['mergedAccount']), '') + fenFromYuan(String(out['refund']), '')).toBe(employee + resident);
          expect(Math.abs(fenFromYuan(String(out['refund']), '') - (yearly * months) / 12)).toBeLessThanOrEqual(0.5);
        },
      ),
    );
  });

  it.each<[string, string, string, object]>([
    ['month 13', 'MONTH_INVALID', 'overlapMonths[0]', { overlapMonths: ['201913'] }],
    ['a month before the resident scheme', 'SCHEME_NOT_YET', 'overlapMonths[0]', { overlapMonths: ['200801'] }],
    ['more overlap than months', 'OVERLAP_TOO_LONG', 'overlapMonths', { residentYears: 0 }],
    ['a refund beyond the account', 'REFUND_EXCEEDS_ACCOUNT', 'residentAccount', { residentAccount: '149.99' }],
    ['a year before the link existed', 'LINK_NOT_YET', 'retireYear', { retireYear: 2013 }],
    ['no year', 'INPUT_INVALID', 'retireYear', { retireYear: null }],
    ['an unknown direction', 'INPUT_INVALID', 'direction', { direction: 'SIDEWAYS' }],
    ['three decimals', 'MONEY_DECIMALS', 'employeeAccount', { employeeAccount: '1.005' }],
    ['a negative account', 'MONEY_NEGATIVE', 'residentAccount', { residentAccount: '-1' }],
    [
      'no yearly amount of an overlapping year',
      'INPUT_INVALID',
      'residentAnnualPersonal.2019',
      { residentAnnualPersonal: { '2018': '1' } },
    ],
    ['a count that is no number', 'COUNT_INVALID', 'employeeMonths', { employeeMonths: '-3' }],
  ])('is refused with %s', (_, code, field, changed) => {
    expect(link(changed)).toMatchObject({ refused: { code, field } });
  });
});
