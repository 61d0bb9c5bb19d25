import iconv from 'iconv-lite';
import { digits, monthIndex, monthText } from './calendar.js';
import { contributionKey, KEPT, nullWith, REPAIRED, type Planter, type Spot } from './dirt-spot.js';
import { JURISDICTIONS } from './jurisdictions.js';
import type { DirtEntry } from './tables.js';

const SENTINEL = nullWith('DATE_SENTINEL');
const BAD_DATE = nullWith('DATE_INVALID');
const BAD_MONTH = nullWith('MONTH_INVALID');
const UNREADABLE = nullWith('NAME_UNREADABLE');

/** The kinds of dirt that can be sprinkled over anybody's register rows (handbook of the field: what real registers hold). */
export const DIRT_KINDS: readonly (readonly [string, Planter])[] = [
  [
    'FIFTEEN_DIGITS',
    (spot) =>
      spot.life.number.startsWith('19', 6) ? spot.spoilRelation('FIFTEEN_DIGITS', 'AAC002', fifteenDigits(spot.life.number), REPAIRED) : [],
  ],
  [
    'LOWER_CASE_X',
    (spot) =>
      spot.life.number.endsWith('X') ? spot.spoilRelation('LOWER_CASE_X', 'AAC002', spot.life.number.toLowerCase(), REPAIRED) : [],
  ],
  ['FULL_WIDTH_NUMBER', fullWidthNumber],
  ['SPACES_AROUND', (spot) => spot.spoilPerson('SPACES_AROUND', 'AAC003', `\u3000${spot.life.name} `, REPAIRED)],
  ['DATE_ZEROS', (spot) => spot.spoilContribution('DATE_ZEROS', spot.recent(1), 'AAB191', '00000000', SENTINEL)],
  ['DATE_19000101', (spot) => spot.spoilContribution('DATE_19000101', spot.recent(2), 'AAB191', '19000101', SENTINEL)],
  ['DATE_99991231', openEnd],
  ['DATE_20230229', (spot) => spot.spoilContribution('DATE_20230229', spot.recent(4), 'AAB191', '20230229', BAD_DATE)],
  ['MONTH_00', (spot) => spot.spoilRelation('MONTH_00', 'AAC049', `${(spot.relation?.AAC049 ?? '').slice(0, 4)}00`, BAD_MONTH)],
  ['MONTH_13', monthThirteen],
  ['THOUSANDS_COMMA', thousandsComma],
  ['NEGATIVE_ZERO', negativeZero],
  ['NEGATIVE_CORRECTION', negativeCorrection],
  ['DOUBLE_ROW', doubleRow],
  ['FUTURE_MONTH', futureMonth],
  ['MONTH_BEFORE_16', monthBefore16],
  ['CONTRIBUTION_AFTER_DEATH', contributionAfterDeath],
  ['NAME_PUA', (spot) => spot.spoilPerson('NAME_PUA', 'AAC003', `${spot.life.name.slice(0, 1)}\ue0a5`, UNREADABLE)],
  [
    'NAME_QUESTION_MARK',
    (spot) =>
      spot.spoilPerson('NAME_QUESTION_MARK', 'AAC003', `${spot.life.name.slice(0, 1)}${spot.lifeIndex % 2 === 0 ? '?' : '□'}`, UNREADABLE),
  ],
  ['NAME_CUT', nameCut],
  ['NAME_DOTS', nameDots],
  ['IDENTITY_CONFLICT', identityConflict],
  ['TWO_PERSON_NUMBERS', twoPersonNumbers],
  ['OLD_DIVISION', oldDivision],
  ['UNKNOWN_CODE', (spot) => spot.spoilRelation('UNKNOWN_CODE', 'AAC031', '7', nullWith('CODE_UNKNOWN'))],
  [
    'MONEY_TEXT',
    (spot) =>
      spot.spoilContribution('MONEY_TEXT', spot.recent(3), 'AAE180', spot.lifeIndex % 2 === 0 ? '壹佰' : 'N/A', nullWith('YUAN_INVALID')),
  ],
  ['CREDIT_CODE_INVALID', invalidCreditCode],
];

const planters = new Map(DIRT_KINDS);

