import type { Expectation, Judgement, Move, Overlap, SideNote, TransferLaw } from '@yichuang/kit';
import {
  civilDateText,
  clearOverlaps,
  deadlineAfter,
  fen,
  interestMethodOf,
  creditingRates,
  moneyMoves,
  monthFrom,
  monthLabel,
  paidMonths,
  pensionProvinceFrom,
  rateFrom,
  RuleRefusal,
  timeLimit,
  transferAmount,
  transferEligibility,
  Working,
  type CivilDate,
  type Contribution,
  type Eligibility,
  type LifeRecord,
  type Month,
  type PaidMonth,
  type Province,
  type Rate,
  type Ruled,
  type TransferAmountInput,
} from '@yichuang/rules';
import { certificateOf, noteOf, refusalOf, unlessRefused } from './shared.js';
import { ELIGIBILITY_TEXTS } from './texts.js';

const EMPLOYEE = new Set(['110'] as const);
const HELD_ARTICLE = '人社厅发〔2019〕94号';
const OVERLAP_ARTICLE = '人社部发〔2010〕70号；人社部发〔2009〕187号';

/**
 * The employees' pension between provinces and inside one (国办发〔2009〕66号). Statement `officialTransfer`: 经县级以上组织、人社部门批准调动.
 * @param collective a whole unit moves (成建制划转) by an approval, whose number is the statement `approval`: no age limit
 */
export function pensionLaw(collective = false): TransferLaw {
  return {
    clock: 'PENSION',
    judge: (move, record, today) => judge(move, record, today, collective),
    expect,
  };
}

function judge({ source, target, statements }: Move, record: LifeRecord, today: CivilDate, collective: boolean): Judgement {
  const { approval } = statements;
  if (collective && (typeof approval !== 'string' || approval.trim() === '')) return refusalOf('APPROVAL_MISSING', 'approval');
  const { sex, birthMonth, hukouProvince: hukou, deathMonth } = record.person;
  if (sex === undefined || birthMonth === undefined || hukou === undefined) return refusalOf('PERSON_FACTS_MISSING');
  if (deathMonth !== undefined) return refusalOf('PERSON_DEAD');
  const [origin, destination] = [pensionProvinceFrom(source, 'source'), pensionProvinceFrom(target, 'target')];
  const relation = ordinaryIn(record, origin);
  if (relation === undefined) return refusalOf('NO_RELATION_AT_SOURCE', 'source');
  const months = paidMonths(record, EMPLOYEE);
  const there = months.filter(({ jurisdiction }) => jurisdiction === destination);
  const temporary = record.relations.find(
    ({ scheme, accountKind, state }) => scheme === '110' && accountKind === 'TEMPORARY' && state !== 'ENDED',
  );
  const ruled = transferEligibility({
    sex,
    birthMonth,
    hukou,
    origin,
    destination,
    firstPaid: there[0]?.month ?? monthOfDay(today),
    notYetPaid: there.length === 0,
    alreadyReceiving: record.benefits.some(
      ({ scheme, state }) => (scheme === '110' || scheme === '120' || scheme === '170') && state === 'PAYING',
    ),
    officialTransfer: collective || statements['officialTransfer'] === true,
    temporaryAccountIn: temporary?.jurisdiction,
  });
  const { figures } = ruled;
  if (!figures.allowed)
    return { allowed: false, refusal: { code: figures.reason, text: ELIGIBILITY_TEXTS[figures.reason], article: ruled.article } };
  const { moves } = moneyMoves({ from: origin, to: destination, month: monthOfDay(today) }, new Working());
  return {
    allowed: true,
    scheme: '110',
    accountKind: 'ORDINARY',
    moneyMoves: moves,
    seals: false,
    ground: { reason: figures.reason, article: ruled.article, version: ruled.version },
    notes: [...sealedNote(ruled), ...overlapNote(months, origin, destination), ...ruled.provisional.map(noteOf)],
    certificate: certificateOf(record, '110', origin, relation),
  };
}

function expect(move: Parameters<TransferLaw['expect']>[0], record: LifeRecord, today: CivilDate): Expectation {
  const from = pensionProvinceFrom(move.source, 'source');
  const to = pensionProvinceFrom(move.target, 'target');
  const expected = expectedPension({ from, to, accountKind: 'ORDINARY' }, record, today);
  const overlap = overlapOf(record, from, to, monthOfDay(today));
  return overlap === undefined ? expected : { ...expected, overlap };
}

/** Months that both places were paid for, and what is paid back whichever side's are kept, with interest to the end of last year. */
function overlapOf(record: LifeRecord, from: Province, to: Province, settledIn: Month): Overlap | undefined {
  const relations = [from, to].map((province) => ({
    id: province,
    province,
    contributions: contributionsOf(record, province, 'ORDINARY'),
    field: province,
  }));
  const [here, there] = relations.map(({ contributions }) => contributions.flatMap((one) => (one.state === 'PAID' ? [one.from] : [])));
  const months = (here ?? []).filter((month) => there?.includes(month) === true);
  if (from === to || months.length === 0) return undefined;
  const refundOf = (keep: Province): number | null => {
    try {
      return clearOverlaps({ relations, keep: [keep], destination: to, settledIn, rates: creditingRates }).figures.refund;
    } catch (error) {
      if (error instanceof RuleRefusal) return null;
      throw error;
    }
  };
  return {
    months: months.map(monthLabel),
    refund: { keepSource: refundOf(from), keepTarget: refundOf(to) },
    article: OVERLAP_ARTICLE,
  };
}

