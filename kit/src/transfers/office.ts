/**
 * What the machinery of transfers (转移接续) can ask an agency's office to do, whatever system the office runs. The system behind it is the
 * one that answers questions; how orders reach it stands in the agency file (`orders`).
 */

/**
 * One act of an office.
 *
 * OPEN (target): registers the person if unknown and opens the relation if there is none. FREEZE (source): nobody else may move or book
 * in the relation. EXPORT (source): the information sheet (信息表) with the source's own figures. PAY (source): account and pooled money
 * into the national clearing account. IMPORT (target): enters the sheet. RECEIVE (target): what clearing holds for the case into account
 * and pool. CONFIRM (both): the relation ended at the source, joined at the target. RELEASE (source): FREEZE undone. REFUND: at the
 * source PAY undone (clearing gives the money back), at the target RECEIVE undone (into clearing). CLEAR (target): of months that both
 * places were paid for one side's are kept, and the account part of the other's is paid back to the person.
 */
export type OfficeAction = 'OPEN' | 'FREEZE' | 'EXPORT' | 'PAY' | 'IMPORT' | 'RECEIVE' | 'CONFIRM' | 'RELEASE' | 'REFUND' | 'CLEAR';

/** The money fields of the information sheet, in whole fen. */
export interface TransferFigures {
  /** A: personal contributions before 1998 with interest (AIC093). */
  readonly before1998: number;
  /** B: the account built since 1998, at the end of the year before the move, with interest (AIC089). */
  readonly balance: number;
  /** C: credited in the year of the move, without interest (AIC082). */
  readonly principal: number;
  /** A + B + C (AIC083). */
  readonly account: number;
  /** Pooled money that moves (AIC084). */
  readonly pool: number;
  /** AIC102. */
  readonly total: number;
}

/** One row of part 2 of the sheet (IC91): months of one year on the same terms. Months are YYYY-MM, both ends included; money in fen. */
export interface SheetSegment {
  /** Jurisdiction where the months were paid (AAB299). */
  readonly division: string;
  readonly year: number;
  readonly from: string;
  readonly to: string;
  /** Months paid (AAE202). */
  readonly months: number;
  /** Of each month: base (AAE180), employer's (AAE020) and personal (AAE022) contribution, credited to the account (AAE381). */
  readonly base: number;
  readonly employer: number;
  readonly personal: number;
  readonly credited: number;
  /** Of the whole year, on its last row; null elsewhere and while the year has no rate: interest (AAE269), balance at its end (AAE382). */
  readonly interest: number | null;
  readonly balance: number | null;
}

/** 基本养老保险关系转移接续信息表 as the source office fills it in. */
export interface InformationSheet {
  /** Scheme at the source (AAE140). */
  readonly scheme: string;
  /** 个人编号 at the source (AAC001). */
  readonly personNumber: string;
  /** Last unit (AAB004); null for those who paid for themselves. */
  readonly lastUnit: string | null;
  /** First and last month paid here (AAE030, AAE031), YYYY-MM; null where none was paid. */
  readonly firstMonth: string | null;
  readonly lastMonth: string | null;
  /** Months paid here (AAE201), deemed months (AAE200). */
  readonly months: number;
  readonly deemedMonths: number;
  /** 转移时间 (AAE035), YYYY-MM: whose year decides between B and C. */
  readonly transferMonth: string;
  /** Part 2. */
  readonly segments: readonly SheetSegment[];
}

/** What an office is told to do. */
export interface OfficeOrder {
  /**
   * The idempotency key: case number, `:`, step. An order takes effect at most once under its key, however often and over whatever broken
   * connection it is sent; what stands before the first `:` tells the office which case it belongs to.
   */
  readonly key: string;
  readonly action: OfficeAction;
  /** Whose office is meant: `from` or `to`. */
  readonly jurisdiction: string;
  readonly citizenNumber: string;
  /** National code of the scheme at this office (AAE140): 110, 170, 210, 310 … */
  readonly scheme: string;
  /** The scheme at the other end where it is another one (resident link: between 110 and 170). */
  readonly otherScheme?: string;
  readonly accountKind: 'ORDINARY' | 'TEMPORARY';
  /** Jurisdictions, or divisions inside them: between two divisions of one jurisdiction no money moves. */
  readonly from: string;
  readonly to: string;
  /** The month of the move, YYYY-MM, for EXPORT and PAY; the office's own month where absent. */
  readonly month?: string;
  /** RECEIVE: refused unless clearing holds exactly this. CLEAR: refused unless the office pays back exactly this account money. */
  readonly figures?: TransferFigures;
  /**
   * EXPORT and PAY of unemployment insurance: the person claims at the destination, and 1.5 times the benefit still due goes along. The
   * source alone knows what is due, by its books of contributions and benefits.
   */
  readonly benefitDue?: boolean;
  /** CLEAR: whose months are kept, and which months both places were paid for, YYYY-MM. */
  readonly clearing?: { readonly keep: 'SOURCE' | 'TARGET'; readonly months: readonly string[] };
  /** IMPORT. */
  readonly sheet?: InformationSheet;
}

/**
 * What an office says about an order. PENDING: it has it and has not done it yet (a file for the night, a caseworker's desk). REFUSED: it
 * had no effect, and the same order may be sent again when its reason is gone; some offices tell of the refusal until then. A receipt of
 * EXPORT has both parts of the sheet; one of PAY, RECEIVE, REFUND and CLEAR the figures that were booked.
 */
export type OfficeReceipt =
  | {
      readonly state: 'DONE';
      /** ISO 8601 instant. */
      readonly at: string;
      /** The office's own number of the booking. */
      readonly reference: string;
      readonly figures?: TransferFigures;
      readonly sheet?: InformationSheet;
    }
  | { readonly state: 'PENDING'; /** ISO 8601 instant. */ readonly since: string }
  | { readonly state: 'REFUSED'; /** The office's own code. */ readonly code: string; readonly text: string };

/** The office of one jurisdiction, as the machinery sees it. Nothing is tried twice here: who does not know asks `inquire`. */
export interface TransferOffice {
  /**
   * What became of an order; undefined when the office has never had it, or has refused it and kept nothing.
   * @throws AgencyFault
   */
  inquire(jurisdiction: string, key: string, signal: AbortSignal): Promise<OfficeReceipt | undefined>;
  /**
   * Sends an order.
   * @throws AgencyFault, after which it is not known whether the order took effect
   */
  act(order: OfficeOrder, signal: AbortSignal): Promise<OfficeReceipt>;
}
