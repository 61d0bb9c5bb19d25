import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { evaluateExplained } from '../../src/evaluate.js';
import { fenFromYuan } from '../../src/money.js';
import { ask } from './question.js';

const clear = (input: object) => ask('overlap_clearing', input);
const relation = (province: string, from: string, to: string, base = '5000.00') => ({ province, segments: [{ from, to, base }] });

describe('months that several relations claim', () => {
  it('stay with the relation that is kept; the account part of the other is paid back, the pooled part is not', () => {
    expect(
      clear({
        relations: [relation('440000', '202001', '202012'), relation('330000', '202010', '202106', '6000.00')],
        keep: '440000',
        destination: '330000',
      }),
    ).toMatchObject({
      countedMonths: 18,
      overlappingMonths: 3,
      refund: '1440.00',
      pooledRefund: '0.00',
      clearedBy: '330000',
      relations: [
        { id: '440000', keptMonths: 12, clearedMonths: 0, refund: '0.00' },
        { id: '330000', keptMonths: 6, clearedMonths: 3, cleared: [{ from: '202010', to: '202012' }], refund: '1440.00' },
      ],
    });
  });

  it('are cleared among three relations in the order the person names', () => {
    const relations = [
      relation('440000', '202001', '202006'),
      relation('330000', '202004', '202009'),
      relation('110000', '202006', '202012'),
    ];
    expect(clear({ relations, keep: ['440000', '110000'] })).toMatchObject({
      countedMonths: 12,
      overlappingMonths: 6,
      relations: [
        { keptMonths: 6, clearedMonths: 0 },
        { keptMonths: 0, clearedMonths: 6, refund: '2400.00' },
        { keptMonths: 6, clearedMonths: 1, cleared: [{ from: '202006', to: '202006' }], refund: '400.00' },
      ],
    });
  });

  it('bear interest up to the end of the year before they are paid back', () => {
    // 400 in 2020-12: 400 x (1 + 0.0604/12) = 402.01, x 1.0669 = 428.90
    expect(
      clear({
        relations: [relation('440000', '202012', '202012'), relation('330000', '202012', '202012')],
        keep: '440000',
        settledIn: '202203',
      }),
    ).toMatchObject({ refund: '428.90' });
  });

  it('are credited at 11 % before 2006', () => {
    expect(
      clear({ relations: [relation('440000', '200512', '200601'), relation('330000', '200512', '200601')], keep: '440000' }),
    ).toMatchObject({
      refund: '950.00',
    });
  });

  it('are none when nothing overlaps, and then nothing has to be chosen', () => {
    expect(clear({ relations: [relation('440000', '202001', '202006'), relation('330000', '202007', '202012')] })).toMatchObject({
      countedMonths: 12,
      overlappingMonths: 0,
      refund: '0.00',
    });
  });

  it.each<[string, string, string, object]>([
    ['nothing says what is kept', 'KEEP_NOT_CHOSEN', 'keep', {}],
    ['the kept relation is not there', 'KEEP_UNKNOWN', 'keep', { keep: '110000' }],
    ['the kept relations leave an overlap open', 'KEEP_NOT_CHOSEN', 'keep', { keep: [] }],
    [
      'a relation is given twice',
      'RELATION_TWICE',
      'relations[1].id',
      { relations: [relation('440000', '202001', '202001'), relation('440000', '202001', '202001')] },
    ],
    [
      'a relation is of the resident scheme',
      'OTHER_RULE_APPLIES',
      'relations[0].scheme',
      { relations: [{ ...relation('440000', '202001', '202001'), scheme: '170' }] },
    ],
    [
      'the account part is from before 1998',
      'CLEARED_BEFORE_1998',
      'relations[1].segments[0]',
      { keep: '440000', relations: [relation('440000', '199701', '199712'), relation('330000', '199701', '199701')] },
    ],
  ])('are refused when %s', (_, code, field, changed) => {
    expect(
      clear({ relations: [relation('440000', '202001', '202012'), relation('330000', '202001', '202012')], ...changed }),
    ).toMatchObject({ refused: { code, field } });
  });

  it('count once, whoever keeps them: kept months add up to the months of the calendar', () => {
    const text = (index: number) => `${2018 + Math.floor(index / 12)}${String((index % 12) + 1).padStart(2, '0')}`;
    const stretch = fc.record({ from: fc.integer({ min: 0, max: 40 }), months: fc.integer({ min: 1, max: 20 }) });
    fc.assert(
      fc.property(
        fc.array(stretch, { minLength: 3, maxLength: 3 }),
        fc.shuffledSubarray(['0', '1', '2'], { minLength: 3 }),
        (stretches, keep) => {
          const out = clear({
            keep,
            relations: stretches.map(({ from, months }, index) => ({
              ...relation('440000', text(from), text(from + months - 1)),
              id: String(index),
            })),
          });
          const distinct = new Set(stretches.flatMap(({ from, months }) => Array.from({ length: months }, (_, index) => from + index)));
          const relations = out['relations'] as { keptMonths: number; clearedMonths: number; refund: string }[];
          expect(out['countedMonths']).toBe(distinct.size);
          expect(relations.reduce((sum, { keptMonths }) => sum + keptMonths, 0)).toBe(distinct.size);
          expect(relations.reduce((sum, { refund }) => sum + fenFromYuan(refund, ''), 0)).toBe(fenFromYuan(String(out['refund']), ''));
          for (const { clearedMonths, refund } of relations) expect(fenFromYuan(refund, '')).toBe(clearedMonths * 40_000);
        },
      ),
    );
  });
});

