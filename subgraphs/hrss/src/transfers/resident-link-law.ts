import type { Expectation, Judgement, Move, Overlap, SideNote, TransferLaw } from '@yichuang/kit';
import {
  fen,
  linkResident,
  monthLabel,
  paidMonths,
  pensionProvinceFrom,
  retirementCategoryFrom,
  retirementDates,
  type CivilDate,
  type Fen,
  type LifeRecord,
  type Month,
  type ResidentLinkInput,
} from '@yichuang/rules';
import { monthOfDay } from './pension-law.js';
import { certificateOf, noteOf, refusalOf, unlessRefused } from './shared.js';
import { LINK_TEXTS } from './texts.js';

const EMPLOYEE = new Set(['110', '120'] as const);
const RESIDENT = new Set(['170'] as const);
const LINK_ARTICLE = '人社部发〔2014〕17号';
const OVERLAP_ARTICLE = `${LINK_ARTICLE} 第七条`;
type Direction = 'RESIDENT_TO_EMPLOYEE' | 'EMPLOYEE_TO_RESIDENT';

/**
 * The link of the employees' and the residents' pension (人社部发〔2014〕17号): at statutory age, before any pension is drawn; the account alone
 * moves. Months paid to both schemes count as employee months: once the account has moved, the destination pays the person back what they
 * paid to the residents' scheme for them; subsidies and interest stay. Statements: `direction` (RESIDENT_TO_EMPLOYEE or EMPLOYEE_TO_RESIDENT), and `category` as for a temporary account.
 */
export const residentLinkLaw: TransferLaw = { clock: 'RESIDENT_LINK', judge, expect };

function judge(move: Move, record: LifeRecord, today: CivilDate): Judgement {
  const direction = directionOf(move);
  if (direction === undefined) return refusalOf('STATEMENT_MISSING', 'direction');
  const { sex, birthMonth } = record.person;
  if (sex === undefined || birthMonth === undefined) return refusalOf('PERSON_FACTS_MISSING');
  const origin = pensionProvinceFrom(move.source, 'source');
  const [scheme, targetScheme] = direction === 'RESIDENT_TO_EMPLOYEE' ? (['170', '110'] as const) : (['110', '170'] as const);
  const relation = record.relations.find((one) => one.scheme === scheme && one.jurisdiction === origin && one.state !== 'ENDED');
  if (relation === undefined) return refusalOf('NO_RELATION_AT_SOURCE', 'source');
  const { overlap, input } = questionOf(move, direction, record, today);
  const ruled = linkResident(input, { explain: true });
  const { allowed, reason } = ruled.figures;
  if (!allowed) {
    const otherWay = reason === 'ENOUGH_EMPLOYEE_MONTHS' || reason === 'TOO_FEW_EMPLOYEE_MONTHS';
    return {
      allowed: false,
      refusal: { code: otherWay ? 'DIRECTION_DIFFERS' : reason, text: LINK_TEXTS[reason], article: ruled.article, field: 'direction' },
    };
  }
  return {
    allowed: true,
    scheme,
    targetScheme,
    accountKind: relation.accountKind,
    moneyMoves: true,
    seals: false,
    ground: { reason, article: ruled.article, version: ruled.version },
    notes: [...overlapNote(overlap), ...ruled.provisional.map(noteOf)],
    certificate: certificateOf(record, scheme, origin, relation),
  };
}

function expect(move: Move, record: LifeRecord, today: CivilDate): Expectation {
  const direction = directionOf(move) ?? 'RESIDENT_TO_EMPLOYEE';
  const { overlap, input } = questionOf(move, direction, record, today);
  const toEmployees = direction === 'RESIDENT_TO_EMPLOYEE';
  const cleared = (refund: number | null): Pick<Expectation, 'overlap'> =>
    overlap.length === 0 ? {} : { overlap: clearedOf(overlap, toEmployees, refund) };
  return unlessRefused({ moneyMoves: true, article: LINK_ARTICLE, ...cleared(null) }, () => {
    const ruled = linkResident(input, { explain: true });
    const origin = pensionProvinceFrom(move.source, 'source');
    const moving = record.accounts.find(({ scheme, jurisdiction }) => scheme === (toEmployees ? '170' : '110') && jurisdiction === origin);
    const year = Math.floor(monthOfDay(today) / 12);
    const principal = moving?.years.find((one) => one.year === year)?.credited ?? 0;
    const account = moving?.balance;
    return {
      ...(account === undefined
        ? {}
        : { figures: { before1998: 0, balance: account - principal, principal, account, pool: 0, total: account } }),
      moneyMoves: true,
      article: ruled.article,
      version: ruled.version,
      steps: ruled.steps,
      provisional: ruled.provisional,
      notes: [],
      ...cleared(ruled.figures.refund),
    };
  });
}

