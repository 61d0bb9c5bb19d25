import { describe, expect, it } from '@jest/globals';
import { evaluate, evaluateExplained } from '../../src/index.js';

describe('deadline', () => {
  it('counts a statutory limit in working days of the official calendar', () => {
    expect(evaluate('deadline', { deadline: 'PENSION_TRANSFER_LETTER', from: '2025-01-20' })).toEqual({
      due: '2025-02-14',
      amount: 15,
      unit: 'WORKING_DAYS',
      direction: 'AFTER',
      provisional: false,
    });
  });

  it.each([
    ['EMPLOYEE_REGISTRATION', '2025-03-03', '2025-04-02'],
    ['ELASTIC_EARLY_NOTICE', '2025-05-31', '2025-02-28'],
    ['EXPRESS_STOP_NOTICE', '2025-05-31', '2025-05-21'],
    ['MEDICAL_TRANSFER_IN', '2025-09-30', '2025-10-14'],
  ])('%s from %s ends on %s', (deadline, from, due) => {
    expect(evaluate('deadline', { deadline, from })).toMatchObject({ due });
  });

  it('is provisional, and says why, where no official list of holidays is out', () => {
    expect(evaluateExplained('deadline', { amount: 15, from: '2026-12-25' })).toMatchObject({
      figures: { provisional: true },
      provisional: [{ reason: 'CALENDAR_NOT_PUBLISHED', text: { en: expect.stringContaining('2027') } }],
    });
  });

  it.each([
    [{ deadline: 'SOON', from: '2025-01-20' }, 'DEADLINE_UNKNOWN', 'deadline'],
    [{ deadline: 'PENSION_TRANSFER_LETTER', from: '2009-06-01' }, 'NO_PARAMETER', 'deadline'],
    [{ from: '2025-01-20' }, 'INPUT_INVALID', 'amount'],
    [{ amount: -1, from: '2025-01-20' }, 'INPUT_INVALID', 'amount'],
    [{ amount: 1, from: '2025-02-30' }, 'DATE_INVALID', 'from'],
    [{ amount: 1, from: '2025-02-03', holidays: ['2025-02-04', 'x'] }, 'DATE_INVALID', 'holidays[1]'],
    [{ amount: 100_000, from: '2025-02-03' }, 'DATE_INVALID', ''],
  ])('refuses %j as %s', (input, code, field) => {
    expect(evaluate('deadline', input)).toMatchObject({ refused: { code, field } });
  });
});

describe('transfer deadlines', () => {
  it('give every step its own clock, the last from the later of sheet and fund', () => {
    const events = {
      acceptedOn: '2025-09-20',
      letterReceivedOn: '2025-09-25',
      sheetReceivedOn: '2025-10-15',
      fundReceivedOn: '2025-10-20',
    };
    expect(evaluate('transfer_deadlines', events)).toMatchObject({
      letterDue: '2025-10-16',
      sheetAndFundDue: '2025-10-22',
      finishDue: '2025-11-10',
      lastClockStartedBy: 'FUND',
    });
    const swapped = { ...events, sheetReceivedOn: '2025-10-20', fundReceivedOn: '2025-10-15' };
    expect(evaluate('transfer_deadlines', swapped)).toMatchObject({ finishDue: '2025-11-10', lastClockStartedBy: 'SHEET' });
  });

  it('are projected one after the other, 45 working days in all, while nothing has happened', () => {
    expect(evaluate('transfer_deadlines', { acceptedOn: '2025-03-03' })).toMatchObject({
      steps: [
        { step: 'LETTER', projected: false },
        { step: 'SHEET_AND_FUND', projected: true },
        { step: 'FINISH', projected: true },
      ],
      finishDue: (evaluate('deadline', { amount: 45, from: '2025-03-03' }) as { due: string }).due,
      lastClockStartedBy: null,
    });
  });

  it('of a medical relation are 10 and 5 working days, the second from the sheet alone', () => {
    expect(evaluate('transfer_deadlines', { transfer: 'MEDICAL', acceptedOn: '2025-03-03' })).toMatchObject({
      letterDue: null,
      sheetAndFundDue: '2025-03-17',
      finishDue: '2025-03-24',
    });
    expect(evaluate('transfer_deadlines', { transfer: 'MEDICAL', acceptedOn: '2025-03-03', sheetReceivedOn: '2025-03-10' })).toMatchObject({
      finishDue: '2025-03-17',
    });
  });

  it.each([
    [{ acceptedOn: '2025-03-03', letterReceivedOn: '2025-03-01' }, 'letterReceivedOn'],
    [{ acceptedOn: '2025-03-03', letterReceivedOn: '2025-03-10', fundReceivedOn: '2025-03-05' }, 'fundReceivedOn'],
    [{ acceptedOn: '2025-03-03', sheetReceivedOn: '2025-03-10', finishedOn: '2025-03-05' }, 'finishedOn'],
  ])('refuse events that precede what they follow: %j', (input, field) => {
    expect(evaluate('transfer_deadlines', input)).toMatchObject({ refused: { code: 'EVENTS_OUT_OF_ORDER', field } });
  });
});
