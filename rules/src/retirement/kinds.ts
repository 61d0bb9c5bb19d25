import { Type, type Static } from 'typebox';
import { dateFrom, dateText } from '../calendar/civil-date.js';
import { CountLike, countFrom } from '../count.js';
import { DateInput, MonthInput } from '../input.js';
import { defineKind, type Kind } from '../kind.js';
import { monthFrom, monthText, type Month } from '../month.js';
import { RuleRefusal } from '../refusal.js';
import type { Ruled } from '../result.js';
import { averageIndexKind, benefitKind } from './benefit-kinds.js';
import { elasticRequest } from './elastic-request.js';
import { monthsMissing } from './months-missing.js';
import { ageText, retirementCategoryFrom, retirementDate, retirementDates, type RetirementDates } from './retirement-ages.js';

const PersonInput = Type.Object({ category: Type.String(), birthMonth: MonthInput });

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
    birthMonth: Type.Optional(MonthInput),
  }),
  evaluate({ people: several, category, birthMonth }, options) {
    const single = category === undefined || birthMonth === undefined ? [] : [{ category, birthMonth }];
    const asked = several ?? single;
    const answers = asked.map((person, index): Ruled<RetirementDates> => {
      const at = several === undefined ? '' : `people[${index}].`;
      const group = retirementCategoryFrom(person.category, `${at}category`);
      return retirementDate(group, monthFrom(person.birthMonth, `${at}birthMonth`), options);
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
  category: Type.String(),
  birthMonth: MonthInput,
  paidMonths: CountLike,
  deemedMonths: Type.Optional(CountLike),
  /** 弹性退休: the month, or which end of the window. */
  retireMonth: Type.Optional(MonthInput),
  option: Type.Optional(Type.Union([Type.Literal('EARLIEST'), Type.Literal('STATUTORY'), Type.Literal('LATEST')])),
  firstInsuredMonth: Type.Optional(MonthInput),
});

function drawingMonthOf({ retireMonth, option }: Static<typeof MinimumInput>, { elastic }: RetirementDates): Month | undefined {
  if (retireMonth !== undefined) return monthFrom(retireMonth, 'retireMonth');
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
    const birthMonth = monthFrom(input.birthMonth, 'birthMonth');
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
    category: Type.String(),
    birthMonth: MonthInput,
    chosenMonth: MonthInput,
    paidMonths: Type.Optional(CountLike),
    deemedMonths: Type.Optional(CountLike),
    noticeOn: Type.Optional(DateInput),
    employerAgrees: Type.Optional(Type.Boolean()),
  }),
  evaluate(input, options) {
    const { paidMonths, deemedMonths, noticeOn, employerAgrees } = input;
    const answer = elasticRequest(
      {
        category: retirementCategoryFrom(input.category, 'category'),
        birthMonth: monthFrom(input.birthMonth, 'birthMonth'),
        chosenMonth: monthFrom(input.chosenMonth, 'chosenMonth'),
        countedMonths:
          paidMonths === undefined ? undefined : countFrom(paidMonths, 'paidMonths') + countFrom(deemedMonths ?? 0, 'deemedMonths'),
        noticeOn: noticeOn === undefined ? undefined : dateFrom(noticeOn, 'noticeOn'),
        employerAgrees,
      },
      options,
    );
    const { noticeBy } = answer.figures;
    return { ...answer, figures: { ...answer.figures, noticeBy: noticeBy === undefined ? null : dateText(noticeBy) } };
  },
});

export const retirementKinds: readonly Kind[] = [people, minimum, elastic, averageIndexKind, benefitKind];
