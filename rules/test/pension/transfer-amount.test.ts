import { describe, expect, it } from '@jest/globals';
import { evaluateExplained } from '../../src/evaluate.js';
import { dateFrom } from '../../src/calendar/civil-date.js';
import { pensionProvinceFrom } from '../../src/divisions/division.js';
import type { TransferMoneyValues } from '../../src/generated/transfer-money.js';
import { monthFrom } from '../../src/month.js';
import { Table } from '../../src/parameters/table.js';
import { moneyMoves } from '../../src/pension/transfer/money-moves.js';
import { Working } from '../../src/result.js';
import { amount, MOVE } from './ordinary-move.js';

describe('the money that moves with an ordinary relation', () => {
  it('is the balance of the year before, the principal of the year of the move, and 12 % of every base', () => {
    expect(amount({})).toMatchObject({
      balanceEndOfPreviousYear: '16394.85',
      currentYearPrincipal: '3456.00',
      personalAccountTransfer: '19850.85',
      pooledTransfer: '28368.00',
      total: '48218.85',
      yearEndBalances: { '2021': '2936.20', '2022': '9311.12', '2023': '16394.85' },
      informationSheet: {
        AIC093: '0.00',
        AIC089: '16394.85',
        AIC082: '3456.00',
        AIC083: '19850.85',
        AIC084: '28368.00',
        AIC102: '48218.85',
      },
    });
  });

  it('counts the months actually paid when they are fewer than a year', () => {
    expect(
      amount({ transferOutMonth: '202509', segments: [{ from: '202501', to: '202507', base: '5000.00' }], ratesByYear: {} }),
    ).toMatchObject({
      balanceEndOfPreviousYear: '0.00',
      personalAccountTransfer: '2800.00',
      pooledTransfer: '4200.00',
      total: '7000.00',
      yearEndBalances: {},
    });
  });

  it('has no pooled money before 1998, takes the whole account of 11 %, and subtracts nothing', () => {
    expect(
      amount({
        transferOutMonth: '200710',
        openingBalance: '14876.52',
        openingBalanceAsOf: '200612',
        pre1998PersonalWithInterest: '512.33',
        interestMethod: 'GIVEN_BALANCE',
        ratesByYear: {},
        segments: [
          { from: '199601', to: '199712', base: '450.00' },
          { from: '199801', to: '200512', base: '772.50' },
          { from: '200601', to: '200612', base: '1250.00' },
          { from: '200701', to: '200709', base: '1400.00' },
        ],
      }),
    ).toMatchObject({
      currentYearPrincipal: '1008.00',
      personalAccountTransfer: '16396.85',
      pooledTransfer: '12211.20',
      total: '28608.05',
    });
  });

  it('credits 11 % of the base up to 2005-12 and 8 % from 2006-01', () => {
    expect(
      amount({
        transferOutMonth: '200701',
        interestMethod: 'NONE',
        segments: [{ from: '200512', to: '200601', base: '1000.00' }],
      }),
    ).toMatchObject({
      balanceEndOfPreviousYear: '190.00',
      pooledTransfer: '240.00',
      yearEndBalances: { '2005': '110.00', '2006': '190.00' },
    });
  });

  it('takes neither money nor months from owed months, and no money from deemed ones', () => {
    const segments = [
      { from: '201801', to: '201812', base: '5000.00', type: 'DEEMED' },
      { from: '202301', to: '202306', base: '5000.00' },
      { from: '202307', to: '202309', base: '5000.00', unpaid: true },
      { from: '202310', to: '202312', base: '5000.00', paid: true },
      { from: '202401', to: '202406', base: '5000.00', unpaidMonths: ['202402', 202403] },
    ];
    expect(amount({ segments })).toMatchObject({
      currentYearPrincipal: '1600.00',
      pooledTransfer: '7800.00',
      months: { paid: 13, pooled: 13, deemed: 12, unpaid: 5, held: 0 },
    });
  });

  it.each([{ type: 'UNPAID' }, { type: 'ARREARS' }, { unpaid: true }, { arrears: true }, { paid: false }, { status: 'UNPAID' }])(
    'knows owed months by %j',
    (mark) => {
      const segments = [
        { from: '202401', to: '202403', base: '5000.00' },
        { from: '202404', to: '202406', base: '5000.00', ...mark },
      ];
      expect(amount({ segments })).toMatchObject({
        currentYearPrincipal: '1200.00',
        pooledTransfer: '1800.00',
        months: { paid: 3, unpaid: 3 },
      });
    },
  );

  it('is the same for a flexible worker, whose own rate is 20 %, and moves his whole pool share', () => {
    const flexible = amount({ personType: 'FLEXIBLE', personalRate: '0.20' });
    expect(flexible).toMatchObject({ personalAccountTransfer: '19850.85', pooledTransfer: '28368.00' });
    expect(amount({ personType: 'FLEXIBLE', personalRate: '0.08' })).toEqual(flexible);
  });

  it('lets a balance at an earlier year end grow, and does not count the deposits before it again', () => {
    // 10000 x 1.0397 + 12 x 400 + 0.0397/12 x 400 x 78
    expect(
      amount({
        openingBalance: '10000.00',
        openingBalanceAsOf: '202212',
        segments: [{ from: '202101', to: '202312', base: '5000.00' }],
      }),
    ).toMatchObject({
      balanceEndOfPreviousYear: '15300.22',
      currentYearPrincipal: '0.00',
      pooledTransfer: '21600.00',
      yearEndBalances: { '2023': '15300.22' },
    });
  });

  it.each(['202312', 202312, '2023', '2023-12', '2023-12-31', '20231231'])('reads the end of 2023 as %p', (openingBalanceAsOf) => {
    expect(amount({ interestMethod: 'GIVEN_BALANCE', openingBalance: '5.00', openingBalanceAsOf })).toMatchObject({
      balanceEndOfPreviousYear: '5.00',
    });
  });

  it('computes the annual method with 1.083/2 when a case asks for it', () => {
    // 12 x 400 = 4800; 4800 x (1 + 0.0397 x 0.5415) = 4903.188...
    expect(amount({ interestMethod: 'ANNUAL', segments: [{ from: '202301', to: '202312', base: '5000.00' }] })).toMatchObject({
      balanceEndOfPreviousYear: '4903.19',
    });
  });

  it('takes the published rates for years a case gives none of', () => {
    expect(amount({ ratesByYear: {} })).toMatchObject({ balanceEndOfPreviousYear: '16394.85' });
  });

  it('takes the last known rate for a year not published yet, and says that the figure is provisional', () => {
    const answer = evaluateExplained('pension_transfer_amount', {
      ...MOVE,
      transferOutMonth: '202701',
      ratesByYear: {},
      segments: [{ from: '202601', to: '202612', base: '5000.00' }],
    });
    // 4800 + 0.0150/12 x 400 x 78
    expect(answer).toMatchObject({ figures: { balanceEndOfPreviousYear: '4839.00' } });
    expect(answer).toHaveProperty(
      'provisional',
      expect.arrayContaining([expect.objectContaining({ reason: 'CREDITING_RATE_NOT_PUBLISHED' })]),
    );
  });

  it('marks moves after a notice whose text is not at hand', () => {
    expect(evaluateExplained('pension_transfer_amount', { ...MOVE, transferOutMonth: '202607' })).toHaveProperty(
      'provisional',
      expect.arrayContaining([expect.objectContaining({ reason: 'DOCUMENT_NOT_AT_HAND' })]),
    );
    expect(evaluateExplained('pension_transfer_amount', MOVE)).toHaveProperty('provisional', []);
  });

  it('holds back 36 months paid at once without papers, and moves all others', () => {
    const segments = [
      { from: '202001', to: '202212', base: '4000.00', paidOn: '2023-05-10' },
      { from: '202301', to: '202312', base: '5000.00' },
    ];
    const rates = { transferOutMonth: '202401', segments };
    expect(amount(rates)).toMatchObject({ pooledTransfer: '7200.00', months: { paid: 12, held: 36 } });
    const papers = [{ kind: 'COURT', issuedOn: '2023-05-09' }];
    expect(amount({ ...rates, segments: [{ ...segments[0], papers }, segments[1]] })).toMatchObject({
      pooledTransfer: '24480.00',
      months: { paid: 48, held: 0 },
    });
  });
});

