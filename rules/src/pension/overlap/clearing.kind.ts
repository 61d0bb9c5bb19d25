import { Type, type Static } from 'typebox';
import { pensionProvinceFrom } from '../../divisions/division.js';
import { DivisionInput, MonthInput } from '../../input.js';
import { defineKind } from '../../kind.js';
import { yuan } from '../../money.js';
import { monthFrom, monthText } from '../../month.js';
import { schemeFrom } from '../../record/schemes.js';
import { RuleRefusal } from '../../refusal.js';
import { interestMethodFrom, RatesByYearInput } from '../account/inputs.js';
import { creditingRates, ratesByYearFrom } from '../account/rates.js';
import { ContributionInput, contributionsFrom } from '../contributions.js';
import { clearOverlaps, type Clearing, type OverlappingRelation } from './clearing.js';

const Relation = Type.Object({
  id: Type.Optional(Type.String({ minLength: 1, maxLength: 40 })),
  province: DivisionInput,
  scheme: Type.Optional(Type.Union([Type.String({ maxLength: 40 }), Type.Number()])),
  segments: Type.Array(ContributionInput),
});

const Input = Type.Object({
  relations: Type.Array(Relation, { minItems: 1, maxItems: 100 }),
  keep: Type.Optional(Type.Union([Type.String({ maxLength: 40 }), Type.Array(Type.String({ maxLength: 40 }))])),
  destination: Type.Optional(DivisionInput),
  settledIn: Type.Optional(MonthInput),
  interestMethod: Type.Optional(Type.String({ maxLength: 40 })),
  ratesByYear: Type.Optional(RatesByYearInput),
});

/** `overlap_clearing`: months that several relations claim. A relation is named by its id, or by its province when it has none. */
export const overlapClearingKind = defineKind({
  kind: 'overlap_clearing',
  title: { zh: '重复缴费清退', en: 'clearing of months paid twice' },
  input: Input,
  evaluate(input, options) {
    const method = interestMethodFrom(input.interestMethod, 'interestMethod');
    if (method === 'GIVEN_BALANCE') throw new RuleRefusal('INTEREST_METHOD_UNKNOWN', 'interestMethod');
    const given = ratesByYearFrom(input.ratesByYear ?? {}, 'ratesByYear');
    const destination = input.destination === undefined ? undefined : pensionProvinceFrom(input.destination, 'destination');
    const ruled = clearOverlaps(
      {
        relations: relationsFrom(input.relations),
        keep: input.keep === undefined ? [] : typeof input.keep === 'string' ? [input.keep] : input.keep,
        destination,
        settledIn: input.settledIn === undefined ? undefined : monthFrom(input.settledIn, 'settledIn'),
        method,
        rates: (province) => creditingRates(province, given),
      },
      options,
    );
    return { ...ruled, figures: { ...figures(ruled.figures), clearedBy: destination ?? null, order: 'TRANSFER_FIRST' } };
  },
});

function relationsFrom(relations: Static<typeof Input>['relations']): readonly OverlappingRelation[] {
  const ids = new Set<string>();
  return relations.map((relation, index) => {
    const field = `relations[${index}]`;
    const province = pensionProvinceFrom(relation.province, `${field}.province`);
    if (schemeFrom(relation.scheme, `${field}.scheme`) !== '110') throw new RuleRefusal('OTHER_RULE_APPLIES', `${field}.scheme`);
    const id = relation.id ?? province;
    if (ids.has(id)) throw new RuleRefusal('RELATION_TWICE', `${field}.id`);
    ids.add(id);
    return { id, province, field, contributions: contributionsFrom(relation.segments, `${field}.segments`) };
  });
}

function figures(clearing: Clearing) {
  return {
    countedMonths: clearing.countedMonths,
    overlappingMonths: clearing.overlappingMonths,
    refund: yuan(clearing.refund),
    pooledRefund: '0.00',
    relations: clearing.relations.map((relation) => ({
      id: relation.id,
      province: relation.province,
      paidMonths: relation.paidMonths,
      keptMonths: relation.keptMonths,
      clearedMonths: relation.clearedMonths,
      cleared: relation.cleared.map(({ from, to }) => ({ from: monthText(from), to: monthText(to) })),
      refund: yuan(relation.refund),
    })),
  };
}
