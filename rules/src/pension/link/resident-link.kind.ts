import { Type, type Static } from 'typebox';
import { countFrom, CountLike } from '../../count.js';
import { MoneyInput, MonthInput } from '../../input.js';
import { defineKind } from '../../kind.js';
import { fen, fenFromYuan, yuan, type Fen } from '../../money.js';
import { monthFrom, monthOf, type Month } from '../../month.js';
import { schemeInForce } from '../../record/schemes.js';
import { wordFrom } from '../../record/words.js';
import { RuleRefusal } from '../../refusal.js';
import { linkResident, type ResidentLink, type Yearly } from './resident-link.js';

const YearlyInput = Type.Union([MoneyInput, Type.Record(Type.String(), MoneyInput)]);

const DIRECTIONS = ['RESIDENT_TO_EMPLOYEE', 'EMPLOYEE_TO_RESIDENT'] as const;

const Input = Type.Object({
  direction: Type.String({ maxLength: 40, description: 'RESIDENT_TO_EMPLOYEE or EMPLOYEE_TO_RESIDENT' }),
  reachedStatutoryAge: Type.Boolean(),
  alreadyReceiving: Type.Optional(Type.Boolean()),
  relationsGathered: Type.Optional(Type.Boolean()),
  retireYear: Type.Optional(CountLike),
  retireMonth: Type.Optional(MonthInput),
  employeeMonths: CountLike,
  residentYears: Type.Optional(CountLike),
  residentMonths: Type.Optional(CountLike),
  employeeAccount: Type.Optional(MoneyInput),
  residentAccount: Type.Optional(MoneyInput),
  overlapMonths: Type.Optional(Type.Array(MonthInput)),
  residentAnnualPersonal: Type.Optional(YearlyInput),
  residentAnnualCollective: Type.Optional(YearlyInput),
});

/** `urban_rural_link`: employee and resident scheme. */
export const residentLinkKind = defineKind({
  kind: 'urban_rural_link',
  title: { zh: '城乡养老保险制度衔接', en: 'link of the employee and the resident scheme' },
  input: Input,
  evaluate(input, options) {
    const overlap = overlapFrom(input.overlapMonths ?? []);
    if (overlap.length > 0 && input.residentAnnualPersonal === undefined) throw new RuleRefusal('INPUT_INVALID', 'residentAnnualPersonal');
    const ruled = linkResident(
      {
        direction: wordFrom(input.direction, 'direction', DIRECTIONS),
        reachedStatutoryAge: input.reachedStatutoryAge,
        drawing: input.alreadyReceiving,
        gathered: input.relationsGathered,
        retireMonth: retireMonthOf(input),
        employeeMonths: countFrom(input.employeeMonths, 'employeeMonths'),
        residentMonths: residentMonthsOf(input),
        employeeAccount: moneyOf(input.employeeAccount, 'employeeAccount'),
        residentAccount: moneyOf(input.residentAccount ?? nothingYet(input, 'residentAccount', '0'), 'residentAccount'),
        overlap,
        personal: yearlyFrom(input.residentAnnualPersonal, 'residentAnnualPersonal'),
        collective: yearlyFrom(input.residentAnnualCollective, 'residentAnnualCollective'),
      },
      options,
    );
    return { ...ruled, figures: figures(ruled.figures) };
  },
});

/** The year decides; without a month its last one stands for it. */
function retireMonthOf(input: Static<typeof Input>): Month {
  if (input.retireMonth !== undefined) return monthFrom(input.retireMonth, 'retireMonth');
  if (input.retireYear === undefined) throw new RuleRefusal('INPUT_INVALID', 'retireYear');
  return monthOf(countFrom(input.retireYear, 'retireYear'), 12, 'retireYear');
}

function residentMonthsOf(input: Static<typeof Input>): number {
  if (input.residentMonths !== undefined) return countFrom(input.residentMonths, 'residentMonths');
  if (input.residentYears === undefined) return nothingYet(input, 'residentYears', 0);
  return countFrom(input.residentYears, 'residentYears') * 12;
}

/** Who goes over to the resident scheme may never have been in it. */
function nothingYet<T>({ direction }: Static<typeof Input>, field: string, nothing: T): T {
  if (wordFrom(direction, 'direction', DIRECTIONS) === 'RESIDENT_TO_EMPLOYEE') throw new RuleRefusal('INPUT_INVALID', field);
  return nothing;
}

/** A month named twice is one month. */
function overlapFrom(given: readonly (string | number)[]): readonly Month[] {
  const months = given.map((value, index) => {
    const month = monthFrom(value, `overlapMonths[${index}]`);
    if (!schemeInForce('170', month)) throw new RuleRefusal('SCHEME_NOT_YET', `overlapMonths[${index}]`);
    return month;
  });
  return [...new Set(months)];
}

function moneyOf(value: string | number | undefined, field: string): Fen {
  if (value === undefined) throw new RuleRefusal('INPUT_INVALID', field);
  return fenFromYuan(value, field);
}

function yearlyFrom(value: Static<typeof YearlyInput> | undefined, field: string): Yearly {
  if (value === undefined) return fen(0);
  if (typeof value !== 'object') return fenFromYuan(value, field);
  return new Map(
    Object.entries(value).map(([year, amount]) => {
      if (!/^(19|20|21)\d\d$/.test(year)) throw new RuleRefusal('YEAR_INVALID', field);
      return [Number(year), fenFromYuan(amount, `${field}.${year}`)];
    }),
  );
}

function figures(link: ResidentLink) {
  return {
    allowed: link.allowed,
    reason: link.reason,
    ...(link.allowed ? {} : { error: link.reason }),
    requiredMonths: link.requiredMonths,
    countedEmployeeMonths: link.countedEmployeeMonths,
    countedResidentMonths: link.countedResidentMonths,
    refund: yuan(link.refund),
    mergedAccount: link.mergedAccount === undefined ? null : yuan(link.mergedAccount),
    paidFromAge: link.paidFromAge ?? null,
  };
}
