import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { evaluateExplained } from '../../src/evaluate.js';
import { fenFromYuan } from '../../src/money.js';
import { ask } from './question.js';

const plan = {
  payments: [
    { from: '202301', to: '202312', amount: '500.00', province: '440300' },
    { from: '202401', to: '202406', amount: '800.00', province: '330100' },
  ],
  retireMonth: '202501',
  retireProvince: '510000',
};
const mobile = (changed: object) => ask('mobile_scheme_proposal', { ...plan, ...changed });

describe('the proposed insurance of mobile workers', () => {
  it('is marked as a proposal with a code of its own', () => {
    expect(evaluateExplained('mobile_scheme_proposal', plan)).toMatchObject({
      figures: { schemeCode: 'X-MOBILE', proposal: true, inLaw: false, employerShare: '0.00' },
      provisional: [{ reason: 'PROPOSAL_NOT_LAW' }],
    });
  });

  it('leaves the money with the local agencies until the person retires, then moves it there', () => {
    expect(mobile({})).toMatchObject({
      months: 18,
      balance: '10800.00',
      keptBy: { '330000': '4800.00', '440000': '6000.00' },
      moves: [
        { from: '330000', to: '510000', amount: '4800.00' },
        { from: '440000', to: '510000', amount: '6000.00' },
      ],
    });
    expect(mobile({ retireProvince: '440000' })).toMatchObject({ moves: [{ from: '330000', to: '440000', amount: '4800.00' }] });
  });

  it('bears interest only at rates the case assumes', () => {
    expect(mobile({ ratesByYear: { '2023': '0.03', '2024': '0.03' } })).toMatchObject({ keptBy: { '440000': '6280.43' } });
    expect(mobile({ ratesByYear: { '2023': '0.03' } })).toMatchObject({
      refused: { code: 'CREDITING_RATE_MISSING', field: 'ratesByYear.2024' },
    });
  });

  it('conserves the money that was paid', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 12 }), (amounts) => {
        const out = mobile({
          payments: amounts.map((amount, index) => ({
            from: 202301 + index,
            amount: (amount / 100).toFixed(2),
            province: ['440000', '330000', '510000'][index % 3],
          })),
        });
        const kept = Object.values(out['keptBy'] as Record<string, string>).reduce((sum, amount) => sum + fenFromYuan(amount, ''), 0);
        expect(kept).toBe(amounts.reduce((sum, amount) => sum + amount, 0));
        expect(fenFromYuan(String(out['balance']), '')).toBe(kept);
      }),
    );
  });

  it.each<[string, string, string, object]>([
    ['the scheme of employees', 'PROPOSAL_NOT_MIXED', 'scheme', { scheme: '110' }],
    [
      'an employer who pays',
      'ONLY_THE_PERSON_PAYS',
      'payments[0].employerAmount',
      { payments: [{ ...plan.payments[0], employerAmount: '1.00' }] },
    ],
    ['a month before the proposal', 'SCHEME_NOT_YET', 'payments[0].from', { payments: [{ ...plan.payments[0], from: '202202' }] }],
    ['a payment after retirement', 'MONTHS_AFTER_MOVE', 'payments[0].to', { payments: [{ ...plan.payments[0], to: '202502' }] }],
    ['a negative payment', 'MONEY_NEGATIVE', 'payments[0].amount', { payments: [{ ...plan.payments[0], amount: '-1.00' }] }],
  ])('refuses %s', (_, code, field, changed) => {
    expect(mobile(changed)).toMatchObject({ refused: { code, field } });
  });
});
