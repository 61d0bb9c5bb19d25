import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { evaluate } from '../../src/evaluate.js';

describe('how long unemployment benefit is paid', () => {
  const duration = (paidMonths: number, unusedMonths = 0) => evaluate('unemployment_duration', { paidMonths, unusedMonths });

  it.each([
    [0, 0],
    [11, 0],
    [12, 12],
    [59, 12],
    [60, 18],
    [119, 18],
    [120, 24],
    [500, 24],
  ])('after %i months paid is %i months', (paid, benefitMonths) => {
    expect(duration(paid)).toMatchObject({ benefitMonths, eligible: benefitMonths > 0 });
  });

  it.each([
    [12, 5, 17, 'PAID_ENOUGH'],
    [60, 6, 24, 'PAID_ENOUGH'],
    [60, 7, 24, 'PAID_ENOUGH'],
    [120, 10, 24, 'PAID_ENOUGH'],
    [6, 4, 4, 'UNUSED_MONTHS_LEFT'],
  ])('after %i months paid with %i unused months is %i months', (paid, unused, benefitMonths, reason) => {
    expect(duration(paid, unused)).toMatchObject({ benefitMonths, reason });
  });

  it('is nothing for those who left of their own will', () => {
    expect(evaluate('unemployment_duration', { paidMonths: 200, involuntary: false })).toMatchObject({
      eligible: false,
      reason: 'LEFT_VOLUNTARILY',
      benefitMonths: 0,
    });
  });

  it('never falls with more months paid, and never passes 24', () => {
    fc.assert(
      fc.property(fc.nat(600), fc.nat(40), (paid, unused) => {
        const months = (n: number) => {
          const answer = duration(n, unused);
          return typeof answer === 'object' && answer !== null && 'benefitMonths' in answer ? Number(answer.benefitMonths) : Number.NaN;
        };
        expect(months(paid + 1)).toBeGreaterThanOrEqual(months(paid));
        expect(months(paid)).toBeLessThanOrEqual(24);
      }),
    );
  });

  it('is refused for half a month', () => {
    expect(evaluate('unemployment_duration', { paidMonths: 11.5 })).toMatchObject({
      refused: { code: 'COUNT_INVALID', field: 'paidMonths' },
    });
  });
});

describe('the transfer of the unemployment relation', () => {
  const move = { fromProvince: '440000', toProvince: '430000', paidMonths: 70, monthlyBenefit: '1800.01', monthsDue: 17 };
  const transfer = (input: object) => evaluate('unemployment_transfer', { ...move, ...input });

  it('of an unemployed person who claims at the hukou takes 1.5 times what is due', () => {
    expect(transfer({ status: 'UNEMPLOYED', hukouProvince: '430000' })).toEqual({
      relationMoves: true,
      moneyMoves: true,
      reason: 'CLAIMED_AT_HUKOU',
      yearsAddUp: true,
      benefitTotal: '30600.17',
      medicalAndTraining: '15300.09',
      transferAmount: '45900.26',
    });
  });

  it('takes the months that were paid for when those due are not given', () => {
    expect(transfer({ status: 'UNEMPLOYED', claimAt: 'HUKOU', monthsDue: undefined, monthlyBenefit: '1000' })).toMatchObject({
      benefitTotal: '18000.00',
      transferAmount: '27000.00',
    });
  });

  it.each([
    [{ status: 'EMPLOYED' }, true, 'EMPLOYED'],
    [{ status: 'UNEMPLOYED', claimAt: 'LAST_PLACE' }, false, 'CLAIMED_AT_LAST_PLACE'],
    [{ status: 'UNEMPLOYED', claimAt: 'HUKOU', paidMonths: 11 }, true, 'PAID_UNDER_ONE_YEAR'],
    [{ status: 'UNEMPLOYED', toProvince: '440300' }, false, 'SAME_PROVINCE'],
  ])('of %j moves no money', (input, relationMoves, reason) => {
    expect(transfer(input)).toMatchObject({ relationMoves, moneyMoves: false, reason, transferAmount: '0.00' });
  });

  it.each([
    [{ status: 'UNEMPLOYED', drawing: true }, 'BENEFIT_ALREADY_DRAWN', 'drawing'],
    [{ status: 'UNEMPLOYED', hukouProvince: '410000' }, 'PLACE_CANNOT_PAY', 'toProvince'],
    [{ status: 'UNEMPLOYED', claimAt: 'HUKOU', monthlyBenefit: undefined }, 'INPUT_INVALID', 'monthlyBenefit'],
    [{ status: 'EMPLOYED', toProvince: undefined }, 'INPUT_INVALID', 'toProvince'],
    [{ status: 'UNEMPLOYED', monthlyBenefit: '1.001' }, 'MONEY_DECIMALS', 'monthlyBenefit'],
  ])('is refused for %j', (input, code, field) => {
    expect(transfer(input)).toMatchObject({ refused: { code, field } });
  });
});
