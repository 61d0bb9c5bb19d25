import { firstDay } from '../../calendar/civil-date.js';
import { residentLink as parameters } from '../../generated/resident-link.js';
import { fen, mulDiv, yuan, type Fen } from '../../money.js';
import { yearOf, type Month } from '../../month.js';
import { versionOf } from '../../parameters/table.js';
import { RuleRefusal } from '../../refusal.js';
import { Working, type RuleOptions, type Ruled } from '../../result.js';
import { minimumMonthsIn } from '../../retirement/minimum-months.js';

/** What a resident pays and gets for a year of the resident scheme, by year or the same every year. */
export type Yearly = Fen | ReadonlyMap<number, Fen>;

export interface ResidentLinkInput {
  readonly direction: 'RESIDENT_TO_EMPLOYEE' | 'EMPLOYEE_TO_RESIDENT';
  readonly reachedStatutoryAge: boolean;
  /** Draws a pension of either scheme. */
  readonly drawing?: boolean | undefined;
  /** Several employee relations are gathered at the employee receiving place before the link; false: not done yet. */
  readonly gathered?: boolean | undefined;
  readonly retireMonth: Month;
  readonly employeeMonths: number;
  readonly residentMonths: number;
  readonly employeeAccount: Fen;
  readonly residentAccount: Fen;
  /** Months paid in both schemes, each once. */
  readonly overlap: readonly Month[];
  /** The person's own yearly payment. */
  readonly personal: Yearly;
  /** Collective support (集体补助). Government subsidies stay in the account and are not named here. */
  readonly collective: Yearly;
}

export type LinkReason =
  'ENOUGH_EMPLOYEE_MONTHS' | 'TOO_FEW_EMPLOYEE_MONTHS' | 'STATUTORY_AGE_NOT_REACHED' | 'ALREADY_RECEIVING' | 'RELATIONS_NOT_GATHERED';

export interface ResidentLink {
  readonly allowed: boolean;
  readonly reason: LinkReason;
  /** Employee months that decide: with them into the employee scheme, without them into the resident scheme. */
  readonly requiredMonths: number;
  /** Months that count in the employee scheme after the link. */
  readonly countedEmployeeMonths: number;
  /** Months that count in the resident scheme after the link. */
  readonly countedResidentMonths: number;
  /** Own payments and collective support of overlapping months: paid back. */
  readonly refund: Fen;
  /** Undefined when there is no link. */
  readonly mergedAccount: Fen | undefined;
  /** Age from which a pension of the resident scheme is paid, when that scheme pays. */
  readonly paidFromAge: number | undefined;
}

const ARTICLE = '人社部发〔2014〕17号';
/** 15 years, as the text says. */
const FIFTEEN_YEARS = 180;

/**
 * Link with the resident scheme (城乡养老保险制度衔接, 人社部发〔2014〕17号): at the statutory age of the employee scheme and before any pension is
 * drawn. With enough employee months the resident account merges and resident years are not converted; without, the employee account merges
 * and employee months are added. Of months paid in both only the employee month counts. Only account money moves; there is no 12 %.
 * @throws RuleRefusal LINK_NOT_YET before 2014-07, OVERLAP_TOO_LONG and REFUND_EXCEEDS_ACCOUNT for figures that cannot be
 */
