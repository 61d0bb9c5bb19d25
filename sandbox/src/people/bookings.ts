import { dateText, monthText, yearOf, type MonthIndex } from './calendar.js';
import type { AccountYear, ContributionMonth, MedicalEnrolment, MedicalScheme, Relation, Scheme } from './model.js';
import { mix } from './rng.js';
import { averageWage, contributionBase, hasAccount, interestRate, residentMedical, share, shares } from './rates.js';

/** Consecutive months of contributions on the same terms. Both ends are included. */
export interface Span {
  readonly from: MonthIndex;
  readonly to: MonthIndex;
  /** Contribution base as a part of the average wage when the span begins. */
  readonly level: number;
  readonly alone: boolean;
  readonly unit?: string;
  /** Day of the month on which the money arrives. */
  readonly day: number;
  /** For residents: what is chosen to be paid for a year, fen. */
  readonly yearly?: number;
  /** What was not paid in its months but at once on a later day, up to this month. */
  readonly late?: { readonly until: MonthIndex; readonly on: string };
}

export interface RelationFacts extends Omit<Relation, 'contributions' | 'account'> {
  readonly spans: readonly Span[];
  /** Last month of the world. */
  readonly month: MonthIndex;
  /** The account gets no more yearly rows after this month (pension drawn, or death). */
  readonly accountUntil?: MonthIndex;
}

/**
 * A relation that keeps terms, not months: contributions and account rows are computed each time they are asked for, which lets a
 * hundred thousand lives fit in memory. They are getters, so copying such an object with a spread loses them.
 */
export class BookedRelation implements Relation {
  readonly scheme: Scheme;
  readonly jurisdiction: string;
  readonly area: string;
  readonly office: string;
  readonly personNumber: string;
  readonly accountKind: Relation['accountKind'];
  readonly state: Relation['state'];
  readonly insuredAs: Relation['insuredAs'];
  readonly deemedMonths: number;
  readonly #facts: RelationFacts;

  constructor(facts: RelationFacts) {
    this.scheme = facts.scheme;
    this.jurisdiction = facts.jurisdiction;
    this.area = facts.area;
    this.office = facts.office;
    this.personNumber = facts.personNumber;
    this.accountKind = facts.accountKind;
    this.state = facts.state;
    this.insuredAs = facts.insuredAs;
    this.deemedMonths = facts.deemedMonths;
    this.#facts = facts;
  }

