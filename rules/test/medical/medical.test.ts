import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { evaluate, evaluateExplained } from '../../src/evaluate.js';

const CASE = {
  fromScheme: '310',
  toScheme: '310',
  lastPaidMonth: '202410',
  firstPaidMonthNew: '202502',
  backPaid: true,
  continuousInsuredMonthsBefore: 40,
  acceptedOn: '2025-03-03',
  holidays: [],
  extraWorkdays: [],
  personalAccountBalance: '2316.45',
};
const transfer = (input: object) => evaluate('medical_transfer', { ...CASE, ...input });

describe('the transfer of medical cover', () => {
  it.each([
    [{ firstPaidMonthNew: '202411' }, 0, 'NONE', true],
    [{ firstPaidMonthNew: '202411', backPaid: false }, 0, 'NONE', false],
    [{ firstPaidMonthNew: '202412' }, 1, 'NONE', true],
    [{ firstPaidMonthNew: '202502' }, 3, 'NONE', true],
    [{ firstPaidMonthNew: '202503' }, 4, 'LOCAL_RULE', false],
    [{ firstPaidMonthNew: '202502', backPaid: false }, 3, 'LOCAL_RULE', false],
    [{ continuousInsuredMonthsBefore: 3 }, 3, 'NONE', true],
    [{ toScheme: '390', continuousInsuredMonthsBefore: 24 }, 3, 'NONE', true],
    [{ toScheme: '390', continuousInsuredMonthsBefore: 23 }, 3, 'LOCAL_RULE', false],
    [{ fromScheme: '390', continuousInsuredMonthsBefore: 24 }, 3, 'NONE', true],
    [{ fromScheme: '390', continuousInsuredMonthsBefore: 23, firstPaidMonthNew: '202411' }, 0, 'LOCAL_RULE', false],
    [{ fromScheme: 390, toScheme: 390 }, 3, 'LOCAL_RULE', false],
    [{ fromScheme: 390, toScheme: 390, firstPaidMonthNew: '202411' }, 0, 'NONE', true],
  ])('for %j has a gap of %i months, waiting %s, retroactive %s', (input, gapMonths, waiting, retroactive) => {
    expect(transfer(input)).toMatchObject({ gapMonths, waiting, retroactive });
  });

  it('waits at most six months by local rule, three in Jiangsu, and says so', () => {
    expect(transfer({ backPaid: false })).toMatchObject({ waitingMonthsMax: 6 });
    expect(transfer({ backPaid: false, toArea: '320500' })).toMatchObject({ waitingMonthsMax: 3 });
    expect(evaluateExplained('medical_transfer', { ...CASE, backPaid: false })).toMatchObject({
      provisional: [{ reason: 'LOCAL_WAITING_PERIOD' }],
    });
  });

  it('skips given holidays and works on given make-up days', () => {
    expect(transfer({ holidays: ['2025-03-04', '2025-03-05'] })).toMatchObject({
      transferOutDue: '2025-03-19',
      transferInDue: '2025-03-26',
    });
    expect(transfer({ extraWorkdays: ['2025-03-08', '2025-03-22'] })).toMatchObject({
      transferOutDue: '2025-03-14',
      transferInDue: '2025-03-21',
    });
  });

  it('uses the official calendar when none is given', () => {
    expect(transfer({ holidays: null, extraWorkdays: undefined, acceptedOn: '2025-09-26' })).toMatchObject({
      transferOutDue: '2025-10-16',
      transferInDue: '2025-10-23',
    });
  });

  it('lets the destination count from the day the sheet arrived', () => {
    expect(transfer({ sheetReceivedOn: '2025-03-10' })).toMatchObject({ transferOutDue: '2025-03-17', transferInDue: '2025-03-17' });
  });

  it('moves the account balance of employees and nothing else', () => {
    expect(transfer({ toScheme: '390' })).toMatchObject({ balanceMoved: '2316.45' });
    expect(transfer({ fromScheme: '390', personalAccountBalance: '100.00' })).toMatchObject({ balanceMoved: '0.00' });
  });

  it('has to be asked for between employee covers, and leaves resident cover running while a new employee cover waits', () => {
    expect(transfer({})).toMatchObject({ application: 'REQUIRED', residentCoverGoesOn: false, effective: 'ON_PAYMENT' });
    expect(transfer({ fromScheme: '390', backPaid: false })).toMatchObject({ application: 'OPTIONAL', residentCoverGoesOn: true });
    expect(transfer({ fromScheme: '390', toScheme: '390' })).toMatchObject({
      effective: 'NEXT_ENROLMENT_YEAR',
      residentCoverGoesOn: false,
    });
  });

  it('notices covers that overlap', () => {
    expect(transfer({ firstPaidMonthNew: '202409' })).toMatchObject({ gapMonths: 0, overlapMonths: 2 });
  });

  it('never has a gap that grows when the new cover begins earlier', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 11 }), (month) => {
        const gap = (m: number) =>
          (transfer({ firstPaidMonthNew: `2025${String(m).padStart(2, '0')}` }) as { gapMonths: number }).gapMonths;
        expect(gap(month + 1)).toBe(gap(month) + 1);
      }),
    );
  });

  it.each([
    [{ fromScheme: '110' }, 'MEDICAL_SCHEME_UNKNOWN', 'fromScheme'],
    [{ lastPaidMonth: '202413' }, 'MONTH_INVALID', 'lastPaidMonth'],
    [{ acceptedOn: '2025-02-30' }, 'DATE_INVALID', 'acceptedOn'],
    [{ acceptedOn: '2021-10-31' }, 'NO_PARAMETER', 'acceptedOn'],
    [{ holidays: ['2025-13-01'] }, 'DATE_INVALID', 'holidays[0]'],
    [{ personalAccountBalance: '-5.00' }, 'MONEY_NEGATIVE', 'personalAccountBalance'],
    [{ retireeCover: true }, 'RETIREE_COVER_STAYS', 'retireeCover'],
    [{ toArea: '000000' }, 'DIVISION_UNKNOWN', 'toPlace'],
  ])('is refused for %j', (input, code, field) => {
    expect(transfer(input)).toMatchObject({ refused: { code, field } });
  });
});

