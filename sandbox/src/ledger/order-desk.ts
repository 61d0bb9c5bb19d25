import type { OfficeOrder, OfficeReceipt } from '@yichuang/kit';
import { Bookings, clearingOf, type LedgerSums } from './accounts.js';
import { CaseFile } from './case-file.js';
import { caseOf, decide, type Effect, type OrderDefect } from './decide.js';
import type { Journal } from './journal.js';
import type { OrderRegisters } from './order-registers.js';

/** What the ledger shows to who audits it; whole fen. */
export interface LedgerView extends LedgerSums {
  /** Accounts, pools, clearing and refunds of the whole country: no transfer changes it. */
  readonly national: number;
  /** Cases whose money clearing holds. */
  readonly underWay: number;
  /** Orders that took effect, by what was ordered. */
  readonly effects: Readonly<Record<string, number>>;
}

interface OrderDeskOptions {
  readonly registers: OrderRegisters;
  /** Where effects are kept across a restart; nowhere when absent. */
  readonly journal?: Journal;
}

/**
 * The offices of an agency and national clearing behind the stand-ins: what an order does to registers and accounts. Each key takes effect
 * at most once; whoever sends it again gets the same receipt.
 */
export class OrderDesk {
  readonly #bookings = new Bookings();
  readonly #cases = new Map<string, CaseFile>();
  /** Jurisdiction, scheme and person number of a relation → the case it is frozen for. */
  readonly #frozen = new Map<string, string>();
  readonly #receipts = new Map<string, OfficeReceipt>();
  readonly #effects = new Map<string, number>();
  readonly #journal: Journal | undefined;

  constructor(private readonly options: OrderDeskOptions) {
    for (const { order, effect } of options.journal?.entries() ?? []) this.#apply(order, effect);
    this.#journal = options.journal;
  }

  /** Carries an order out, or says why not. @param defect what the office does wrong about it, when it is told to */
  handle(order: OfficeOrder, defect?: OrderDefect): OfficeReceipt {
    const known = this.inquire(order.jurisdiction, order.key);
    if (known) return known;
    const decision = decide(order, {
      holding: this.options.registers.of(order),
      file: this.#cases.get(caseOf(order)) ?? new CaseFile(),
      frozenFor: (relation) => this.#frozen.get(relation),
      balance: (account) => this.#bookings.of(account),
      placeOf: (division) => this.options.registers.placeOf(division),
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
    const opening = this.options.registers.opening();
    const changes = this.#bookings.changes();
    const accounts = opening.accounts + changes.accounts;
    const pools = opening.pools + changes.pools;
    const clearing = opening.clearing + changes.clearing;
    const refunds = opening.refunds + changes.refunds;
    return {
      accounts,
      pools,
      clearing,
      refunds,
      national: accounts + pools + clearing + refunds,
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
    const file = this.#cases.get(caseOf(order)) ?? new CaseFile();
    this.#cases.set(caseOf(order), file);
    this.#bookings.book(effect.lines);
    this.options.registers.change(order, effect, file);
    if (effect.freezes !== undefined) this.#frozen.set(effect.freezes, caseOf(order));
    if (effect.thaws !== undefined) this.#frozen.delete(effect.thaws);
    file.take(order, effect);
    this.#receipts.set(`${order.jurisdiction} ${order.key}`, effect.receipt);
    this.#effects.set(order.action, (this.#effects.get(order.action) ?? 0) + 1);
  }
}
