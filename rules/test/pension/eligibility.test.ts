import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { evaluateExplained } from '../../src/evaluate.js';
import { ask } from './question.js';

const question = {
  sex: 'M',
  birthMonth: '197501',
  hukouProvince: '510000',
  fromProvince: '440000',
  toProvince: '330000',
  firstPaidMonth: '202412',
};
const may = (changed: object) => ask('transfer_eligibility', { ...question, ...changed });

describe('who may move a pension relation', () => {
  it.each([
    ['a man of 49 years and 11 months', {}, true, 'UNDER_AGE_LIMIT', 'ORDINARY'],
    ['a man of 50', { firstPaidMonth: '202501' }, false, 'AGE_LIMIT_REACHED', 'TEMPORARY'],
    ['a woman of 39 years and 11 months', { sex: '2', birthMonth: '198501' }, true, 'UNDER_AGE_LIMIT', 'ORDINARY'],
    ['a woman of 40', { sex: 'F', birthMonth: '198412' }, false, 'AGE_LIMIT_REACHED', 'TEMPORARY'],
    ['anyone who goes back to the hukou province', { birthMonth: '196601', toProvince: '510000' }, true, 'HUKOU_PROVINCE', 'ORDINARY'],
    ['a man of 55 who is officially transferred', { birthMonth: '196912', officialTransfer: true }, true, 'OFFICIAL_TRANSFER', 'ORDINARY'],
    [
      'who was insured there before 2010',
      { birthMonth: '196912', insuredThereSince: '200912' },
      true,
      'INSURED_THERE_BEFORE_2010',
      'ORDINARY',
    ],
    [
      'who first paid there before 2010 at 50',
      { birthMonth: '195812', firstPaidMonth: '200912' },
      true,
      'INSURED_THERE_BEFORE_2010',
      'ORDINARY',
    ],
    ['who had merely interrupted payments', { birthMonth: '197001', merelyInterrupted: true }, true, 'MERELY_INTERRUPTED', 'ORDINARY'],
    ['who draws the pension', { alreadyReceiving: true }, false, 'ALREADY_RECEIVING', null],
    ['who wants cash instead', { cashOut: true }, false, 'NO_CASH_OUT', null],
    ['who has paid nothing there yet', { notYetPaid: true }, false, 'NOT_YET_CONTRIBUTED', null],
    ['who stays in the province', { toProvince: '440100', birthMonth: '196601' }, true, 'SAME_PROVINCE', 'ORDINARY'],
  ])('%s', (_, changed, allowed, reason, accountKind) => {
    expect(may(changed)).toMatchObject({ allowed, reason, accountKind, ...(allowed ? {} : { error: reason }) });
  });

  it('leaves the relation at the origin when a temporary account is opened', () => {
    expect(may({ birthMonth: '197001' })).toMatchObject({ relation: 'STAYS', relationProvince: '440000' });
    expect(may({})).toMatchObject({ relation: 'MOVES', relationProvince: '330000' });
  });

  it('opens a temporary account for a first contribution ever outside the hukou at 50 or 40', () => {
    expect(may({ fromProvince: null, birthMonth: '197001' })).toMatchObject({
      accountKind: 'TEMPORARY',
      relation: 'NONE',
      relationProvince: null,
    });
    expect(may({ fromProvince: null })).toMatchObject({ accountKind: 'ORDINARY', relation: 'BEGINS', relationProvince: '330000' });
  });

  it('seals an earlier temporary account when the person moves on', () => {
    expect(may({ birthMonth: '197001', temporaryAccountIn: '310000' })).toMatchObject({ accountKind: 'TEMPORARY', sealedIn: '310000' });
    expect(may({ birthMonth: '197001', temporaryAccountIn: '330000' })).toMatchObject({ sealedIn: null });
  });

  it('turns a temporary account into an ordinary one from the month after the hukou moved in', () => {
    const moved = { birthMonth: '197001', hukouProvince: '330000', temporaryAccountIn: '330000', hukouMovedIn: '202512' };
    expect(may(moved)).toMatchObject({ allowed: true, reason: 'HUKOU_MOVED_IN', accountKind: 'ORDINARY', ordinaryFrom: '202601' });
    expect(may({ ...moved, statutoryMonth: '202512' })).toMatchObject({ ordinaryFrom: null });
    expect(evaluateExplained('transfer_eligibility', { ...question, ...moved })).toMatchObject({
      provisional: [{ reason: 'SECONDARY_SOURCE' }],
    });
  });

  it('says that the day of birth decides in the month in which the age is reached', () => {
    expect(evaluateExplained('transfer_eligibility', { ...question, firstPaidMonth: '202501' })).toMatchObject({
      provisional: [{ reason: 'AGE_REACHED_IN_THE_MONTH' }],
    });
    expect(evaluateExplained('transfer_eligibility', question)).toMatchObject({ provisional: [] });
  });

  it('never opens a temporary account in the hukou province, nor below the age', () => {
    const province = fc.constantFrom('510000', '440000', '330000');
    fc.assert(
      fc.property(
        fc.constantFrom('M', 'F'),
        fc.integer({ min: 16, max: 69 }),
        province,
        province,
        province,
        (sex, age, hukouProvince, fromProvince, toProvince) => {
          const out = may({ sex, birthMonth: `${2024 - age}12`, hukouProvince, fromProvince, toProvince });
          const expected = toProvince !== hukouProvince && toProvince !== fromProvince && age >= (sex === 'M' ? 50 : 40);
          expect(out['accountKind'] === 'TEMPORARY').toBe(expected);
        },
      ),
    );
  });

  it.each<[string, string, string, object]>([
    ['a birth in month 13', 'MONTH_INVALID', 'birthMonth', { birthMonth: '197513' }],
    ['no birth', 'INPUT_INVALID', 'birthMonth', { birthMonth: null }],
    ['an unknown sex', 'INPUT_INVALID', 'sex', { sex: 'X' }],
    ['a contribution before birth', 'BORN_AFTER', 'firstPaidMonth', { firstPaidMonth: '197412' }],
    ['an unknown province', 'DIVISION_UNKNOWN', 'toProvince', { toProvince: '000000' }],
    ['settling abroad', 'SPECIAL_RULES_ABROAD', 'settlesAbroad', { settlesAbroad: true }],
  ])('refuses %s', (_, code, field, changed) => {
    expect(may(changed)).toMatchObject({ refused: { code, field } });
  });
});

