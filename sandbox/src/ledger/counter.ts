import { setTimeout as delay } from 'node:timers/promises';
import type { OfficeOrder, OfficeReceipt } from '@yichuang/kit';
import type { Fault } from '../systems/stand-in.js';
import type { OrderDesk } from './order-desk.js';
import { keyOf, readOrder, receiptPaper, type Paper } from './papers.js';

/** Fen by which figures or money are wrong where a fault does not say. */
const USUALLY_WRONG_BY = 100;
const USUALLY_LATE_BY_MS = 1000;

/** Where a stand-in takes orders, whatever its transport: it hands them to the desk, and does it badly on request. */
export class OfficeCounter {
  /** Orders that lie there and are not done: key → since when. */
  readonly #lying = new Map<string, string>();

  constructor(
    private readonly desk: OrderDesk,
    private readonly closing: AbortSignal,
  ) {}

  /** The receipt of an order; undefined where the paper is none. */
  order(paper: Paper, jurisdictions: readonly string[], fault?: Fault): Paper | undefined {
    const order = readOrder(paper);
    if (!order || !jurisdictions.includes(order.jurisdiction)) return undefined;
    return receiptPaper(order.key, this.#receipt(order, fault));
  }

  /** What became of an order. */
  inquire(paper: Paper, jurisdictions: readonly string[]): Paper | undefined {
    const key = keyOf(paper);
    if (key === undefined) return undefined;
    const since = this.#lying.get(key);
    const found = jurisdictions.flatMap((jurisdiction) => this.desk.inquire(jurisdiction, key) ?? [])[0];
    return receiptPaper(key, found ?? (since === undefined ? undefined : { state: 'PENDING', since }));
  }

  #receipt(order: OfficeOrder, fault: Fault | undefined): OfficeReceipt {
    const since = this.#lying.get(order.key);
    if (since !== undefined) return { state: 'PENDING', since };
    if (fault?.kind === 'refused-order') return { state: 'REFUSED', code: 'REFUSED_BY_OFFICE', text: '经办人员退回' };
    if (fault?.kind === 'late-order')
      return this.desk.inquire(order.jurisdiction, order.key) ?? this.#later(order, fault.milliseconds ?? USUALLY_LATE_BY_MS);
    if (fault?.kind === 'wrong-figures' || fault?.kind === 'wrong-fund')
      return this.desk.handle(order, { kind: fault.kind, fen: fault.fen ?? USUALLY_WRONG_BY });
    // An order that comes twice is carried out twice, as far as the office lets it.
    if (fault?.kind === 'duplicate-order') this.desk.handle(order);
    return this.desk.handle(order);
  }

  #later(order: OfficeOrder, milliseconds: number): OfficeReceipt {
    const since = new Date().toISOString();
    this.#lying.set(order.key, since);
    void delay(milliseconds, undefined, { signal: this.closing }).then(
      () => {
        this.#lying.delete(order.key);
        this.desk.handle(order);
      },
      () => undefined,
    );
    return { state: 'PENDING', since };
  }
}
