import { monthLabel, type Month } from '../month.js';
import { paidMonths, type PaidMonth } from '../record/paid-months.js';
import type { LifeRecord, UnitFacts } from '../record/record.js';
import type { Text } from '../text.js';
import { evidence, type Evidence, type RiskRule } from './finding.js';
import { addPaid } from './paid-evidence.js';
import { statutoryMonth } from './statutory-month.js';

const CLOSED: Readonly<Record<string, { readonly zh: string; readonly en: string }>> = {
  '2': { zh: '吊销未注销', en: 'revoked' },
  '3': { zh: '吊销已注销', en: 'revoked and struck off' },
  '4': { zh: '注销', en: 'struck off' },
  '5': { zh: '撤销', en: 'annulled' },
  '6': { zh: '迁出', en: 'moved out' },
};
/** Where nothing says since when a unit is closed, only what it declared this lately is surely after it. */
const LATELY = 2;

/** R08. */
export const closedUnit: RiskRule = {
  code: 'R08',
  title: { zh: '单位已注销、吊销、迁出仍申报，或申报早于成立', en: 'A closed unit still declares, or one declared before it was founded' },
  article: '社会保险经办条例 第六条、第八条',
  wayOut: {
    zh: '由经办机构与登记机关核对单位状态；职工保留劳动合同和工资凭证，缴费记录不因单位原因当然作废。',
    en: 'The agency checks the state with the registering office; keep contracts and pay slips, the record is not void because of the unit.',
  },
  reads: ['bookings', 'units'],
  withoutSource: 'MORE',
  lacks: (record) =>
    unitsWithoutState(record) ? { zh: '部分缴费单位的登记状态未知', en: 'the state of some paying units is not known' } : undefined,
  find: (record) =>
    declared(record).flatMap(([unit, months]) => {
      const found: Evidence[] = [];
      const closed = unit.state === undefined ? undefined : CLOSED[unit.state];
      if (closed) {
        const since = unit.stateSince ?? record.asOf - LATELY - 1;
        addPaid(
          found,
          months.filter(({ month }) => month > since),
          (text) => ({
            zh: `缴费单位登记状态为${closed.zh}，之后仍申报缴费（${text.zh}）。`,
            en: `The paying unit is ${closed.en} and still declared afterwards (${text.en}).`,
          }),
          [unit.unit],
        );
      }
      const { established } = unit;
      if (established !== undefined)
        addPaid(
          found,
          months.filter(({ month }) => month < established),
          (text) => ({
            zh: `缴费单位成立于${monthLabel(established)}，此前已申报缴费（${text.zh}）。`,
            en: `The paying unit was founded in ${monthLabel(established)} and declared before that (${text.en}).`,
          }),
          [unit.unit],
        );
      return found;
    }),
};

/** What makes a unit and a joining conspicuous; of our own making, no provision says it. */
const TINY_UNIT = { insured: 20, joiners: 3, ageOfUnit: 24, beforeRetirement: 60 } as const;

/** R09. */
export const joiningShortlyBefore: RiskRule = {
  code: 'R09',
  title: { zh: '临近退休集中参保于新设小微单位', en: 'Many join a tiny new unit shortly before retirement' },
  article: '社会保险经办条例 第四十五条；社会保险法 第五十八条',
  wayOut: {
    zh: '由单位和本人提供劳动合同、工资发放和考勤材料；劳动关系真实的，记录不受影响。',
    en: 'The unit and the person show contract, wages and attendance; a genuine labour relation leaves the record as it is.',
  },
  reads: ['person', 'bookings', 'units'],
  withoutSource: 'MORE',
  lacks: (record) =>
    joinings(record).some(({ insured, joiners }) => mayBeConspicuous(insured) && joiners === undefined)
      ? {
          zh: '新设单位的参保人数或其中临近退休的新参保人数未知',
          en: 'how many a new unit insures, or how many of them joined shortly before retirement, is not known',
        }
      : whenOneRetires(record),
  find: (record) =>
    joinings(record).flatMap(({ unit, established, joined, before, insured, joiners = 0, months }) => {
      if (insured === undefined || !mayBeConspicuous(insured) || joiners < TINY_UNIT.joiners || joiners * 2 < insured) return [];
      return [
        evidence(
          {
            zh: `退休前${before}个月参保于${monthLabel(established)}成立的单位，该单位参保${insured}人中有${joiners}人临近退休。`,
            en: `Joined ${before} months before retirement a unit founded in ${monthLabel(established)}, where ${joiners} of ${insured} insured are close to retirement.`,
          },
          {
            months: [joined],
            units: [unit],
            schemes: months.map(({ scheme }) => scheme),
            places: months.map(({ jurisdiction }) => jurisdiction),
          },
        ),
      ];
    }),
};

