import type { InformationSheet, OfficeOrder } from '@yichuang/kit';
import type { LedgerSums } from './accounts.js';
import type { CaseFile } from './case-file.js';
import type { Cleared } from './clearing.js';
import type { Effect } from './decide.js';
import type { Export } from './figures.js';

/** The registers behind the offices of an agency: what an order asks of them, and what it changes. */
export interface OrderRegisters {
  /** What the register of an order holds of its person. */
  of(order: OfficeOrder): Holding;
  /** Takes over what an order did. @param file the case as it was before */
  change(order: OfficeOrder, effect: Effect, file: CaseFile): void;
  /** What accounts and pools held before the first transfer. */
  opening(): LedgerSums;
  /** The place that the office of a division is of: its jurisdiction for pensions, its pooling area (统筹区) for medical insurance. */
  placeOf(division: string): string;
}

/** What a register holds of the person of an order, as far as an order can ask. A relation goes by the name it has in this register. */
export interface Holding {
  /** The person is known, here or to who registers persons. */
  isKnown(): boolean;
  /** The relation that is meant; undefined where none lasts. */
  relation(): string | undefined;
  /** There was one of the scheme. */
  hasEnded(): boolean;
  /** A benefit of the scheme is paid or suspended. */
  drawsBenefit(): boolean;
  /** Name of the person's account in the ledger. */
  account(relation: string): string;
  /** What stands in it by the rows of the register, fen. */
  held(relation: string): number;
  /**
   * Sheet and figures; undefined where the relation is not there any more.
   * @throws BooksNotClean
   */
  exported(relation: string, moneyMoves: boolean): Export | undefined;
  /** Months that a sheet brings and the relation has of its own; absent where months are not kept one by one. */
  readonly overlaps?: {
    /** yyyyMM; looked for before the sheet is joined. */
    twice(relation: string, sheet: InformationSheet): readonly string[];
    /** What is paid back of them once it is. */
    cleared(relation: string, sheet: InformationSheet, clearing: NonNullable<OfficeOrder['clearing']>): Cleared | undefined;
  };
}
