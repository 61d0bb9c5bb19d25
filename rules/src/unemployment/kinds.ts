import { Type } from 'typebox';
import { CountLike, countFrom } from '../count.js';
import { provinceFrom, type Province } from '../divisions/division.js';
import { DivisionInput, MoneyInput, MonthInput } from '../input.js';
import { defineKind, type Kind } from '../kind.js';
import { fenFromYuan, yuan } from '../money.js';
import { monthFrom } from '../month.js';
import { RuleRefusal } from '../refusal.js';
import { benefitDuration } from './duration.js';
import { unemploymentTransfer } from './transfer.js';

const duration = defineKind({
  kind: 'unemployment_duration',
  title: { zh: '失业保险金领取期限', en: 'how long unemployment benefit is paid' },
  input: Type.Object({
    paidMonths: CountLike,
    unusedMonths: Type.Optional(CountLike),
    involuntary: Type.Optional(Type.Boolean()),
    month: Type.Optional(MonthInput),
  }),
  evaluate(input, options) {
    const { month, involuntary } = input;
    const answer = benefitDuration(
      {
        paidMonths: countFrom(input.paidMonths, 'paidMonths'),
        unusedMonths: countFrom(input.unusedMonths ?? 0, 'unusedMonths'),
        involuntary,
        month: month === undefined ? undefined : monthFrom(month, 'month'),
      },
      options,
    );
    const { eligible, reason, fromContributions, months } = answer.figures;
    return { ...answer, figures: { eligible, reason, monthsFromContributions: fromContributions, benefitMonths: months } };
  },
});

const transfer = defineKind({
  kind: 'unemployment_transfer',
  title: { zh: '失业保险关系转移', en: 'transfer of the unemployment insurance relation' },
  input: Type.Object({
    status: Type.Union([Type.Literal('EMPLOYED'), Type.Literal('UNEMPLOYED')]),
    fromProvince: DivisionInput,
    toProvince: Type.Optional(DivisionInput),
    hukouProvince: Type.Optional(DivisionInput),
    /** Absent: the hukou where the destination is the hukou, else the last place. */
    claimAt: Type.Optional(Type.Union([Type.Literal('LAST_PLACE'), Type.Literal('HUKOU')])),
    paidMonths: CountLike,
    monthlyBenefit: Type.Optional(MoneyInput),
    /** Absent: what the months paid give. */
    monthsDue: Type.Optional(CountLike),
    drawing: Type.Optional(Type.Boolean()),
    month: Type.Optional(MonthInput),
  }),
  evaluate(input, options) {
    const { status, drawing, monthsDue, monthlyBenefit } = input;
    const month = input.month === undefined ? undefined : monthFrom(input.month, 'month');
    const fromProvince = provinceFrom(input.fromProvince, 'fromProvince');
    const hukou = input.hukouProvince === undefined ? undefined : provinceFrom(input.hukouProvince, 'hukouProvince');
    const toProvince = input.toProvince === undefined ? hukou : provinceFrom(input.toProvince, 'toProvince');
    if (toProvince === undefined) throw new RuleRefusal('INPUT_INVALID', 'toProvince');
    const claimAt = input.claimAt ?? placeOfClaim(fromProvince, toProvince, hukou);
    if (status === 'UNEMPLOYED' && claimAt === 'HUKOU' && monthlyBenefit === undefined)
      throw new RuleRefusal('INPUT_INVALID', 'monthlyBenefit');
    const paidMonths = countFrom(input.paidMonths, 'paidMonths');
    const due =
      monthsDue === undefined ? benefitDuration({ paidMonths, unusedMonths: 0, month }).figures.months : countFrom(monthsDue, 'monthsDue');
    const answer = unemploymentTransfer(
      {
        status,
        fromProvince,
        toProvince,
        claimAt,
        paidMonths,
        monthlyBenefit: fenFromYuan(monthlyBenefit ?? '0', 'monthlyBenefit'),
        monthsDue: due,
        drawing,
        month,
      },
      options,
    );
    const { relationMoves, moneyMoves, reason, benefitTotal, further, total } = answer.figures;
    return {
      ...answer,
      figures: {
        relationMoves,
        moneyMoves,
        reason,
        yearsAddUp: true,
        benefitTotal: yuan(benefitTotal),
        medicalAndTraining: yuan(further),
        transferAmount: yuan(total),
      },
    };
  },
});

/**
 * The paying place is the last one or the hukou, nothing else.
 * @throws RuleRefusal PLACE_CANNOT_PAY
 */
function placeOfClaim(from: Province, to: Province, hukou: Province | undefined): 'LAST_PLACE' | 'HUKOU' {
  if (to === from) return 'LAST_PLACE';
  if (hukou !== undefined && hukou !== to) throw new RuleRefusal('PLACE_CANNOT_PAY', 'toProvince');
  return 'HUKOU';
}

export const unemploymentKinds: readonly Kind[] = [duration, transfer];