/** Units of a record whose counts decide R09 and are not in it: of all others nobody need be asked. */
export function unitsToCount(record: LifeRecord): readonly string[] {
  return joinings(record).flatMap(({ unit, insured, joiners }) =>
    mayBeConspicuous(insured) && (insured === undefined || joiners === undefined) ? [unit] : [],
  );
}

/** That the person joined a unit soon after it was founded and shortly before retirement. */
interface Joining {
  readonly unit: string;
  readonly established: Month;
  readonly joined: Month;
  /** Months before retirement. */
  readonly before: number;
  readonly insured: number | undefined;
  readonly joiners: number | undefined;
  readonly months: readonly PaidMonth[];
}

function joinings(record: LifeRecord): readonly Joining[] {
  const retires = statutoryMonth(record.person);
  if (retires === undefined) return [];
  return declared(record).flatMap(([{ unit, established, insured, insuredShortlyBeforeRetirement: joiners }, months]) => {
    const joined = months[0]?.month;
    if (established === undefined || joined === undefined) return [];
    if (joined - established > TINY_UNIT.ageOfUnit || retires - joined > TINY_UNIT.beforeRetirement) return [];
    return [{ unit, established, joined, before: Math.max(0, retires - joined), insured, joiners, months }];
  });
}

function mayBeConspicuous(insured: number | undefined): boolean {
  return insured === undefined || insured <= TINY_UNIT.insured;
}

function whenOneRetires(record: LifeRecord): Text | undefined {
  const unknown = statutoryMonth(record.person) === undefined && declared(record).some(([, months]) => months.length > 0);
  return unknown ? { zh: '出生年月或性别未知', en: 'birth or sex is not known' } : undefined;
}

/** R11. */
export const unlicensedExpress: RiskRule = {
  code: 'R11',
  title: {
    zh: '快递企业许可过期或网点未备案仍申报职工',
    en: 'An express company without a licence or with unfiled outlets declares staff',
  },
  article: '邮政法 第五十一条至第五十四条；快递暂行条例 第十八条、第十九条',
  wayOut: {
    zh: '企业向邮政管理部门延续许可、补办网点备案；职工的参保关系继续有效。',
    en: 'The company renews its licence and files its outlets with the postal administration; the insurance of its staff stays valid.',
  },
  reads: ['bookings', 'units'],
  withoutSource: 'MORE',
  find: (record) =>
    declared(record).flatMap(([unit, months]) => {
      const { express } = unit;
      if (!express) return [];
      const found: Evidence[] = [];
      const { licensedUntil, licenceEnded, unfiledOutlets = 0 } = express;
      const lately = (list: readonly PaidMonth[]): PaidMonth[] => list.filter(({ month }) => month > record.asOf - LATELY - 1);
      const until = licensedUntil === null ? 0 : licensedUntil;
      const expired = until === undefined ? [] : months.filter(({ month }) => month > until);
      // A licence that was taken away before its time: since when, nobody says.
      const without = expired.length === 0 && licenceEnded === true ? lately(months) : expired;
      addPaid(
        found,
        without,
        (text) => ({
          zh: `快递企业没有有效的快递业务经营许可，仍申报职工（${text.zh}）。`,
          en: `The express company has no valid licence and declared staff (${text.en}).`,
        }),
        [unit.unit],
      );
      if (unfiledOutlets > 0)
        addPaid(
          found,
          lately(months),
          (text) => ({
            zh: `快递企业有${unfiledOutlets}个末端网点未备案，仍申报职工（${text.zh}）。`,
            en: `The express company has ${unfiledOutlets} unfiled outlets and declared staff (${text.en}).`,
          }),
          [unit.unit],
        );
      return found;
    }),
};

/** Each unit of which something is known, with the months it paid for the person, in order. */
function declared(record: LifeRecord): (readonly [UnitFacts, readonly PaidMonth[]])[] {
  if (record.units.length === 0) return [];
  const paid = paidMonths(record).filter(({ actual }) => actual);
  return record.units.map((unit) => [unit, paid.filter(({ units }) => units.has(unit.unit)).sort((a, b) => a.month - b.month)] as const);
}

/** True where a unit paid of which the record says neither in what state it is nor that it was founded. */
function unitsWithoutState(record: LifeRecord): boolean {
  const known = new Set(record.units.filter(({ state }) => state !== undefined).map(({ unit }) => unit));
  return paidMonths(record).some(({ actual, units }) => actual && [...units].some((unit) => !known.has(unit)));
}
