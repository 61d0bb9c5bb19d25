import { Type, type Static } from 'typebox';
import { divisionFrom, pensionProvinceFrom } from '../../divisions/division.js';
import { DivisionInput, MonthInput } from '../../input.js';
import { defineKind } from '../../kind.js';
import { monthFrom, rangeFrom } from '../../month.js';
import { RuleRefusal } from '../../refusal.js';
import { stateOf, StateInput } from '../contributions.js';
import type { PlaceStretch } from './month-counts.js';
import { receivingPlace, type ReceivingPlace } from './receiving-place.js';

const Segment = Type.Object({
  from: MonthInput,
  to: MonthInput,
  area: Type.Optional(DivisionInput),
  province: Type.Optional(DivisionInput),
  ...StateInput,
});

const Input = Type.Object({
  hukouProvince: DivisionInput,
  relationProvince: Type.Optional(DivisionInput),
  segments: Type.Array(Segment),
  conditionsMet: Type.Optional(MonthInput),
  hukouMovedIn: Type.Optional(MonthInput),
  statutoryMonth: Type.Optional(MonthInput),
  alreadyReceiving: Type.Optional(Type.Boolean()),
});

/** `receiving_place`: where the pension is drawn. */
export const receivingPlaceKind = defineKind({
  kind: 'receiving_place',
  title: { zh: '待遇领取地', en: 'where the pension is drawn' },
  input: Input,
  evaluate(input, options) {
    if (input.alreadyReceiving === true) throw new RuleRefusal('ALREADY_RECEIVING', 'alreadyReceiving');
    const month = (value: string | number | undefined, field: string) => (value === undefined ? undefined : monthFrom(value, field));
    const ruled = receivingPlace(
      {
        hukou: pensionProvinceFrom(input.hukouProvince, 'hukouProvince'),
        relation: input.relationProvince === undefined ? undefined : pensionProvinceFrom(input.relationProvince, 'relationProvince'),
        stretches: input.segments.flatMap((segment, index) => stretchFrom(segment, `segments[${index}]`)),
        conditionsMet: month(input.conditionsMet, 'conditionsMet'),
        hukouMovedIn: month(input.hukouMovedIn, 'hukouMovedIn'),
        statutoryMonth: month(input.statutoryMonth, 'statutoryMonth'),
      },
      options,
    );
    return { ...ruled, figures: figures(ruled.figures) };
  },
});

function stretchFrom(segment: Static<typeof Segment>, field: string): readonly PlaceStretch[] {
  const range = rangeFrom(segment.from, segment.to, field);
  const given = segment.area ?? segment.province;
  const where = `${field}.${segment.area === undefined && segment.province !== undefined ? 'province' : 'area'}`;
  if (given === undefined) throw new RuleRefusal('INPUT_INVALID', where);
  const province = pensionProvinceFrom(given, where);
  const { state, account } = stateOf(segment, field);
  if (state === 'UNPAID') return [];
  const counts = account === 'TEMPORARY' ? 'TEMPORARY' : state === 'DEEMED' ? 'DEEMED' : 'ACTUAL';
  return [{ ...range, province, area: divisionFrom(given, where), counts, field }];
}

function figures(place: ReceivingPlace) {
  const months = [...place.months].sort(([a], [b]) => a.localeCompare(b));
  return {
    receivingProvince: place.receivingProvince,
    reason: place.reason,
    /** Months that count, of provinces that have any. */
    monthsByProvince: Object.fromEntries(
      months.filter(([, here]) => here.actual + here.deemed > 0).map(([province, here]) => [province, here.actual + here.deemed]),
    ),
    monthsByKind: Object.fromEntries(months.map(([province, { actual, deemed, temporary }]) => [province, { actual, deemed, temporary }])),
    relationProvince: place.relationProvince ?? null,
    monthsMissing: place.monthsMissing,
    registrationNeeded: place.registrationNeeded,
    receivingArea: place.receivingArea ?? null,
    whatWouldChangeIt: place.changes,
  };
}
