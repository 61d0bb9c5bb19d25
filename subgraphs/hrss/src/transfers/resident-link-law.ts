import type { Expectation, Judgement, Move, TransferLaw } from '@yichuang/kit';
import {
  fen,
  linkResident,
  paidMonths,
  pensionProvinceFrom,
  retirementCategoryFrom,
  retirementDates,
  type CivilDate,
  type LifeRecord,
  type Month,
  type Ruled,
  type ResidentLink,
} from '@yichuang/rules';
import { monthOfDay } from './pension-law.js';
import { certificateOf, noteOf, refusalOf } from './shared.js';
import { LINK_TEXTS } from './texts.js';

const EMPLOYEE = new Set(['110', '120'] as const);
const RESIDENT = new Set(['170'] as const);
type Direction = 'RESIDENT_TO_EMPLOYEE' | 'EMPLOYEE_TO_RESIDENT';

/**
 * The link of the employees' and the residents' pension (人社部发〔2014〕17号): at statutory age, before any pension is drawn; the account alone
 * moves. Statements: `direction` (RESIDENT_TO_EMPLOYEE or EMPLOYEE_TO_RESIDENT), and `category` as for a temporary account.
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
  const ruled = link(move, direction, record, today);
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
    notes: ruled.provisional.map(noteOf),
    certificate: certificateOf(record, scheme, origin, relation),
  };
}

function expect(move: Move, record: LifeRecord, today: CivilDate): Expectation {
  const direction = directionOf(move) ?? 'RESIDENT_TO_EMPLOYEE';
  const ruled = link(move, direction, record, today);
  const origin = pensionProvinceFrom(move.source, 'source');
  const moving = record.accounts.find(
    ({ scheme, jurisdiction }) => scheme === (direction === 'RESIDENT_TO_EMPLOYEE' ? '170' : '110') && jurisdiction === origin,
  );
  const year = Math.floor(monthOfDay(today) / 12);
  const principal = moving?.years.find((one) => one.year === year)?.credited ?? 0;
  // What is paid back to the person (own payments of months paid in both schemes) does not go along.
  const refund = direction === 'RESIDENT_TO_EMPLOYEE' ? ruled.figures.refund : 0;
  const account = (moving?.balance ?? 0) - refund;
  return {
    ...(moving?.balance === undefined
      ? {}
      : { figures: { before1998: 0, balance: account - principal, principal, account, pool: 0, total: account } }),
    moneyMoves: true,
    article: ruled.article,
    version: ruled.version,
    steps: ruled.steps,
    provisional: ruled.provisional,
    notes: [],
  };
}

function directionOf({ statements }: Move): Direction | undefined {
  const stated = statements['direction'];
  return stated === 'RESIDENT_TO_EMPLOYEE' || stated === 'EMPLOYEE_TO_RESIDENT' ? stated : undefined;
}

function link({ source, statements }: Move, direction: Direction, record: LifeRecord, today: CivilDate): Ruled<ResidentLink> {
  const { sex, birthMonth } = record.person;
  const month = monthOfDay(today);
  const stated = statements['category'];
  const category =
    sex === 'M' ? 'M60' : (record.person.category ?? (typeof stated === 'string' ? retirementCategoryFrom(stated, 'category') : 'F50'));
  const statutory: Month | undefined = birthMonth === undefined ? undefined : retirementDates(category, birthMonth).statutoryMonth;
  const employee = new Set(paidMonths(record, EMPLOYEE).map((one) => one.month));
  const residentBookings = paidMonths(record, RESIDENT);
  // A payment to the resident scheme is one for its year.
  const yearly = new Map(residentBookings.map((one) => [Math.floor(one.month / 12), fen(one.personal ?? 0)]));
  const relation = record.relations.find((one) => one.scheme === '170' && one.jurisdiction === source);
  const residentMonths = relation?.monthsActual ?? yearly.size * 12;
  const overlap = [...employee].filter((one) => residentBookings.some((paid) => paid.month === one));
  const employeePlaces = new Set(
    record.relations.flatMap((one) =>
      one.scheme === '110' && one.accountKind === 'ORDINARY' && one.state !== 'ENDED' ? [one.jurisdiction] : [],
    ),
  );
  const balance = (scheme: '110' | '170') =>
    fen(record.accounts.reduce((sum, one) => sum + (one.scheme === scheme ? (one.balance ?? 0) : 0), 0));
  return linkResident(
    {
      direction,
      reachedStatutoryAge: statutory !== undefined && statutory <= month,
      drawing: record.benefits.some(
        ({ scheme, state }) => (scheme === '110' || scheme === '120' || scheme === '170') && state === 'PAYING',
      ),
      gathered: employeePlaces.size <= 1,
      retireMonth: month,
      employeeMonths: employee.size,
      residentMonths,
      employeeAccount: balance('110'),
      residentAccount: balance('170'),
      overlap,
      personal: yearly,
      collective: fen(0),
    },
    { explain: true },
  );
}