export function linkResident(input: ResidentLinkInput, options: RuleOptions = {}): Ruled<ResidentLink> {
  const working = new Working(options);
  const row = parameters.at(firstDay(input.retireMonth));
  if (row === undefined) throw new RuleRefusal('LINK_NOT_YET', 'retireYear');
  if (input.overlap.length > Math.min(input.employeeMonths, input.residentMonths))
    throw new RuleRefusal('OVERLAP_TOO_LONG', 'overlapMonths');
  const required = minimumMonthsIn(input.retireMonth);
  if (required !== FIFTEEN_YEARS) {
    working.provisional('THRESHOLD_UNCONFIRMED', {
      zh: '衔接办法规定15年，是否随最低缴费年限提高未经核实，暂按当年最低缴费月数',
      en: 'the text says 15 years; whether that rises with the minimum is not confirmed, the minimum of the year is taken',
    });
  }
  const reason = decide(input, required);
  const allowed = (reason === 'ENOUGH_EMPLOYEE_MONTHS') === (input.direction === 'RESIDENT_TO_EMPLOYEE') && DECIDED.has(reason);
  const basis = {
    rule: 'With the employee months of the year the resident account merges and resident years are not converted; without them the employee account merges and employee months are added; overlapping months count as employee months',
    article: `${ARTICLE} 第三条、第五条、第七条`,
    version: versionOf(parameters, row),
  };
  working.step(() => ({
    text: {
      zh: `职工缴费${input.employeeMonths}个月，需${required}个月`,
      en: `${input.employeeMonths} employee months; ${required} are asked for`,
    },
    article: `${ARTICLE} 第三条`,
    amount: reason,
  }));
  if (!allowed) {
    return working.ruled(
      {
        allowed,
        reason,
        requiredMonths: required,
        countedEmployeeMonths: input.employeeMonths,
        countedResidentMonths: input.residentMonths,
        refund: fen(0),
        mergedAccount: undefined,
        paidFromAge: undefined,
      },
      basis,
    );
  }
  const refund = refundOf(input, working);
  const mergedAccount = fen(input.employeeAccount + input.residentAccount - refund);
  working.step(() => ({
    text: {
      zh: `合并账户：职工${yuan(input.employeeAccount)} + 居民${yuan(input.residentAccount)} − 退还${yuan(refund)}`,
      en: `merged account: employee ${yuan(input.employeeAccount)} + resident ${yuan(input.residentAccount)} − refund ${yuan(refund)}`,
    },
    article: `${ARTICLE} 第五条`,
    amount: yuan(mergedAccount),
  }));
  const toEmployee = input.direction === 'RESIDENT_TO_EMPLOYEE';
  return working.ruled(
    {
      allowed,
      reason,
      requiredMonths: required,
      countedEmployeeMonths: toEmployee ? input.employeeMonths : 0,
      countedResidentMonths: toEmployee ? 0 : input.employeeMonths + input.residentMonths - input.overlap.length,
      refund,
      mergedAccount,
      paidFromAge: toEmployee ? undefined : row.values.residentAge,
    },
    basis,
  );
}

const DECIDED: ReadonlySet<LinkReason> = new Set<LinkReason>(['ENOUGH_EMPLOYEE_MONTHS', 'TOO_FEW_EMPLOYEE_MONTHS']);

function decide(input: ResidentLinkInput, required: number): LinkReason {
  if (input.drawing === true) return 'ALREADY_RECEIVING';
  if (!input.reachedStatutoryAge) return 'STATUTORY_AGE_NOT_REACHED';
  if (input.gathered === false) return 'RELATIONS_NOT_GATHERED';
  return input.employeeMonths >= required ? 'ENOUGH_EMPLOYEE_MONTHS' : 'TOO_FEW_EMPLOYEE_MONTHS';
}

/** A twelfth of the yearly amounts for every overlapping month, rounded half up once. */
function refundOf(input: ResidentLinkInput, working: Working): Fen {
  let twelfths = 0;
  for (const month of input.overlap) {
    twelfths +=
      amountOf(input.personal, yearOf(month), 'residentAnnualPersonal') +
      amountOf(input.collective, yearOf(month), 'residentAnnualCollective');
  }
  const refund = mulDiv(twelfths, 1, 12);
  if (refund > input.residentAccount) throw new RuleRefusal('REFUND_EXCEEDS_ACCOUNT', 'residentAccount');
  working.step(() => ({
    text: {
      zh: `重复${input.overlap.length}个月：退还居民个人缴费和集体补助，政府补贴及利息留在账户`,
      en: `${input.overlap.length} months in both: own payments and collective support go back; subsidies and interest stay`,
    },
    article: `${ARTICLE} 第五条`,
    amount: yuan(refund),
  }));
  return refund;
}

function amountOf(yearly: Yearly, year: number, field: string): Fen {
  if (typeof yearly === 'number') return yearly;
  const amount = yearly.get(year);
  if (amount === undefined) throw new RuleRefusal('INPUT_INVALID', `${field}.${year}`);
  return amount;
}