/** The employee months are kept, wherever they are; what was paid to the residents' scheme for them goes back to the person. */
function clearedOf(months: readonly Month[], toEmployees: boolean, refund: number | null): Overlap {
  return {
    months: months.map(monthLabel),
    refund: toEmployees ? { keepSource: null, keepTarget: refund } : { keepSource: refund, keepTarget: null },
    kept: toEmployees ? 'TARGET' : 'SOURCE',
    article: OVERLAP_ARTICLE,
  };
}

function overlapNote(months: readonly Month[]): readonly SideNote[] {
  if (months.length === 0) return [];
  return [
    {
      code: 'OVERLAP_CLEARING',
      text: {
        zh: `两项制度重复缴费${months.length}个月，只计职工缴费；转移后退还本人该期间的居民个人缴费和集体补助`,
        en: `${months.length} months are paid to both schemes and count as employee months: after the move what the person and the collective paid to the residents' scheme for them goes back to the person`,
      },
      article: OVERLAP_ARTICLE,
      months: months.length,
    },
  ];
}

interface LinkQuestion {
  readonly input: ResidentLinkInput;
  /** Months paid to both schemes. */
  readonly overlap: readonly Month[];
}

function directionOf({ statements }: Move): Direction | undefined {
  const stated = statements['direction'];
  return stated === 'RESIDENT_TO_EMPLOYEE' || stated === 'EMPLOYEE_TO_RESIDENT' ? stated : undefined;
}

function questionOf({ source, target, statements }: Move, direction: Direction, record: LifeRecord, today: CivilDate): LinkQuestion {
  const { sex, birthMonth } = record.person;
  const month = monthOfDay(today);
  const stated = statements['category'];
  const category =
    sex === 'M' ? 'M60' : (record.person.category ?? (typeof stated === 'string' ? retirementCategoryFrom(stated, 'category') : 'F50'));
  const statutory: Month | undefined = birthMonth === undefined ? undefined : retirementDates(category, birthMonth).statutoryMonth;
  const employee = [...new Set(paidMonths(record, EMPLOYEE).map((one) => one.month))].sort((a, b) => a - b);
  const home = pensionProvinceFrom(direction === 'RESIDENT_TO_EMPLOYEE' ? source : target, 'from');
  // A payment to the resident scheme is one for its year.
  const yearly = new Map<number, Fen>();
  for (const { month: paid, personal, jurisdiction } of paidMonths(record, RESIDENT)) {
    const year = Math.floor(paid / 12);
    if (jurisdiction === home) yearly.set(year, fen((yearly.get(year) ?? 0) + (personal ?? 0)));
  }
  const relation = record.relations.find((one) => one.scheme === '170' && one.jurisdiction === home);
  const residentMonths = Math.max(relation?.monthsActual ?? 0, yearly.size * 12);
  const overlap = employee.filter((one) => yearly.has(Math.floor(one / 12)));
  const employeePlaces = new Set(
    record.relations.flatMap((one) =>
      one.scheme === '110' && one.accountKind === 'ORDINARY' && one.state !== 'ENDED' ? [one.jurisdiction] : [],
    ),
  );
  const balance = (scheme: '110' | '170') =>
    fen(record.accounts.reduce((sum, one) => sum + (one.scheme === scheme ? (one.balance ?? 0) : 0), 0));
  return {
    overlap,
    input: {
      direction,
      reachedStatutoryAge: statutory !== undefined && statutory <= month,
      drawing: record.benefits.some(
        ({ scheme, state }) => (scheme === '110' || scheme === '120' || scheme === '170') && state === 'PAYING',
      ),
      gathered: employeePlaces.size <= 1,
      retireMonth: month,
      employeeMonths: employee.length,
      residentMonths,
      employeeAccount: balance('110'),
      residentAccount: balance('170'),
      overlap,
      personal: yearly,
      collective: fen(0),
    },
  };
}
