import { fifteenDigits, paidOnNever, plant } from './dirt-kinds.js';
import { contributionKey, KEPT, REPAIRED, type Planter, type Spot } from './dirt-spot.js';
import type { DirtEntry } from './tables.js';

const kinds =
  (...names: readonly string[]): Planter =>
  (spot) =>
    names.flatMap((name) => plant(name, spot));

/** Which persona carries which dirt in which jurisdiction. Whoever is not named here is clean. */
export const PERSONA_DIRT: Readonly<Record<string, Readonly<Record<string, Planter>>>> = {
  'fifteen-digits': { '230000': oldMonthsUnderFifteenDigits },
  'name-cut': { '650000': kinds('NAME_CUT') },
  'rare-name': { '130000': kinds('NAME_PUA') },
  'two-person-numbers': { '340000': secondPersonNumber },
  'same-number-first': { '150000': nextPersonUnderSameNumber },
  'lower-case-x': { '330000': lowerCaseEverywhere },
  'dirty-dates': {
    '360000': (spot) => [
      ...kinds('DATE_ZEROS', 'DATE_19000101', 'DATE_99991231', 'DATE_20230229', 'MONTH_00', 'MONTH_13')(spot),
      ...paidOnNever(spot),
    ],
  },
  'dirty-money': { '630000': kinds('THOUSANDS_COMMA', 'NEGATIVE_ZERO', 'MONEY_TEXT') },
  'corrected-bookings': { '500000': kinds('NEGATIVE_CORRECTION', 'DOUBLE_ROW') },
  'deceased-still-paid': { '420000': kinds('CONTRIBUTION_AFTER_DEATH') },
  'corps-worker': { '660000': kinds('OLD_DIVISION', 'NAME_DOTS') },
};

function oldMonthsUnderFifteenDigits(spot: Spot): readonly DirtEntry[] {
  return spot.contributions
    .filter(({ AAE003 }) => AAE003 < '200601')
    .flatMap((row) => spot.spoilContribution('FIFTEEN_DIGITS', row, 'AAC002', fifteenDigits(spot.life.number), REPAIRED));
}

/** The life itself has two person numbers; nothing is overwritten. */
function secondPersonNumber(spot: Spot): readonly DirtEntry[] {
  return spot.draft.AC01.filter(({ AAC002 }) => AAC002 === spot.life.number)
    .slice(1)
    .map(({ AAC001 }) => spot.entry('TWO_PERSON_NUMBERS', 'AC01', 'AAC001', AAC001, KEPT, AAC001, spot.person?.AAC001));
}

/** All rows of the person after this one in the register, `same-number-second`, stand under this one's number. */
function nextPersonUnderSameNumber(spot: Spot): readonly DirtEntry[] {
  const { draft, life } = spot;
  const next = draft.AC01[draft.AC01.findIndex(({ AAC002 }) => AAC002 === life.number) + 1];
  if (!next) return [];
  const own = next.AAC002;
  for (const table of [draft.AC01, draft.AC02, draft.AC43, draft.SC51, draft.SC61, draft.SC70]) {
    for (const row of table) if (row.AAC002 === own) row.AAC002 = life.number;
  }
  return [spot.entry('IDENTITY_CONFLICT', 'AC01', 'AAC002', next.AAC001, KEPT, life.number, own)];
}

function lowerCaseEverywhere(spot: Spot): readonly DirtEntry[] {
  const lower = spot.life.number.toLowerCase();
  const months = spot.allContributions.map((row) => {
    row.AAC002 = lower;
    return row;
  });
  const last = months.at(-1);
  return [
    ...spot.spoilRelation('LOWER_CASE_X', 'AAC002', lower, REPAIRED),
    ...spot.spoilPerson('LOWER_CASE_X', 'AAC002', lower, REPAIRED),
    ...(last ? [spot.entry('LOWER_CASE_X', 'AC43', 'AAC002', contributionKey(last), REPAIRED, lower, spot.life.number)] : []),
  ];
}
