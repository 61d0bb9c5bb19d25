import { Type } from 'typebox';
import { dateFrom, dateText, type CivilDate } from '../calendar/civil-date.js';
import { calendarFields, calendarFrom } from '../calendar/input.js';
import { CountInput, DateInput } from '../input.js';
import { defineKind, type Kind } from '../kind.js';
import { RuleRefusal } from '../refusal.js';
import { deadlineAfter, timeLimit, type TimeLimit } from './deadline.js';
import { transferDeadlines, transferDeadlinesJson } from './transfer.js';

const Deadline = Type.Object({
  deadline: Type.Optional(Type.String({ maxLength: 64, description: '法定时限代码，例如 PENSION_TRANSFER_LETTER' })),
  amount: Type.Optional(CountInput),
  unit: Type.Optional(Type.Union([Type.Literal('WORKING_DAYS'), Type.Literal('CALENDAR_DAYS'), Type.Literal('MONTHS')])),
  direction: Type.Optional(Type.Union([Type.Literal('AFTER'), Type.Literal('BEFORE')])),
  from: DateInput,
  ...calendarFields,
});

const TransferDeadlines = Type.Object({
  transfer: Type.Optional(
    Type.Union([Type.Literal('PENSION'), Type.Literal('INSTITUTION'), Type.Literal('RESIDENT_LINK'), Type.Literal('MEDICAL')]),
  ),
  acceptedOn: DateInput,
  letterReceivedOn: Type.Optional(DateInput),
  sheetReceivedOn: Type.Optional(DateInput),
  fundReceivedOn: Type.Optional(DateInput),
  finishedOn: Type.Optional(DateInput),
  ...calendarFields,
});

export const deadlineKinds: readonly Kind[] = [
  defineKind({
    kind: 'deadline',
    title: { zh: '法定时限的截止日', en: 'Until when must it be done?' },
    input: Deadline,
    evaluate(input, options) {
      const from = dateFrom(input.from, 'from');
      const limit = input.deadline === undefined ? givenLimit(input) : timeLimit(input.deadline, from);
      const answer = deadlineAfter(from, limit, calendarFrom(input), options);
      const { amount, unit, direction } = limit;
      return {
        ...answer,
        figures: { due: dateText(answer.figures.due), amount, unit, direction, provisional: answer.provisional.length > 0 },
      };
    },
  }),
  defineKind({
    kind: 'transfer_deadlines',
    title: { zh: '关系转移各步骤的截止日', en: 'Until when must each step of a transfer be done?' },
    input: TransferDeadlines,
    evaluate(input, options) {
      const events = {
        accepted: dateFrom(input.acceptedOn, 'acceptedOn'),
        letterReceived: optionalDate(input.letterReceivedOn, 'letterReceivedOn'),
        sheetReceived: optionalDate(input.sheetReceivedOn, 'sheetReceivedOn'),
        fundReceived: optionalDate(input.fundReceivedOn, 'fundReceivedOn'),
        finished: optionalDate(input.finishedOn, 'finishedOn'),
      };
      const answer = transferDeadlines(input.transfer ?? 'PENSION', events, calendarFrom(input), options);
      return { ...answer, figures: { ...transferDeadlinesJson(answer.figures), provisional: answer.provisional.length > 0 } };
    },
  }),
];

function optionalDate(value: string | number | undefined, field: string): CivilDate | undefined {
  return value === undefined ? undefined : dateFrom(value, field);
}

function givenLimit(input: Partial<Pick<TimeLimit, 'amount' | 'unit' | 'direction'>>): TimeLimit {
  if (input.amount === undefined) throw new RuleRefusal('INPUT_INVALID', 'amount');
  return {
    amount: input.amount,
    unit: input.unit ?? 'WORKING_DAYS',
    direction: input.direction ?? 'AFTER',
    title: { zh: '给定时限', en: 'Given limit' },
    article: '给定',
    version: 'given',
  };
}