describe('the waiting period of residents since 2025', () => {
  const wait = (input: object) => evaluate('medical_waiting_period', { joinedOn: '2026-03-01', insideCollectionPeriod: false, ...input });

  it.each([
    [{ insideCollectionPeriod: true }, 0, 'CONTINUOUS'],
    [{}, 3, 'OUTSIDE_COLLECTION_PERIOD'],
    [{ missedYears: 1 }, 4, 'BREAK'],
    [{ missedYears: 3, insideCollectionPeriod: true }, 6, 'BREAK'],
    [{ missedYears: 3, repairedYears: 3 }, 3, 'BREAK'],
    [{ missedYears: 4, repairedYears: 4 }, 6, 'LONG_BREAK'],
    [{ missedYears: 4, repairedYears: 0 }, 7, 'LONG_BREAK'],
    [{ missedYears: 6, repairedYears: 2 }, 7, 'LONG_BREAK'],
    [{ missedYears: 6, newborn: true }, 0, 'EXEMPT'],
  ])('for %j is %i months', (input, waitingMonths, reason) => {
    expect(wait(input)).toMatchObject({ waitingMonths, reason });
  });

  it.each([
    [{ joinedOn: '2024-12-31' }, 'NO_PARAMETER', 'joinedOn'],
    [{ missedYears: 1, repairedYears: 2 }, 'REPAIRED_MORE_THAN_MISSED', 'repairedYears'],
  ])('is refused for %j', (input, code, field) => {
    expect(wait(input)).toMatchObject({ refused: { code, field } });
  });
});

describe('double medical cover', () => {
  const keep = (covers: readonly object[], student = false) => evaluate('medical_double_cover', { covers, student });

  it.each([
    [[{ scheme: '310' }, { scheme: '310', placeOfWork: true }], false, 1, 'PLACE_OF_WORK'],
    [[{ scheme: '390', usualResidence: true }, { scheme: '390' }], false, 0, 'USUAL_RESIDENCE'],
    [
      [
        { scheme: '390', usualResidence: true },
        { scheme: '390', placeOfSchool: true },
      ],
      true,
      1,
      'PLACE_OF_SCHOOL',
    ],
    [
      [
        { scheme: '390', usualResidence: true },
        { scheme: '310', continuousMonths: 12 },
      ],
      false,
      1,
      'EMPLOYEE_COVER_FOR_A_YEAR',
    ],
    [
      [
        { scheme: '390', usualResidence: true },
        { scheme: '310', continuousMonths: 11 },
      ],
      false,
      null,
      'PERSON_CHOOSES',
    ],
    [
      [
        { scheme: '390', payable: true },
        { scheme: '310', flexible: true, continuousMonths: 30 },
      ],
      false,
      0,
      'ONE_THAT_PAYS',
    ],
    [
      [
        { scheme: '310', placeOfWork: true },
        { scheme: '310', placeOfWork: true },
      ],
      false,
      null,
      'PERSON_CHOOSES',
    ],
    [[{ scheme: '310' }], false, 0, 'ONE_COVER'],
  ])('of %j keeps (student %s) number %s: %s', (covers, student, kept, reason) => {
    expect(keep(covers, student)).toEqual({ keep: kept, reason, needsAgreement: true });
  });
});
