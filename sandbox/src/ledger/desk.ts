import type { OfficeOrder, OfficeReceipt } from '@yichuang/kit';
import { jurisdictionOfDivision } from '../people/divisions.js';
import type { Registers } from '../people/tables.js';
import { Bookings, clearingOf, type LedgerSums } from './accounts.js';
import { Books } from './books.js';
import { CaseFile } from './case-file.js';
import { caseOf, decide, type Effect, type OrderDefect } from './decide.js';
import type { Journal } from './journal.js';
import { withoutRelation, withSheet } from './joining.js';
import { openRelation } from './opening.js';

/** What the ledger shows to who audits it; whole fen. */
export interface LedgerView extends LedgerSums {
  /** Accounts, pools and clearing of the whole country: no transfer changes it. */
  readonly national: number;
  /** Cases whose money clearing holds. */
  readonly underWay: number;
  /** Orders that took effect, by what was ordered. */
  readonly effects: Readonly<Record<string, number>>;
}

export interface DeskOptions {
  readonly registers: Registers;
  /** Today in Asia/Shanghai, YYYY-MM-DD. */
  readonly today: string;
  /** Where effects are kept across a restart; nowhere when absent. */
  readonly journal?: Journal;
}

/**
 * The offices of all provinces and national clearing behind the stand-ins: what an order does to registers and accounts. Each key takes
 * effect at most once; whoever sends it again gets the same receipt.
 */
export class Desk {
  readonly books: Books;
  readonly #bookings = new Bookings();
  readonly #cases = new Map<string, CaseFile>();
  /** Jurisdiction, scheme and person number of a relation → the case it is frozen for. */
  readonly #frozen = new Map<string, string>();
  readonly #receipts = new Map<string, OfficeReceipt>();
  readonly #effects = new Map<string, number>();
  readonly #journal: Journal | undefined;

  constructor(private readonly options: DeskOptions) {
    this.books = new Books(options.registers);
    for (const { order, effect } of options.journal?.entries() ?? []) this.#apply(order, effect);
    this.#journal = options.journal;
  }

  /** Carries an order out, or says why not. @param defect what the office does wrong about it, when it is told to */
  handle(order: OfficeOrder, defect?: OrderDefect): OfficeReceipt {
    const known = this.inquire(order.jurisdiction, order.key);
    if (known) return known;
    const decision = decide(order, {
      books: this.books.of(order.jurisdiction, order.citizenNumber),
      file: this.#cases.get(caseOf(order)) ?? new CaseFile(),
      frozenFor: (relation) => this.#frozen.get(relation),
      balance: (account) => this.#bookings.of(account),
      person: () => this.books.generated.person(order.citizenNumber),
      drawsBenefit: () => this.books.generated.drawsBenefit(order.jurisdiction, order.citizenNumber, order.scheme),
      today: this.options.today,
      defect,
    });
    if ('code' in decision) return { state: 'REFUSED', code: decision.code, text: decision.text };
    this.#journal?.append({ order, effect: decision });
    this.#apply(order, decision);
    return decision.receipt;
  }

  /** What became of an order; undefined when it took no effect here. */
  inquire(jurisdiction: string, key: string): OfficeReceipt | undefined {
    return this.#receipts.get(`${jurisdiction} ${key}`);
  }

  ledger(): LedgerView {
    const opening = this.books.generated.opening();
    const changes = this.#bookings.changes();
    const accounts = opening.accounts + changes.accounts;
    const pools = opening.pools + changes.pools;
    const clearing = opening.clearing + changes.clearing;
    return {
      accounts,
      pools,
      clearing,
      national: accounts + pools + clearing,
      underWay: this.#bookings.underWay(),
      effects: Object.fromEntries([...this.#effects].sort(([a], [b]) => (a < b ? -1 : 1))),
    };
  }

  /** What clearing holds for a case. */
  clearing(caseNumber: string): number {
    return this.#bookings.of(clearingOf(caseNumber));
  }

  /** The effect of an order, the same when it is read back from the journal. */
  #apply(order: OfficeOrder, effect: Effect): void {
    const { jurisdiction, citizenNumber, key } = order;
    const file = this.#cases.get(caseOf(order)) ?? new CaseFile();
    this.#cases.set(caseOf(order), file);
    this.#bookings.book(effect.lines);
    const books = this.books.of(jurisdiction, citizenNumber);
    if (effect.opened) this.books.put(jurisdiction, citizenNumber, openRelation(books, order, effect.opened));
    if (effect.freezes !== undefined) this.#frozen.set(effect.freezes, caseOf(order));
    if (effect.thaws !== undefined) this.#frozen.delete(effect.thaws);
    if (effect.ends !== undefined) {
      const ended = effect.ends;
      const relation = books.AC02.find((row) => row.AAC001 === ended && row.AAE140 === order.scheme);
      if (relation && !sameJurisdiction(order)) this.books.put(jurisdiction, citizenNumber, withoutRelation(books, relation));
      if (relation && sameJurisdiction(order)) this.books.put(jurisdiction, citizenNumber, movedInside(books, relation.AAC001, order));
    }
    if (effect.joins !== undefined) {
      const joined = effect.joins;
      const relation = books.AC02.find((row) => row.AAC001 === joined && row.AAE140 === order.scheme);
      if (relation && file.sheet) this.books.put(jurisdiction, citizenNumber, withSheet(books, relation, file.sheet, file.received));
    }
    file.take(order, effect);
    this.#receipts.set(`${jurisdiction} ${key}`, effect.receipt);
    this.#effects.set(order.action, (this.#effects.get(order.action) ?? 0) + 1);
  }
}

/** True between two divisions of one jurisdiction. */
function sameJurisdiction({ from, to }: OfficeOrder): boolean {
  return jurisdictionOfDivision(from) === jurisdictionOfDivision(to);
}

function movedInside<B extends { readonly AC02: readonly { readonly AAC001: string; readonly AAE140: string; readonly AAA027: string }[] }>(
  books: B,
  personNumber: string,
  { scheme, to }: OfficeOrder,
): B {
  const inPlace = to.endsWith('0000');
  return {
    ...books,
    AC02: books.AC02.map((row) => (row.AAC001 === personNumber && row.AAE140 === scheme && !inPlace ? { ...row, AAA027: to } : row)),
  };
}