describe('a temporary account', () => {
  it('moves every contribution of employer and person with interest, and no 12 %', () => {
    // 2023: 24 % of 5000 = 1200 a month; 14400 + 0.0397/12 x 1200 x 78; 2024: six months of 1200
    expect(
      amount({
        accountKind: 'TEMPORARY',
        employerRate: '0.16',
        segments: [{ from: '202301', to: '202406', base: '5000.00' }],
      }),
    ).toMatchObject({
      balanceEndOfPreviousYear: '14709.66',
      currentYearPrincipal: '7200.00',
      personalAccountTransfer: '21909.66',
      pooledTransfer: '0.00',
      total: '21909.66',
    });
  });

  it('takes the employer rate of the month when a case gives none, and says so', () => {
    const answer = evaluateExplained('pension_transfer_amount', {
      ...MOVE,
      accountKind: 'TEMPORARY',
      interestMethod: 'NONE',
      transferOutMonth: '201907',
      segments: [{ from: '201904', to: '201905', base: '1000.00' }],
    });
    expect(answer).toMatchObject({ figures: { total: '520.00' }, provisional: [{ reason: 'EMPLOYER_RATE_ASSUMED' }] });
  });

  it('records the whole 20 % of a flexible worker', () => {
    const segments = [{ from: '202401', to: '202401', base: '5000.00' }];
    expect(amount({ accountKind: 'TEMPORARY', personType: 'FLEXIBLE', segments })).toMatchObject({ total: '1000.00' });
  });
});

describe('a move inside one province', () => {
  it('moves the relation and the account information, and no money', () => {
    expect(amount({ fromProvince: '440300', toProvince: '440100' })).toMatchObject({
      moneyMoves: false,
      balanceEndOfPreviousYear: '16394.85',
      personalAccountTransfer: '0.00',
      pooledTransfer: '0.00',
      total: '0.00',
    });
  });

  it('is none between Xinjiang and the 兵团', () => {
    expect(amount({ fromProvince: '650100', toProvince: '659001' })).toMatchObject({ moneyMoves: true, total: '48218.85' });
  });
});

describe('a province with a switch of its own', () => {
  it('moves money inside it, or none out of it, from the day of its row on', () => {
    const source = { document: 'a provincial text', reference: 'a row of a test', certainty: 'derived' } as const;
    const switches = new Table<TransferMoneyValues>('switches', source, [
      [dateFrom('2010-01-01', ''), undefined, 'CN', { betweenProvinces: true, insideProvince: false }],
      [dateFrom('2024-01-01', ''), undefined, '440000', { betweenProvinces: false, insideProvince: true }],
    ]);
    const decide = (from: string, to: string, month: string) =>
      moneyMoves(
        { from: pensionProvinceFrom(from, ''), to: pensionProvinceFrom(to, ''), month: monthFrom(month, '') },
        new Working(),
        switches,
      ).moves;
    expect(decide('440000', '440000', '202401')).toBe(true);
    expect(decide('440000', '440000', '202312')).toBe(false);
    expect(decide('440000', '430000', '202401')).toBe(false);
    expect(decide('430000', '440000', '202401')).toBe(true);
  });
});
