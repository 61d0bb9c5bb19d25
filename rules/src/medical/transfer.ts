import { dateText, type CivilDate } from '../calendar/civil-date.js';
import { noteUnpublished, workingDayAfter, type WorkingCalendar } from '../calendar/working-days.js';
import { medicalTransfer as transferTable } from '../generated/medical-transfer.js';
import { fen, yuan, type Fen } from '../money.js';
import { monthLabel, type Month } from '../month.js';
import { versionOf } from '../parameters/table.js';
import { RuleRefusal } from '../refusal.js';
import { Working, type RuleOptions, type Ruled } from '../result.js';

/** 310 职工基本医疗保险, 390 城乡居民基本医疗保险. */
export type MedicalScheme = '310' | '390';

export interface MedicalTransferQuestion {
  readonly fromScheme: MedicalScheme;
  readonly toScheme: MedicalScheme;
  /** Six digits of the destination, where its own rules may be on file. */
  readonly toPlace?: string | undefined;
  readonly lastPaidMonth: Month;
  readonly firstPaidMonthNew: Month;
  /** The gap was paid afterwards. */
  readonly backPaid: boolean;
  readonly continuousMonthsBefore: number;
  /** The destination's acceptance. */
  readonly acceptedOn: CivilDate;
  /** Day on which the sheet arrived; the source's last day when undefined. */
  readonly sheetReceivedOn?: CivilDate | undefined;
  readonly calendar: WorkingCalendar;
  readonly accountBalance: Fen;
  /** In retiree cover, which does not move. */
  readonly retireeCover?: boolean | undefined;
}

export interface MedicalTransfer {
  /** Months without payment between the two covers. */
  readonly gapMonths: number;
  /** Months that both covers were paid for. */
  readonly overlapMonths: number;
  readonly waiting: 'NONE' | 'LOCAL_RULE';
  /** The longest a local rule may let the person wait. */
  readonly longestWait: number;
  readonly retroactive: boolean;
  readonly transferOutDue: CivilDate;
  readonly transferInDue: CivilDate;
  /** Only the personal account of employees moves, never pooled money. */
  readonly balanceMoved: Fen;
  /** Resident to resident counts from the next year's enrolment, normally. */
  readonly effective: 'ON_PAYMENT' | 'NEXT_ENROLMENT_YEAR';
  /** Between employee covers the person has to apply once the old one has stopped and the new one is paid; otherwise may. */
  readonly application: 'REQUIRED' | 'OPTIONAL';
  /** While the new employee cover waits, the resident cover of a paid year goes on. */
  readonly residentCoverGoesOn: boolean;
}

const ARTICLE = '医保办发〔2021〕43号 第八条至第十一条';

/**
 * 基本医疗保险关系转移接续: gap, waiting period, deadlines and the balance that moves.
 * @throws RuleRefusal RETIREE_COVER_STAYS; NO_PARAMETER before November 2021
 */
export function medicalTransfer(question: MedicalTransferQuestion, options: RuleOptions = {}): Ruled<MedicalTransfer> {
  if (question.retireeCover === true) throw new RuleRefusal('RETIREE_COVER_STAYS', 'retireeCover');
  const { fromScheme, toScheme, lastPaidMonth, firstPaidMonthNew, backPaid, continuousMonthsBefore, acceptedOn, calendar } = question;
  const working = new Working(options);
  const row = transferTable.at(acceptedOn, question.toPlace);
  if (row === undefined) throw new RuleRefusal('NO_PARAMETER', 'acceptedOn');
  const { outDays, inDays, gapMonths: mostGap, continuousMonths, longestWait } = row.values;
  const distance = firstPaidMonthNew - lastPaidMonth - 1;
  const gapMonths = Math.max(0, distance);
  const overlapMonths = Math.max(0, -distance);
  const bridged = gapMonths === 0 || (gapMonths <= mostGap && backPaid);
  // Residents among themselves have cover by the year: the articles on continuity do not name them, an unbroken cover waits for nothing.
  const longEnough = fromScheme === toScheme ? fromScheme === '310' || gapMonths === 0 : continuousMonthsBefore >= continuousMonths;
  const waiting = bridged && longEnough ? 'NONE' : 'LOCAL_RULE';
  const out = workingDayAfter(acceptedOn, outDays, calendar);
  const into = workingDayAfter(question.sheetReceivedOn ?? out.day, inDays, calendar);
  noteUnpublished(working, out);
  noteUnpublished(working, into);
  const balanceMoved = fromScheme === '310' ? question.accountBalance : fen(0);
  working.step(() => ({
    text: {
      zh: `${monthLabel(lastPaidMonth)} 之后、${monthLabel(firstPaidMonthNew)} 之前未缴费 ${gapMonths} 个月`,
      en: `${gapMonths} months without payment after ${monthLabel(lastPaidMonth)} and before ${monthLabel(firstPaidMonthNew)}`,
    },
    article: ARTICLE,
    amount: String(gapMonths),
  }));
  working.step(() => ({
    text:
      waiting === 'NONE'
        ? { zh: '不设待遇享受等待期', en: 'no waiting period' }
        : {
            zh: `按当地规定设等待期，最长 ${longestWait} 个月`,
            en: `the local rule sets a waiting period of at most ${longestWait} months`,
          },
    article: ARTICLE,
    amount: waiting,
  }));
  working.step(() => ({
    text: {
      zh: `转出地 ${outDays} 个工作日内办结（${dateText(out.day)}），转入地收到信息表后 ${inDays} 个工作日内办结（${dateText(into.day)}）`,
      en: `the source finishes within ${outDays} working days (${dateText(out.day)}), the destination within ${inDays} of the sheet (${dateText(into.day)})`,
    },
    article: ARTICLE,
    amount: dateText(into.day),
  }));
  working.step(() => ({
    text: { zh: '只转移个人账户余额，统筹基金不转移', en: 'only the balance of the personal account moves, no pooled money' },
    article: ARTICLE,
    amount: yuan(balanceMoved),
  }));
  if (waiting === 'LOCAL_RULE') {
    working.provisional('LOCAL_WAITING_PERIOD', {
      zh: '等待期由转入地规定，此处给出上限',
      en: 'the destination sets the waiting period; this is the most it may be',
    });
  }
  if (overlapMonths > 0) {
    working.provisional('OVERLAPPING_COVER', {
      zh: '两份参保有重叠月份，须先处理重复参保',
      en: 'both covers were paid for some months: the double cover is settled first',
    });
  }
  return working.ruled(
    {
      gapMonths,
      overlapMonths,
      waiting,
      longestWait: waiting === 'NONE' ? 0 : longestWait,
      // From the month of payment, and backwards for whatever was paid afterwards.
      retroactive: waiting === 'NONE' && backPaid,
      transferOutDue: out.day,
      transferInDue: into.day,
      balanceMoved,
      effective: fromScheme === '390' && toScheme === '390' ? 'NEXT_ENROLMENT_YEAR' : 'ON_PAYMENT',
      application: fromScheme === '310' && toScheme === '310' ? 'REQUIRED' : 'OPTIONAL',
      residentCoverGoesOn: waiting === 'LOCAL_RULE' && fromScheme === '390' && toScheme === '310',
    },
    {
      rule: 'a gap of up to three months paid afterwards waits for nothing (between the schemes with 24 months of cover before); else the local rule, at most six months. 10 working days out, 5 in; only the account balance moves',
      article: ARTICLE,
      version: versionOf(transferTable, row),
    },
  );
}
