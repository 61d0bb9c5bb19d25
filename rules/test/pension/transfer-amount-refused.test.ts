import { describe, expect, it } from '@jest/globals';
import { amount } from './ordinary-move.js';

describe('an input that cannot be decided', () => {
  const one = (changed: object) => [{ from: '202301', to: '202312', base: '5000.00', ...changed }];
  it.each<[string, string, string, object]>([
    ['month 13', 'MONTH_INVALID', 'segments[0].to', { segments: one({ to: '202313' }) }],
    ['a move in month 13', 'MONTH_INVALID', 'transferOutMonth', { transferOutMonth: '202413' }],
    ['a negative base', 'MONEY_NEGATIVE', 'segments[0].base', { segments: one({ base: '-5000.00' }) }],
    ['three decimals', 'MONEY_DECIMALS', 'segments[0].base', { segments: one({ base: '5000.005' }) }],
    ['no base', 'INPUT_INVALID', 'segments[0].base', { segments: one({ base: null }) }],
    ['a segment that ends before it begins', 'RANGE_REVERSED', 'segments[0].to', { segments: one({ to: '202212' }) }],
    ['an unknown province', 'DIVISION_UNKNOWN', 'toProvince', { toProvince: '990000' }],
    ['Hong Kong', 'NOT_A_PENSION_JURISDICTION', 'fromProvince', { fromProvince: '810000' }],
    ['months claimed twice', 'MONTHS_OVERLAP', 'segments[1]', { segments: [...one({}), { from: '202312', to: '202402', base: '1.00' }] }],
    ['months after the move', 'MONTHS_AFTER_MOVE', 'segments[2].to', { transferOutMonth: '202405' }],
    ['a balance of the year of the move', 'BALANCE_AFTER_MOVE', 'openingBalanceAsOf', { openingBalanceAsOf: '202412' }],
    ['a balance of June', 'BALANCE_NOT_AT_YEAR_END', 'openingBalanceAsOf', { openingBalanceAsOf: '202206' }],
    [
      'a given balance that is too old',
      'BALANCE_NOT_OF_LAST_YEAR',
      'openingBalanceAsOf',
      { interestMethod: 'GIVEN_BALANCE', openingBalanceAsOf: '202212' },
    ],
    [
      'a provincial rate that is not given',
      'CREDITING_RATE_MISSING',
      'ratesByYear.2015',
      { segments: [{ from: '201501', to: '201512', base: '3000.00' }] },
    ],
    [
      'months before 1998 of unknown value',
      'BALANCE_BEFORE_1998_MISSING',
      'pre1998PersonalWithInterest',
      { pre1998PersonalWithInterest: null, segments: [{ from: '199701', to: '199712', base: '300.00' }] },
    ],
    [
      'payments before the scheme existed',
      'SCHEME_NOT_YET',
      'segments[0].from',
      { segments: [{ from: '196001', to: '196001', base: '30' }] },
    ],
    [
      'a temporary account before 2010',
      'TEMPORARY_BEFORE_2010',
      'segments[0].from',
      { accountKind: 'TEMPORARY', segments: one({ from: '200912' }) },
    ],
    ['accounts of both kinds', 'ACCOUNT_KINDS_MIXED', 'segments[0]', { segments: one({ type: 'TEMPORARY' }) }],
    ['a pensioner', 'ALREADY_RECEIVING', 'alreadyReceiving', { alreadyReceiving: true }],
    ['the resident scheme', 'OTHER_RULE_APPLIES', 'scheme', { scheme: '170' }],
    ['an unknown scheme', 'SCHEME_UNKNOWN', 'scheme', { scheme: '999' }],
    ['an unknown kind of account', 'ACCOUNT_KIND_UNKNOWN', 'accountKind', { accountKind: 'GOLD' }],
    ['an unknown method', 'INTEREST_METHOD_UNKNOWN', 'interestMethod', { interestMethod: 'DAILY' }],
    ['a percentage that lost its sign', 'RATE_INVALID', 'personalRate', { personalRate: '8' }],
    ['a crediting rate of 669 %', 'RATE_INVALID', 'ratesByYear.2021', { ratesByYear: { '2021': '6.69' } }],
    ['a segment of an unknown type', 'SEGMENT_TYPE_UNKNOWN', 'segments[0].type', { segments: one({ type: 'SOMEHOW' }) }],
    [
      'an owed month outside its segment',
      'MONTH_OUTSIDE_SEGMENT',
      'segments[0].unpaidMonths[0]',
      { segments: one({ unpaidMonths: ['202401'] }) },
    ],
    ['a rate of nonsense', 'RATE_INVALID', 'ratesByYear.2021', { ratesByYear: { '2021': 'x' } }],
    ['a paper nobody knows', 'PAPER_UNKNOWN', 'segments[0].papers[0].kind', { segments: one({ papers: [{ kind: 'LETTER' }] }) }],
    ['marks that exclude each other', 'SEGMENT_CONTRADICTS', 'segments[0]', { segments: one({ deemed: true, unpaid: true }) }],
    ['no move month', 'INPUT_INVALID', 'transferOutMonth', { transferOutMonth: null }],
  ])('is refused by name: %s', (_, code, field, changed) => {
    expect(amount(changed)).toMatchObject({ refused: { code, field } });
  });
});