describe('a lump sum', () => {
  const check = (input: object) => ask('lump_sum_check', input);
  it.each([
    ['of 35 months needs nothing', { paidOn: '2020-01-01', months: 35 }, true, 'UNDER_THREE_YEARS'],
    ['of 36 months needs papers', { paidOn: '2020-01-01', months: 36 }, false, 'PAPERS_MISSING'],
    ['paid before 2016 needs a commitment', { paidOn: '2015-06-01', months: 36 }, false, 'COMMITMENT_MISSING'],
    ['paid before 2016 with a commitment moves', { paidOn: '2015-06-01', months: 60, commitment: true }, true, 'COMMITMENT_GIVEN'],
    ['paid later is not helped by a commitment', { paidOn: '2020-01-01', months: 36, commitment: true }, false, 'PAPERS_MISSING'],
    [
      'with papers of a court made before moves',
      { paidOn: '2020-01-02', months: 36, papers: [{ kind: 'COURT', issuedOn: '2020-01-01' }] },
      true,
      'LEGAL_PAPERS_BEFORE_PAYMENT',
    ],
    [
      'with papers made up afterwards does not',
      { paidOn: '2020-01-02', months: 36, papers: [{ kind: 'AUDIT', issuedOn: '2020-01-03' }] },
      false,
      'PAPERS_AFTER_PAYMENT',
    ],
    [
      'with papers of the very day does not',
      { paidOn: '2020-01-02', months: 36, papers: [{ kind: 'AUDIT', issuedOn: '2020-01-02' }] },
      false,
      'PAPERS_AFTER_PAYMENT',
    ],
    [
      'after an agreed deferral has papers of its own',
      { paidOn: '2020-01-02', months: 36, papers: [{ kind: 'DEFERRAL_AGREEMENT' }] },
      true,
      'PAPERS_OF_THEIR_OWN',
    ],
  ])('%s', (_, payment, movable, reason) => {
    expect(check(payment)).toMatchObject({ movable, results: [{ movable, reason }], movableMonths: movable ? payment.months : 0 });
  });

  it('is all that was paid on one day, and lets every other month move', () => {
    expect(
      check({
        payments: [
          { paidOn: '2020-01-01', from: '201501', to: '201612', province: '440300' },
          { paidOn: '2020-01-01', from: '201701', to: '201712', province: '440300' },
          { paidOn: '2020-02-01', from: '202001', to: '202001' },
        ],
      }),
    ).toMatchObject({
      movable: false,
      movableMonths: 1,
      heldMonths: 36,
      riskFlag: true,
      results: [
        { months: 24, movable: false, returnedTo: '440000' },
        { months: 12, movable: false },
        { months: 1, movable: true, riskFlag: false },
      ],
    });
  });

  it('is worth a look when a month was paid more than 36 months late', () => {
    expect(check({ paidOn: '2020-02-01', from: '201702', to: '201702' })).toMatchObject({ riskFlag: false });
    expect(check({ paidOn: '2020-02-01', from: '201701', to: '201701' })).toMatchObject({ movable: true, riskFlag: true });
  });

  it('is provisional in the weeks between the signing and the publication of 5号', () => {
    expect(evaluateExplained('lump_sum_check', { paidOn: '2016-12-01', months: 40 })).toMatchObject({
      provisional: [{ reason: 'EFFECTIVE_DAY_UNCONFIRMED' }],
    });
  });

  it.each<[string, string, string, object]>([
    ['no months', 'INPUT_INVALID', 'payments[0].months', { payments: [{ paidOn: '2020-01-01' }] }],
    ['a day that is none', 'DATE_INVALID', 'payments[0].paidOn', { payments: [{ paidOn: '2020-02-30', months: 1 }] }],
    ['a reversed range', 'RANGE_REVERSED', 'payments[0].to', { payments: [{ paidOn: '2020-02-01', from: '201702', to: '201701' }] }],
  ])('is refused with %s', (_, code, field, input) => {
    expect(check(input)).toMatchObject({ refused: { code, field } });
  });
});