/** The money that moves by 66号 art. 4 and 5, from what the registers hold. */
export function expectedPension(
  { from, to, accountKind }: Pick<TransferAmountInput, 'from' | 'to' | 'accountKind'>,
  record: LifeRecord,
  today: CivilDate,
): Expectation {
  const month = monthOfDay(today);
  const contributions = contributionsOf(record, from, accountKind);
  const early = contributions.some(({ from: first }) => first < monthFrom('1998-01', ''));
  const lastYear = Math.floor(month / 12) - 1;
  const relation = record.relations.find((one) => one.scheme === '110' && one.jurisdiction === from && one.accountKind === accountKind);
  const closed = record.accounts
    .find((one) => one.scheme === '110' && one.jurisdiction === from && one.accountKind === accountKind)
    ?.years.find(({ year, balance }) => year === lastYear && balance !== undefined)?.balance;
  return unlessRefused({ moneyMoves: from !== to, article: '国办发〔2009〕66号 第四条' }, () => {
    const ruled = transferAmount(
      {
        accountKind,
        payer: relation?.insuredAs === 'FLEXIBLE' ? 'FLEXIBLE' : 'EMPLOYEE',
        from,
        to,
        month,
        contributions,
        // What the register says stands at the end of last year is taken; the rules grow the account only where it says nothing.
        ...(closed === undefined
          ? { method: (year: number) => interestMethodOf(from, year) }
          : { opening: { balance: closed, year: lastYear }, method: 'GIVEN_BALANCE' }),
        before1998: early ? fen(0) : undefined,
        rates: creditingRates(from),
      },
      { explain: true },
    );
    const { figures } = ruled;
    return {
      figures: {
        before1998: figures.before1998,
        balance: figures.balanceEndOfPreviousYear,
        principal: figures.currentYearPrincipal,
        account: figures.personalAccountTransfer,
        pool: figures.pooledTransfer,
        total: figures.total,
      },
      before1998FromSheet: early,
      moneyMoves: figures.moneyMoves,
      article: ruled.article,
      version: ruled.version,
      steps: ruled.steps,
      provisional: ruled.provisional,
      notes: figures.months.held === 0 ? [] : [heldNote(figures.months.held, today)],
    };
  });
}

/** Each paid month with its base; months paid on one day are one lump sum (94号). */
function contributionsOf(record: LifeRecord, from: Province, accountKind: 'ORDINARY' | 'TEMPORARY'): readonly Contribution[] {
  return paidMonths(record, EMPLOYEE)
    .filter((one) => one.jurisdiction === from && one.accountKind === accountKind)
    .map(({ month, actual, base, personal, employer, paidOn }) => ({
      ...{ from: month, to: month, field: monthLabel(month), papers: [] },
      state: actual ? 'PAID' : 'DEEMED',
      base: fen(actual ? (base ?? 0) : 0),
      ...(actual && paidOn !== undefined ? { paidOn } : {}),
      // All that was paid goes along (art. 5), whatever the rates were and whoever paid in that month.
      ...(accountKind === 'TEMPORARY' && actual ? { creditShare: shareOf(personal, base), employerShare: shareOf(employer, base) } : {}),
    }));
}

/** A payment as a share of its base; undefined where the register does not say it, or it is none. */
function shareOf(paid: number | undefined, base: number | undefined): Rate | undefined {
  if (paid === undefined || base === undefined || paid < 0 || base <= 0 || paid > base) return undefined;
  return rateFrom((paid / base).toFixed(8), '');
}

function ordinaryIn(record: LifeRecord, province: Province) {
  return record.relations.find(
    ({ scheme, jurisdiction, accountKind, state }) =>
      scheme === '110' && jurisdiction === province && accountKind === 'ORDINARY' && state !== 'ENDED',
  );
}

/** The month of a civil day. */
export function monthOfDay(day: CivilDate): Month {
  return monthFrom(civilDateText(day).slice(0, 7), '');
}

function heldNote(months: number, today: CivilDate): SideNote {
  const due = deadlineAfter(today, timeLimit('PENSION_TRANSFER_UNMOVABLE_NOTICE', today));
  return {
    code: 'LUMP_SUM_HOLD',
    text: {
      zh: `一次性缴纳的${months}个月材料不符合要求，不予转移，退回缴费地；其余月份照转。转出地应书面告知本人`,
      en: `${months} months paid at once lack the papers they need: they do not move and go back to where they were paid; all others move. The source tells the person in writing`,
    },
    article: HELD_ARTICLE,
    months,
    due: civilDateText(due.figures.due),
  };
}

function overlapNote(months: readonly PaidMonth[], origin: Province, destination: Province): readonly SideNote[] {
  const here = new Set(months.filter(({ jurisdiction }) => jurisdiction === origin).map(({ month }) => month));
  const both = months.filter(({ jurisdiction, month }) => jurisdiction === destination && origin !== destination && here.has(month)).length;
  if (both === 0) return [];
  return [
    {
      code: 'OVERLAP_CLEARING',
      text: {
        zh: `两地重复缴费${both}个月，先转后清：转入后由本人与转入地商定保留其一，其余退还个人账户部分`,
        en: `${both} months are paid in both places: first everything moves, then the destination clears; the person and the agency agree on what is kept, and the account part of the rest is paid back`,
      },
      article: OVERLAP_ARTICLE,
      months: both,
    },
  ];
}

function sealedNote({ figures, article }: Ruled<Eligibility>): readonly SideNote[] {
  if (figures.sealedIn === undefined) return [];
  return [
    {
      code: 'SEALED_ELSEWHERE',
      text: {
        zh: '另有临时缴费账户，封存后由待遇领取地在退休时归集',
        en: 'there is a temporary account elsewhere: it is sealed, and gathered by the receiving place at pension time',
      },
      article,
    },
  ];
}