describe('pensions drawn twice', () => {
  const twice = (input: object) => ask('double_benefits', input);
  const resident = {
    scheme: '170',
    from: '201801',
    to: '202012',
    monthly: '150.00',
    accountBalance: '5000.00',
    governmentSubsidies: '800.00',
  };
  const employee = { scheme: '110', from: '201901', to: '202012', monthly: '2500.00' };

  it('end with the employee pension; the resident basic pension is set off against the account without subsidies', () => {
    expect(twice({ benefits: [resident, employee] })).toMatchObject({
      keep: '1',
      reason: 'EMPLOYEE_OVER_RESIDENT',
      repay: '3600.00',
      payout: '600.00',
      cleared: [
        {
          id: '0',
          doubleMonths: 24,
          accountReturned: '4200.00',
          setOffFromAccount: '3600.00',
          setOffFromPension: '0.00',
          payout: '600.00',
        },
      ],
    });
  });

  it('of two residents end with the place that paid first', () => {
    expect(twice({ benefits: [resident, { ...resident, from: '201712' }] })).toMatchObject({ keep: '1', reason: 'PAID_FIRST' });
  });

  it('of two employees end with the one chosen; only what was drawn since 5号 is repaid, first from the account, then from the pension', () => {
    const benefits = [
      { id: 'A', scheme: '110', from: '201001', to: '201703', monthly: '1000.00' },
      { id: 'B', scheme: '110', from: '201607', to: '201703', monthly: '1000.00', accountBalance: '3000.00' },
    ];
    expect(twice({ benefits, keep: 'A' })).toMatchObject({
      reason: 'CHOSEN',
      cleared: [
        {
          id: 'B',
          doubleMonths: 9,
          repayMonths: 4,
          repay: '4000.00',
          setOffFromAccount: '3000.00',
          setOffFromPension: '1000.00',
          payout: '0.00',
        },
      ],
    });
    expect(twice({ benefits })).toMatchObject({ refused: { code: 'KEEP_NOT_CHOSEN', field: 'keep' } });
    expect(evaluateExplained('double_benefits', { benefits, keep: 'A' })).toMatchObject({
      provisional: [{ reason: 'EFFECTIVE_DAY_UNCONFIRMED' }],
    });
  });

  it('conserve money: what is repaid comes from account and pension, the rest of the account is paid out', () => {
    const amount = fc.integer({ min: 0, max: 2_000_000 });
    fc.assert(
      fc.property(amount, amount, (monthly, account) => {
        const out = twice({
          benefits: [
            { ...resident, monthly: (monthly / 100).toFixed(2), accountBalance: (account / 100).toFixed(2), governmentSubsidies: '0' },
            employee,
          ],
        });
        const [one] = out['cleared'] as Record<
          'repay' | 'setOffFromAccount' | 'setOffFromPension' | 'accountReturned' | 'payout',
          string
        >[];
        const fen = (value: string | undefined) => fenFromYuan(value ?? '', '');
        expect(fen(one?.repay)).toBe(fen(one?.setOffFromAccount) + fen(one?.setOffFromPension));
        expect(fen(one?.accountReturned)).toBe(fen(one?.setOffFromAccount) + fen(one?.payout));
      }),
    );
  });

  it.each<[string, string, string, object]>([
    ['there is only one', 'NOT_DOUBLE', 'benefits', { benefits: [resident] }],
    ['two residents began in one month', 'KEEP_NOT_CHOSEN', 'keep', { benefits: [resident, resident] }],
    ['one is of another scheme', 'OTHER_RULE_APPLIES', 'benefits[1].scheme', { benefits: [resident, { ...employee, scheme: '210' }] }],
    ['one has no end and the case no day', 'INPUT_INVALID', 'benefits[1].to', { benefits: [resident, { ...employee, to: null }] }],
    [
      'subsidies are more than the account',
      'SUBSIDIES_EXCEED_ACCOUNT',
      'benefits[0].governmentSubsidies',
      { benefits: [{ ...resident, accountBalance: '1.00' }, employee] },
    ],
  ])('are refused when %s', (_, code, field, input) => {
    expect(twice(input)).toMatchObject({ refused: { code, field } });
  });
});
