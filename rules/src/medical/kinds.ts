import { Type } from 'typebox';
import { dateFrom, dateText } from '../calendar/civil-date.js';
import { calendarFields, calendarFrom } from '../calendar/input.js';
import { CountLike, countFrom } from '../count.js';
import { divisionFrom } from '../divisions/division.js';
import { DateInput, DivisionInput, MoneyInput, MonthInput } from '../input.js';
import { defineKind, type Kind } from '../kind.js';
import { fenFromYuan, yuan } from '../money.js';
import { monthFrom } from '../month.js';
import { RuleRefusal } from '../refusal.js';
import { coverToKeep } from './double-cover.js';
import { residentsWait } from './residents-wait.js';
import { medicalTransfer, type MedicalScheme } from './transfer.js';

const SchemeInput = Type.Union([Type.String({ maxLength: 16 }), Type.Number()]);

/** 新农合 (380) and 城镇居民医保 (391) were joined as 390 from 2016 on (国发〔2016〕3号); registers still hold the old codes. */
const SCHEMES: ReadonlyMap<string, MedicalScheme> = new Map<string, MedicalScheme>([
  ...['310', 'EMPLOYEE', 'EMPLOYEE_MEDICAL'].map((name) => [name, '310'] as const),
  ...['390', '380', '391', 'RESIDENT', 'RESIDENT_MEDICAL'].map((name) => [name, '390'] as const),
]);

function medicalSchemeFrom(value: string | number, field: string): MedicalScheme {
  const scheme = SCHEMES.get(String(value).normalize('NFKC').trim().toUpperCase());
  if (scheme === undefined) throw new RuleRefusal('MEDICAL_SCHEME_UNKNOWN', field);
  return scheme;
}

const transfer = defineKind({
  kind: 'medical_transfer',
  title: { zh: '基本医疗保险关系转移接续', en: 'transfer of the medical insurance relation' },
  input: Type.Object({
    fromScheme: SchemeInput,
    toScheme: SchemeInput,
    /** Destination: province or pooling area. */
    toPlace: Type.Optional(DivisionInput),
    toArea: Type.Optional(DivisionInput),
    toProvince: Type.Optional(DivisionInput),
    lastPaidMonth: MonthInput,
    firstPaidMonthNew: MonthInput,
    backPaid: Type.Optional(Type.Boolean()),
    continuousInsuredMonthsBefore: Type.Optional(CountLike),
    acceptedOn: DateInput,
    sheetReceivedOn: Type.Optional(DateInput),
    ...calendarFields,
    personalAccountBalance: Type.Optional(MoneyInput),
    retireeCover: Type.Optional(Type.Boolean()),
  }),
  evaluate(input, options) {
    const { toPlace, toArea, toProvince, sheetReceivedOn, retireeCover } = input;
    const place = toPlace ?? toArea ?? toProvince;
    const answer = medicalTransfer(
      {
        fromScheme: medicalSchemeFrom(input.fromScheme, 'fromScheme'),
        toScheme: medicalSchemeFrom(input.toScheme, 'toScheme'),
        toPlace: place === undefined ? undefined : divisionFrom(place, 'toPlace'),
        lastPaidMonth: monthFrom(input.lastPaidMonth, 'lastPaidMonth'),
        firstPaidMonthNew: monthFrom(input.firstPaidMonthNew, 'firstPaidMonthNew'),
        backPaid: input.backPaid ?? false,
        continuousMonthsBefore: countFrom(input.continuousInsuredMonthsBefore ?? 0, 'continuousInsuredMonthsBefore'),
        acceptedOn: dateFrom(input.acceptedOn, 'acceptedOn'),
        sheetReceivedOn: sheetReceivedOn === undefined ? undefined : dateFrom(sheetReceivedOn, 'sheetReceivedOn'),
        calendar: calendarFrom(input),
        accountBalance: fenFromYuan(input.personalAccountBalance ?? '0', 'personalAccountBalance'),
        retireeCover,
      },
      options,
    );
    const { figures } = answer;
    return {
      ...answer,
      figures: {
        gapMonths: figures.gapMonths,
        overlapMonths: figures.overlapMonths,
        waiting: figures.waiting,
        waitingMonthsMax: figures.longestWait,
        retroactive: figures.retroactive,
        transferOutDue: dateText(figures.transferOutDue),
        transferInDue: dateText(figures.transferInDue),
        balanceMoved: yuan(figures.balanceMoved),
        effective: figures.effective,
        application: figures.application,
        residentCoverGoesOn: figures.residentCoverGoesOn,
      },
    };
  },
});

const wait = defineKind({
  kind: 'medical_waiting_period',
  title: { zh: '居民医保待遇等待期', en: 'waiting period of resident medical cover' },
  input: Type.Object({
    joinedOn: DateInput,
    insideCollectionPeriod: Type.Boolean(),
    missedYears: Type.Optional(CountLike),
    repairedYears: Type.Optional(CountLike),
    newborn: Type.Optional(Type.Boolean()),
    specialGroup: Type.Optional(Type.Boolean()),
  }),
  evaluate(input, options) {
    const answer = residentsWait(
      {
        joinedOn: dateFrom(input.joinedOn, 'joinedOn'),
        insideCollectionPeriod: input.insideCollectionPeriod,
        missedYears: countFrom(input.missedYears ?? 0, 'missedYears'),
        repairedYears: countFrom(input.repairedYears ?? 0, 'repairedYears'),
        exempt: input.newborn === true || input.specialGroup === true,
      },
      options,
    );
    const { fixed, variable, total, reason } = answer.figures;
    return { ...answer, figures: { fixedMonths: fixed, variableMonths: variable, waitingMonths: total, reason } };
  },
});

const double = defineKind({
  kind: 'medical_double_cover',
  title: { zh: '重复参保', en: 'which of several medical covers to keep' },
  input: Type.Object({
    student: Type.Optional(Type.Boolean()),
    covers: Type.Array(
      Type.Object({
        scheme: SchemeInput,
        placeOfWork: Type.Optional(Type.Boolean()),
        usualResidence: Type.Optional(Type.Boolean()),
        placeOfSchool: Type.Optional(Type.Boolean()),
        flexible: Type.Optional(Type.Boolean()),
        payable: Type.Optional(Type.Boolean()),
        continuousMonths: Type.Optional(CountLike),
      }),
      { minItems: 1 },
    ),
  }),
  evaluate(input, options) {
    const covers = input.covers.map((cover, index) => ({
      ...cover,
      scheme: medicalSchemeFrom(cover.scheme, `covers[${index}].scheme`),
      continuousMonths: countFrom(cover.continuousMonths ?? 0, `covers[${index}].continuousMonths`),
    }));
    const answer = coverToKeep(covers, input.student === true, options);
    const { keep, reason } = answer.figures;
    return { ...answer, figures: { keep: keep ?? null, reason, needsAgreement: true } };
  },
});

export const medicalKinds: readonly Kind[] = [transfer, wait, double];
