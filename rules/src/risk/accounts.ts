import { provinceName, type Province } from '../divisions/division.js';
import { monthLabel, monthOf, type Month } from '../month.js';
import { paidMonths, type PaidMonth } from '../record/paid-months.js';
import type { LifeRecord, Relation, Scheme } from '../record/record.js';
import type { Text } from '../text.js';
import { evidence, type RiskRule } from './finding.js';

const EMPLOYEES: ReadonlySet<Scheme> = new Set<Scheme>(['110']);
/** 国办发〔2009〕66号 is in force from then on; who was insured in a place before is not switched. */
const SINCE = monthOf(2010, 1);
/** 年满50周岁的男性和年满40周岁的女性, months of age. */
const AGE = { M: 600, F: 480 } as const;

/** R06. */
export const ordinaryInsteadOfTemporary: RiskRule = {
  code: 'R06',
  title: { zh: '应建立临时账户而建立了一般账户', en: 'An ordinary account where a temporary one was due' },
  article: '国办发〔2009〕66号 第五条',
  wayOut: {
    zh: '由参保地核实：经组织或人社部门批准调动的不受年龄限制；否则改为临时基本养老保险缴费账户，原关系保留在原参保地。',
    en: 'The place checks: an approved official transfer has no age limit; otherwise the account becomes a temporary one and the relation stays where it was.',
  },
  reads: ['person', 'relations', 'bookings', 'accounts'],
  withoutSource: 'MORE',
  lacks: whoThePersonIs,
  find: (record) =>
    firstMonths(record).flatMap(({ place, first, kind }) => {
      if (kind !== 'ORDINARY' || !tooOld(record, place, first)) return [];
      const { zh, en } = provinceName(place);
      return [
        evidence(
          {
            zh: `${monthLabel(first)}首次在户籍地以外的${zh}参保，已年满${record.person.sex === 'M' ? 50 : 40}周岁，账户登记为一般账户。`,
            en: `First insured in ${en}, outside the hukou province, in ${monthLabel(first)} at the age of ${record.person.sex === 'M' ? 50 : 40} or more; the account is marked as ordinary.`,
          },
          { months: [first], schemes: ['110'], places: [place] },
        ),
      ];
    }),
};

/** N02. */
export const temporaryWithoutCause: RiskRule = {
  code: 'N02',
  title: { zh: '不应建立临时账户', en: 'A temporary account without cause' },
  article: '国办发〔2009〕66号 第五条',
  wayOut: {
    zh: '向参保地经办机构申请把临时账户改为一般账户，并归集原参保地的关系。',
    en: 'Ask the agency of the place to change the temporary account to an ordinary one and to gather the earlier relations.',
  },
  reads: ['person', 'relations', 'bookings', 'accounts'],
  withoutSource: 'MORE',
  lacks: whoThePersonIs,
  find: (record) =>
    firstMonths(record).flatMap(({ place, first, kind }) => {
      const { sex, birthMonth, hukouProvince } = record.person;
      if (kind !== 'TEMPORARY' || sex === undefined || birthMonth === undefined || hukouProvince === undefined) return [];
      const why = place === hukouProvince ? 'HUKOU' : first < SINCE ? 'BEFORE_2010' : first - birthMonth < AGE[sex] ? 'YOUNG' : undefined;
      if (why === undefined) return [];
      const { zh, en } = provinceName(place);
      const reason = {
        HUKOU: { zh: '当地就是户籍地', en: 'it is the hukou province' },
        BEFORE_2010: { zh: '2010年以前已在当地参保', en: 'the person was insured there before 2010' },
        YOUNG: {
          zh: `首次参保时未满${sex === 'M' ? 50 : 40}周岁`,
          en: `the person was under ${sex === 'M' ? 50 : 40} when first insured there`,
        },
      }[why];
      return [
        evidence(
          { zh: `${zh}的账户登记为临时账户，但${reason.zh}。`, en: `The account in ${en} is marked as temporary, but ${reason.en}.` },
          { months: [first], schemes: ['110'], places: [place] },
        ),
      ];
    }),
};

/** Which account is due hangs on age, sex and hukou, wherever there is an account. */
function whoThePersonIs(record: LifeRecord): Text | undefined {
  const { sex, birthMonth, hukouProvince } = record.person;
  const known = sex !== undefined && birthMonth !== undefined && hukouProvince !== undefined;
  return known || firstMonths(record).length === 0
    ? undefined
    : { zh: '出生年月、性别或户籍地未知', en: 'birth, sex or hukou is not known' };
}

function tooOld({ person: { sex, birthMonth, hukouProvince } }: LifeRecord, place: Province, first: Month): boolean {
  if (sex === undefined || birthMonth === undefined || hukouProvince === undefined) return false;
  return place !== hukouProvince && first >= SINCE && first - birthMonth >= AGE[sex];
}

/** For each place with a pension relation of employees: its first month, and how the account is marked. */
function firstMonths(record: LifeRecord): { readonly place: Province; readonly first: Month; readonly kind: Relation['accountKind'] }[] {
  const paid = paidMonths(record, EMPLOYEES).filter(({ actual }) => actual);
  const relations = record.relations.filter(({ scheme }) => scheme === '110');
  const places = new Set([...paid, ...relations].map(({ jurisdiction }) => jurisdiction));
  return [...places].flatMap((place) => {
    const here = <T extends { readonly jurisdiction: Province }>(list: readonly T[]): T[] =>
      list.filter((one) => one.jurisdiction === place);
    const months: readonly Month[] = [
      ...here<PaidMonth>(paid).map(({ month }) => month),
      ...here(relations).flatMap(({ firstMonth }) => firstMonth ?? []),
    ].sort((a, b) => a - b);
    const [first] = months;
    // The relation says how it is marked; bookings and accounts repeat it.
    const kind =
      here(relations)[0]?.accountKind ??
      here(record.accounts.filter(({ scheme }) => scheme === '110'))[0]?.accountKind ??
      here<PaidMonth>(paid)[0]?.accountKind;
    return first === undefined || kind === undefined ? [] : [{ place, first, kind }];
  });
}
