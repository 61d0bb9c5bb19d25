import { Type, type Static } from 'typebox';
import { dateFrom, dateText, monthOfDate } from '../calendar/civil-date.js';
import { CountLike, countFrom } from '../count.js';
import { DateInput, MonthInput } from '../input.js';
import { defineKind, type Kind } from '../kind.js';
import { monthFrom, monthText, type Month } from '../month.js';
import { RuleRefusal } from '../refusal.js';
import type { Ruled } from '../result.js';
import { averageIndexKind, benefitKind } from './benefit-kinds.js';
import { elasticRequest } from './elastic-request.js';
import { monthsMissing } from './months-missing.js';
import { PAID_FROM_UNCONFIRMED, pensionPaidFrom } from './pension-start.js';
import { ageText, retirementCategoryFrom, retirementDate, retirementDates, type RetirementDates } from './retirement-ages.js';

/** A birth date stands where the month may. */
const Birth = { birthMonth: Type.Optional(MonthInput), birthDate: Type.Optional(DateInput) };
const PersonInput = Type.Object({ category: Type.String(), ...Birth });

/** @param at path of the object that holds them, with its dot */
function birthMonthFrom({ birthMonth, birthDate }: Static<typeof PersonInput>, at = ''): Month {
  if (birthMonth !== undefined) return monthFrom(birthMonth, `${at}birthMonth`);
  if (birthDate !== undefined) return monthOfDate(dateFrom(birthDate, `${at}birthDate`));
  throw new RuleRefusal('INPUT_INVALID', `${at}birthMonth`);
}

function dateFigures(dates: RetirementDates) {
  const { elastic } = dates;
  return {
    category: dates.category,
    birthMonth: monthText(dates.birthMonth),
    delayMonths: dates.delay,
    statutoryAge: ageText(dates.statutoryAge),
    statutoryMonth: monthText(dates.statutoryMonth),
    earliestElasticAge: elastic === undefined ? null : ageText(elastic.earliestAge),
    earliestElasticMonth: elastic === undefined ? null : monthText(elastic.earliestMonth),
    latestElasticMonth: elastic === undefined ? null : monthText(elastic.latestMonth),
    minContributionMonthsAtStatutory: dates.minimumMonths,
  };
}

const people = defineKind({
  kind: 'retirement_date',
  title: { zh: '法定退休年龄与弹性退休', en: 'statutory retirement month and elastic window' },
  input: Type.Object({
    people: Type.Optional(Type.Array(PersonInput)),
    category: Type.Optional(Type.String()),
    ...Birth,
  }),
  evaluate({ people: several, category, ...birth }, options) {
    const single = category === undefined ? [] : [{ category, ...birth }];
    const asked = several ?? single;
    const answers = asked.map((person, index): Ruled<RetirementDates> => {
      const at = several === undefined ? '' : `people[${index}].`;
      const group = retirementCategoryFrom(person.category, `${at}category`);
      return retirementDate(group, birthMonthFrom(person, at), options);
    });
    const rows = answers.map(({ figures }) => dateFigures(figures));
    const [first] = answers;
    if (first === undefined) throw new RuleRefusal('INPUT_INVALID', 'people');
    return {
      ...first,
      figures: several === undefined ? { ...rows[0], rows } : { rows },
      steps: answers.flatMap(({ steps }) => steps),
      provisional: [],
    };
  },
});

const MinimumInput = Type.Object({
  ...PersonInput.properties,
  paidMonths: CountLike,
  deemedMonths: Type.Optional(CountLike),
  /** 弹性退休: the month, or which end of the window. */
  retireMonth: Type.Optional(MonthInput),
  chosenMonth: Type.Optional(MonthInput),
  option: Type.Optional(Type.Union([Type.Literal('EARLIEST'), Type.Literal('STATUTORY'), Type.Literal('LATEST')])),
  firstInsuredMonth: Type.Optional(MonthInput),
});

function drawingMonthOf(
  { retireMonth, chosenMonth, option }: Static<typeof MinimumInput>,
  { elastic }: RetirementDates,
): Month | undefined {
  if (retireMonth !== undefined) return monthFrom(retireMonth, 'retireMonth');
  if (chosenMonth !== undefined) return monthFrom(chosenMonth, 'chosenMonth');
  if (option === undefined || option === 'STATUTORY') return undefined;
  if (elastic === undefined) throw new RuleRefusal('OUTSIDE_ELASTIC_WINDOW', 'option');
  return option === 'EARLIEST' ? elastic.earliestMonth : elastic.latestMonth;
}

const minimum = defineKind({
  kind: 'min_contribution',
  title: { zh: '最低缴费年限与差额', en: 'minimum months and what is missing' },
  input: MinimumInput,
  evaluate(input, options) {
    const category = retirementCategoryFrom(input.category, 'category');
    const birthMonth = birthMonthFrom(input);
    const { firstInsuredMonth } = input;
    const answer = monthsMissing(
      {
        category,
        birthMonth,
        paidMonths: countFrom(input.paidMonths, 'paidMonths'),
        deemedMonths: countFrom(input.deemedMonths ?? 0, 'deemedMonths'),
        drawingMonth: drawingMonthOf(input, retirementDates(category, birthMonth)),
        firstInsuredMonth: firstInsuredMonth === undefined ? undefined : monthFrom(firstInsuredMonth, 'firstInsuredMonth'),
      },
      options,
    );
    const { figures } = answer;
    return {
      ...answer,
      figures: {
        statutoryMonth: monthText(figures.statutoryMonth),
        drawingMonth: monthText(figures.drawingMonth),
        requiredMonths: figures.required,
        countedMonths: figures.counted,
        shortageMonths: figures.shortage,
        waysOut: figures.waysOut,
      },
    };
  },
});

const elastic = defineKind({
  kind: 'elastic_retirement',
  title: { zh: '弹性退休申请', en: 'whether a chosen retirement month can stand' },
  input: Type.Object({
    ...PersonInput.properties,
    chosenMonth: MonthInput,
    paidMonths: Type.Optional(CountLike),
    deemedMonths: Type.Optional(CountLike),
    noticeOn: Type.Optional(DateInput),
    employerAgrees: Type.Optional(Type.Boolean()),
  }),
  evaluate(input, options) {
    const { paidMonths, deemedMonths, noticeOn, employerAgrees } = input;
    const chosenMonth = monthFrom(input.chosenMonth, 'chosenMonth');
    const answer = elasticRequest(
      {
        category: retirementCategoryFrom(input.category, 'category'),
        birthMonth: birthMonthFrom(input),
        chosenMonth,
        countedMonths:
          paidMonths === undefined ? undefined : countFrom(paidMonths, 'paidMonths') + countFrom(deemedMonths ?? 0, 'deemedMonths'),
        noticeOn: noticeOn === undefined ? undefined : dateFrom(noticeOn, 'noticeOn'),
        employerAgrees,
      },
      options,
    );
    const { noticeBy } = answer.figures;
    return {
      ...answer,
      figures: {
        ...answer.figures,
        noticeBy: noticeBy === undefined ? null : dateText(noticeBy),
        pensionPaidFrom: monthText(pensionPaidFrom(chosenMonth)),
      },
      provisional: [...answer.provisional, PAID_FROM_UNCONFIRMED],
    };
  },
});

export const retirementKinds: readonly Kind[] = [people, minimum, elastic, averageIndexKind, benefitKind];