  get contributions(): readonly ContributionMonth[] {
    return contributionsOf(this.#facts);
  }

  get account(): readonly AccountYear[] {
    return accountOf(this.#facts, this.contributions);
  }

  toJSON(): Relation {
    const { scheme, jurisdiction, area, office, personNumber, accountKind, state, insuredAs, deemedMonths, contributions, account } = this;
    return { scheme, jurisdiction, area, office, personNumber, accountKind, state, insuredAs, deemedMonths, contributions, account };
  }
}

function contributionsOf(facts: RelationFacts): readonly ContributionMonth[] {
  const rows: ContributionMonth[] = [];
  let paidUpTo = -1;
  for (const span of facts.spans) {
    const day = String(span.day).padStart(2, '0');
    let terms: Terms | undefined;
    // One relation books a month once: where two jobs touch, the earlier one has it.
    for (let month = Math.max(span.from, paidUpTo + 1); month <= span.to; month++) {
      paidUpTo = month;
      if (facts.scheme === '170') {
        if (month % 12 === RESIDENT_MONTH) rows.push(residentYear(span, month));
        continue;
      }
      if (!terms || changesTerms(month)) terms = termsOf(facts, span, month);
      const { base, personal, employer, credited } = terms;
      const text = monthText(month);
      const row = { month: text, base, personal, employer, credited, paidOn: `${text}-${day}` };
      rows.push(span.unit === undefined ? row : { ...row, unit: span.unit });
    }
  }
  return rows;
}

type Terms = Pick<ContributionMonth, 'base' | 'personal' | 'employer' | 'credited'>;

/** Bases change in July; rates changed in January 2006 and May 2019. */
const changesTerms = (month: MonthIndex): boolean => month % 12 === 6 || month === 2006 * 12 || month === 2019 * 12 + 4;

function termsOf(facts: RelationFacts, span: Span, month: MonthIndex): Terms {
  const base = contributionBase(facts.jurisdiction, month, span.level, span.from);
  const part = shares(facts.scheme, month, span.alone);
  const [personal, employer] = [share(base, part.personal), share(base, part.employer)];
  // A temporary account records all contributions of employer and person (国办发〔2009〕66号 art. 5).
  return { base, personal, employer, credited: facts.accountKind === 'TEMPORARY' ? personal + employer : share(base, part.credited) };
}

/** September, counted from 0. */
const RESIDENT_MONTH = 8;

/** Whether anything is ever booked on these terms: a resident's span may miss every September. */
export const booksAnything = (scheme: Scheme, spans: readonly Span[]): boolean =>
  scheme !== '170' || spans.some(({ from, to }) => from + ((RESIDENT_MONTH - (from % 12) + 12) % 12) <= to);

/** Residents pay once a year, in September; the budget's part stands in the employer's column. */
function residentYear(span: Span, month: MonthIndex): ContributionMonth {
  const personal = span.yearly ?? 100_00;
  const subsidy = 30_00 + Math.floor(personal / 2000) * 100;
  return {
    month: monthText(month),
    base: personal,
    personal,
    employer: subsidy,
    credited: personal + subsidy,
    paidOn: dateText(month, span.day),
  };
}

/**
 * Yearly account rows by the month-product method (劳办发〔1997〕116号): a month's deposit earns from its own month to December.
 * Rounded half up to the fen at each year end. Years whose rate is not published, and the running year, have neither interest nor balance.
 */
function accountOf(facts: RelationFacts, contributions: readonly ContributionMonth[]): readonly AccountYear[] {
  const first = contributions[0];
  if (!first || !hasAccount(facts.scheme)) return [];
  const years: AccountYear[] = [];
  const running = yearOf(facts.month);
  const last = Math.min(running, facts.accountUntil === undefined ? running : yearOf(facts.accountUntil));
  let at = 0;
  let balance = 0;
  for (let year = Number(first.month.slice(0, 4)); year <= last; year++) {
    let months = 0;
    let credited = 0;
    let product = 0;
    for (let row = contributions[at]; row && Number(row.month.slice(0, 4)) === year; row = contributions[++at]) {
      months++;
      credited += row.credited;
      product += row.credited * (13 - Number(row.month.slice(5)));
    }
    const rate = year < running ? interestRate(year) : undefined;
    if (rate === undefined) {
      if (months > 0) years.push({ year, months, credited });
      continue;
    }
    // (balance × 12 + product) × rate ÷ (12 × 10 000), half up, in integers.
    const interest = divideHalfUp((balance * 12 + product) * rate, 120_000);
    balance += credited + interest;
    years.push({ year, months, credited, interest, balance });
  }
  return years;
}

function divideHalfUp(dividend: number, divisor: number): number {
  const doubled = 2 * dividend + divisor;
  return (doubled - (doubled % (2 * divisor))) / (2 * divisor);
}

export interface MedicalFacts extends Omit<MedicalEnrolment, 'payments' | 'balance'> {
  readonly jurisdiction: string;
  /** Contributions, both ends included; absent for retirees, who do not pay. */
  readonly span?: Span;
  readonly account: boolean;
}

/** A medical enrolment that computes its payments when asked, like BookedRelation. */
export class BookedMedical implements MedicalEnrolment {
  readonly psnNo: string;
  readonly scheme: MedicalScheme;
  readonly poolingArea: string;
  readonly state: MedicalEnrolment['state'];
  readonly personType: MedicalEnrolment['personType'];
  readonly from: string;
  declare readonly to?: string;
  declare readonly employerName?: string;
  declare readonly balance?: number;
  readonly #facts: MedicalFacts;

  constructor(facts: MedicalFacts) {
    this.psnNo = facts.psnNo;
    this.scheme = facts.scheme;
    this.poolingArea = facts.poolingArea;
    this.state = facts.state;
    this.personType = facts.personType;
    this.from = facts.from;
    if (facts.to !== undefined) this.to = facts.to;
    if (facts.employerName !== undefined) this.employerName = facts.employerName;
    if (facts.account) this.balance = medicalBalance(facts);
    this.#facts = facts;
  }

  get payments(): MedicalEnrolment['payments'] {
    const { span, jurisdiction, employerName } = this.#facts;
    if (!span) return [];
    const rows: MedicalEnrolment['payments'][number][] = [];
    for (let month = span.from; month <= span.to; month++) {
      if (this.scheme === '390') {
        if (month % 12 !== 0) continue;
        const { personal, subsidy } = residentMedical(yearOf(month));
        rows.push({ month: monthText(month), personal, employer: subsidy, paidOn: dateText(month - 2, span.day) });
        continue;
      }
      const base = contributionBase(jurisdiction, month, span.level, span.from);
      const part = shares('310', month, span.alone);
      const paid = {
        month: monthText(month),
        base,
        personal: share(base, part.personal),
        employer: share(base, part.employer),
        paidOn: span.late && month <= span.late.until ? span.late.on : dateText(month, span.day),
      };
      rows.push(employerName === undefined ? paid : { ...paid, employerName });
    }
    return rows;
  }

  toJSON(): MedicalEnrolment {
    const { psnNo, scheme, poolingArea, state, personType, from, to, employerName, balance, payments } = this;
    return {
      psnNo,
      scheme,
      poolingArea,
      state,
      personType,
      from,
      ...(to === undefined ? {} : { to }),
      ...(employerName === undefined ? {} : { employerName }),
      ...(balance === undefined ? {} : { balance }),
      payments,
    };
  }
}

/** What is left of the personal account after being treated now and then, fen. */
function medicalBalance({ span, jurisdiction, psnNo }: MedicalFacts): number {
  const kept = 25 + (mix(Number(psnNo.slice(-9))) % 60);
  if (!span) return Math.floor(averageWage(jurisdiction, 2020) * kept);
  let credited = 0;
  for (let month = span.from; month <= span.to; month++)
    credited += share(contributionBase(jurisdiction, month, span.level, span.from), 20);
  return Math.floor((credited * kept) / 100);
}