/** Plants one kind on one person; empty where the person has no field for it. */
export const plant = (kind: string, spot: Spot): readonly DirtEntry[] => planters.get(kind)?.(spot) ?? [];

/** The number as it was written before 1999: no century, no check character. */
export const fifteenDigits = (number: string): string => number.slice(0, 6) + number.slice(8, 17);

/** Fixed-width files have no room for eighteen full-width characters, so batch registers are spared. */
function fullWidthNumber(spot: Spot): readonly DirtEntry[] {
  if (JURISDICTIONS.find(({ code }) => code === spot.jurisdiction)?.dialect === 'batch') return [];
  const wide = spot.life.number.replace(/[0-9X]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0));
  return spot.spoilRelation('FULL_WIDTH_NUMBER', 'AAC002', wide, REPAIRED);
}

/** 99991231 as the end of an employment means that it lasts: no finding. */
function openEnd(spot: Spot): readonly DirtEntry[] {
  const row = spot.draft.SC70.find(({ AAC002, AAE031 }) => AAC002 === spot.life.number && AAE031 === '');
  return spot.spoil('DATE_99991231', 'SC70', row, 'AAE031', '99991231', REPAIRED, () => (row ? `${row.SAB010}/${row.AAE030}` : ''));
}

/** 99991231 as the day on which money arrived means nothing. */
export const paidOnNever: Planter = (spot) => spot.spoilContribution('DATE_99991231', spot.recent(3), 'AAB191', '99991231', SENTINEL);

function monthThirteen(spot: Spot): readonly DirtEntry[] {
  const row = spot.recent(5);
  return spot.spoilContribution('MONTH_13', row, 'AAE003', `${(row?.AAE003 ?? '').slice(0, 4)}13`, BAD_MONTH);
}

function thousandsComma(spot: Spot): readonly DirtEntry[] {
  const row = spot.recent(1);
  const match = /^(\d+)(\d{3}\.\d\d)$/.exec(row?.AAE180 ?? '');
  return match ? spot.spoilContribution('THOUSANDS_COMMA', row, 'AAE180', `${match[1] ?? ''},${match[2] ?? ''}`, REPAIRED) : [];
}

function negativeZero(spot: Spot): readonly DirtEntry[] {
  const row = spot.recent(2);
  return row?.AAE020 === '0.00' ? spot.spoilContribution('NEGATIVE_ZERO', row, 'AAE020', '-0.00', REPAIRED) : [];
}

/** First booked 500 yuan of base too high, then taken back, then booked right: three rows for one month, whose sum is right. */
function negativeCorrection(spot: Spot): readonly DirtEntry[] {
  const row = spot.recent(4);
  if (!row) return [];
  const raised = (text: string, sign: '' | '-', perMille: number): string => sign + (Number(text) + (500 * perMille) / 1000).toFixed(2);
  const alone = row.AAE020 === '0.00';
  const wrong = (sign: '' | '-'): typeof row => ({
    ...row,
    AAE180: raised(row.AAE180, sign, 1000),
    AAE020: alone ? '0.00' : raised(row.AAE020, sign, 160),
    AAE022: raised(row.AAE022, sign, alone ? 200 : 80),
    AAE381: raised(row.AAE381, sign, 80),
  });
  const reversal = wrong('-');
  spot.book(row, 0, wrong(''), reversal);
  return [spot.entry('NEGATIVE_CORRECTION', 'AC43', 'AAE022', contributionKey(row), KEPT, reversal.AAE022)];
}

function doubleRow(spot: Spot): readonly DirtEntry[] {
  const row = spot.recent(6);
  if (!row) return [];
  spot.book(row, 1, { ...row });
  return [spot.entry('DOUBLE_ROW', 'AC43', 'AAE003', contributionKey(row), REPAIRED, row.AAE003, row.AAE003)];
}

/** A copy of a contribution in another month, booked after the latest one. */
function bookMonth(spot: Spot, kind: string, month: string): readonly DirtEntry[] {
  const last = spot.recent(0);
  if (!last) return [];
  const AAE003 = digits(month);
  const row = { ...last, AAE003 };
  spot.book(last, 1, row);
  return [spot.entry(kind, 'AC43', 'AAE003', contributionKey(row), KEPT, AAE003)];
}

function futureMonth(spot: Spot): readonly DirtEntry[] {
  return bookMonth(spot, 'FUTURE_MONTH', monthText(monthIndex(spot.month) + 3));
}

function monthBefore16(spot: Spot): readonly DirtEntry[] {
  const fifteen = monthIndex(spot.life.birthDate) + 15 * 12;
  return fifteen < 1990 * 12 ? [] : bookMonth(spot, 'MONTH_BEFORE_16', monthText(fifteen));
}

function contributionAfterDeath(spot: Spot): readonly DirtEntry[] {
  const { diedOn } = spot.life;
  if (diedOn === undefined) return [];
  return [3, 2, 1].flatMap((after) => bookMonth(spot, 'CONTRIBUTION_AFTER_DEATH', monthText(monthIndex(diedOn) + after)));
}

function nameCut(spot: Spot): readonly DirtEntry[] {
  const bytes = iconv.encode(spot.life.name, 'gb18030');
  if (bytes.length <= 20) return [];
  let cut = '';
  for (const character of spot.life.name) {
    if (iconv.encode(cut + character, 'gb18030').length > 20) break;
    cut += character;
  }
  return spot.spoilPerson('NAME_CUT', 'AAC003', cut, KEPT);
}

function nameDots(spot: Spot): readonly DirtEntry[] {
  if (!spot.life.name.includes('·')) return [];
  const dot = ['•', '．', '。'][spot.lifeIndex % 3] ?? '•';
  return spot.spoilPerson('NAME_DOTS', 'AAC003', spot.life.name.replace('·', dot), REPAIRED);
}

/** Somebody else stands in AC01 under this number too. */
function identityConflict(spot: Spot): readonly DirtEntry[] {
  const row = spot.person;
  if (!row) return [];
  const other = { ...row, AAC001: `${row.AAC001.slice(0, -1)}8`, AAC003: `${row.AAC003.startsWith('王') ? '李' : '王'}某某` };
  spot.draft.AC01.splice(spot.draft.AC01.indexOf(row) + 1, 0, other);
  return [spot.entry('IDENTITY_CONFLICT', 'AC01', 'AAC003', other.AAC001, KEPT, other.AAC003, row.AAC003)];
}

/** The work-injury relation was opened under a person number of its own. */
function twoPersonNumbers(spot: Spot): readonly DirtEntry[] {
  const { person, draft, life } = spot;
  const relation = draft.AC02.find(({ AAC002, AAE140 }) => AAC002 === life.number && AAE140 === '410');
  if (!person || !relation) return [];
  const second = { ...person, AAC001: `${person.AAC001.slice(0, -1)}9` };
  draft.AC01.splice(draft.AC01.indexOf(person) + 1, 0, second);
  relation.AAC001 = second.AAC001;
  for (const row of spot.allContributions) if (row.AAE140 === '410') row.AAC001 = second.AAC001;
  return [spot.entry('TWO_PERSON_NUMBERS', 'AC01', 'AAC001', second.AAC001, KEPT, second.AAC001, person.AAC001)];
}

/** Abolished codes that old lists still hold: 崇文区, 卢湾区, 巢湖市, 莱芜市; 兵团 as 新疆. */
const OLD_CODES: Readonly<Record<string, string>> = {
  '110000': '110103',
  '310000': '310103',
  '340000': '341400',
  '370000': '371200',
  '660000': '650000',
};

/** An old code is six valid digits: it is shown as it stands. */
function oldDivision(spot: Spot): readonly DirtEntry[] {
  const code = OLD_CODES[spot.jurisdiction];
  return code === undefined ? [] : spot.spoilRelation('OLD_DIVISION', 'AAA027', code, KEPT);
}

function invalidCreditCode(spot: Spot): readonly DirtEntry[] {
  const row = spot.recent(2);
  if (!row || row.SAB010 === '') return [];
  const check = row.SAB010.endsWith('7') ? '8' : '7';
  return spot.spoilContribution('CREDIT_CODE_INVALID', row, 'SAB010', row.SAB010.slice(0, 17) + check, nullWith('CREDIT_CODE_INVALID'));
}
