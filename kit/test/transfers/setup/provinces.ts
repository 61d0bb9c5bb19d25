import type { LifeRecord } from '@yichuang/rules';
import {
  AgencyFault,
  type InformationSheet,
  type OfficeOrder,
  type OfficeReceipt,
  type TransferFigures,
  type TransferOffice,
} from '@yichuang/kit';

/** What goes wrong with one call: before the office has it, after it did it, its answer is late, or it refuses, at once or later. */
export type Trouble = 'NOT_HEARD' | 'ANSWER_LOST' | 'PENDING' | 'REFUSED' | 'REFUSED_LATER' | 'TWICE';

interface Booked {
  readonly order: OfficeOrder;
  readonly receipt: Extract<OfficeReceipt, { state: 'DONE' }>;
}

const LYING = { state: 'PENDING', since: '2026-01-01T00:00:00.000Z' } as const;
const REFUSAL = { state: 'REFUSED', code: 'E4711', text: 'not today' } as const;
const NOTHING: TransferFigures = { before1998: 0, balance: 0, principal: 0, account: 0, pool: 0, total: 0 };

/**
 * Provinces with ledgers, in memory: accounts by province and person, pools, and what national clearing holds by case. Whole fen. An order
 * takes effect once under its key. What goes wrong is up to the test.
 */
export class Provinces {
  readonly accounts = new Map<string, number>();
  readonly pools = new Map<string, number>();
  readonly clearing = new Map<string, TransferFigures>();
  readonly relations = new Map<string, 'OPEN' | 'FROZEN' | 'ENDED' | 'JOINED'>();
  readonly #booked = new Map<string, Booked>();
  readonly #pending = new Map<string, number>();
  /** Calls of `act`, and how often an order was given effect, by key. */
  readonly acts: OfficeOrder[] = [];
  readonly effects = new Map<string, number>();
  /** Decides what goes wrong with a call; undefined: nothing. */
  trouble: (order: OfficeOrder) => Trouble | undefined = () => undefined;
  /** Whether a jurisdiction answers at all. */
  silent: (jurisdiction: string) => boolean = () => false;
  /** Added to the account figure that the source states, as a mistake in its books would. */
  misstated = 0;
  /** What stands in the account for one month, by where it was paid. */
  creditedAMonth = { source: 0, target: 0 };
  /** Paid back to persons. */
  paidBack = 0;

  /** A person with an account in a province. Money in fen. */
  insure(jurisdiction: string, citizen: string, account: number, pool: number): void {
    this.accounts.set(`${jurisdiction} ${citizen}`, account);
    this.pools.set(jurisdiction, (this.pools.get(jurisdiction) ?? 0) + pool);
    this.shares.set(`${jurisdiction} ${citizen}`, pool);
    this.relations.set(`${jurisdiction} ${citizen}`, 'OPEN');
  }
  /** The pooled money that goes with a person. */
  readonly shares = new Map<string, number>();

  /** All accounts, pools, clearing and what was paid back: the same whatever happens. */
  get sum(): number {
    const held = [...this.clearing.values()].reduce((sum, { total }) => sum + total, 0);
    return [...this.accounts.values(), ...this.pools.values()].reduce((sum, one) => sum + one, held + this.paidBack);
  }

  readonly officeOf = (): TransferOffice => ({
    inquire: (jurisdiction, key) => {
      if (this.silent(jurisdiction)) return Promise.reject(new AgencyFault('AGENCY_TIMEOUT', 'silent'));
      return Promise.resolve(this.answer(key) ?? this.#refused.get(key));
    },
    act: (order) => Promise.resolve().then(() => this.act(order)),
  });

  answer(key: string): OfficeReceipt | undefined {
    const left = this.#pending.get(key);
    if (left !== undefined && left > 0) {
      this.#pending.set(key, left - 1);
      return LYING;
    }
    const late = this.#late.get(key);
    if (late !== undefined) {
      this.#late.delete(key);
      this.#pending.delete(key);
      return this.#give(late);
    }
    return this.#booked.get(key)?.receipt;
  }
  readonly #late = new Map<string, OfficeOrder>();
  /** Told of to whoever asks, as a database does that keeps its papers; the same order may come again. */
  readonly #refused = new Map<string, OfficeReceipt>();

  act(order: OfficeOrder): OfficeReceipt {
    this.acts.push(order);
    if (this.silent(order.jurisdiction)) throw new AgencyFault('AGENCY_TIMEOUT', 'silent');
    const known = this.answer(order.key);
    if (known !== undefined) return known;
    switch (this.trouble(order)) {
      case 'NOT_HEARD':
        throw new AgencyFault('AGENCY_UNAVAILABLE', 'the connection broke');
      case 'ANSWER_LOST':
        this.#give(order);
        throw new AgencyFault('AGENCY_TIMEOUT', 'no answer came');
      case 'PENDING':
        this.#pending.set(order.key, 2);
        this.#late.set(order.key, order);
        return LYING;
      case 'REFUSED':
        this.#refused.set(order.key, REFUSAL);
        return REFUSAL;
      case 'REFUSED_LATER':
        this.#refused.set(order.key, REFUSAL);
        this.#pending.set(order.key, 2);
        return LYING;
      case 'TWICE':
        this.#give(order);
        return this.#give(order);
      case undefined:
        return this.#give(order);
    }
  }

  /** Gives an order effect, once. */
  #give(order: OfficeOrder): OfficeReceipt {
    const known = this.#booked.get(order.key);
    if (known !== undefined) return known.receipt;
    const done = this.#do(order);
    if (typeof done === 'string') return { state: 'REFUSED', code: done, text: done };
    this.effects.set(order.key, (this.effects.get(order.key) ?? 0) + 1);
    const receipt = { state: 'DONE', at: '2026-01-01T00:00:00.000Z', reference: `R${this.#booked.size}`, ...done } as const;
    this.#booked.set(order.key, { order, receipt });
    return receipt;
  }

  #do(order: OfficeOrder): string | { readonly figures?: TransferFigures; readonly sheet?: InformationSheet } {
    const number = order.key.slice(0, order.key.indexOf(':'));
    const here = `${order.jurisdiction} ${order.citizenNumber}`;
    const move = (figures: TransferFigures, sign: 1 | -1): void => {
      this.accounts.set(here, (this.accounts.get(here) ?? 0) + sign * figures.account);
      this.pools.set(order.jurisdiction, (this.pools.get(order.jurisdiction) ?? 0) + sign * figures.pool);
    };
    switch (order.action) {
      case 'OPEN':
        if (!this.relations.has(here)) this.relations.set(here, 'OPEN');
        return {};
      case 'FREEZE':
        if (this.relations.get(here) !== 'OPEN') return 'NOT_OPEN';
        this.relations.set(here, 'FROZEN');
        return {};
      case 'EXPORT':
        return { figures: this.figuresOf(here, this.misstated), sheet: SHEET };
      case 'PAY': {
        const figures = this.figuresOf(here, 0);
        move(figures, -1);
        this.clearing.set(number, figures);
        return { figures };
      }
      case 'RECEIVE': {
        const held = this.clearing.get(number);
        if (!this.#booked.has(`${number}:IMPORT`)) return 'NOT_IMPORTED';
        if (held === undefined || held.total !== order.figures?.total) return 'CLEARING_DIFFERS';
        this.clearing.delete(number);
        move(held, 1);
        return { figures: held };
      }
      case 'IMPORT':
        return order.sheet === undefined ? 'NO_SHEET' : {};
      case 'CONFIRM':
        this.relations.set(here, order.jurisdiction === order.from ? 'ENDED' : 'JOINED');
        return {};
      case 'RELEASE':
        this.relations.set(here, 'OPEN');
        return {};
      case 'CLEAR': {
        if (order.clearing === undefined || this.relations.get(here) !== 'JOINED') return 'NOT_JOINED';
        const back = order.clearing.months.length * this.creditedAMonth[order.clearing.keep === 'SOURCE' ? 'target' : 'source'];
        if (order.figures !== undefined && order.figures.account !== back) return 'AMOUNT_MISMATCH';
        this.accounts.set(here, (this.accounts.get(here) ?? 0) - back);
        this.paidBack += back;
        return { figures: { ...NOTHING, balance: back, account: back, total: back } };
      }
      case 'REFUND': {
        if (order.jurisdiction === order.to) {
          // The sheet is undone as well; where the money has not been received it stays in clearing.
          const received = this.#booked.get(`${number}:RECEIVE`)?.receipt.figures;
          if (received === undefined) return {};
          move(received, -1);
          this.clearing.set(number, received);
          return { figures: received };
        }
        const held = this.clearing.get(number) ?? NOTHING;
        this.clearing.delete(number);
        move(held, 1);
        return { figures: held };
      }
    }
  }

  figuresOf(here: string, misstated: number): TransferFigures {
    const booked = [...this.#booked.values()].find(
      ({ order }) => order.action === 'PAY' && `${order.jurisdiction} ${order.citizenNumber}` === here,
    );
    const balance = (booked?.receipt.figures?.account ?? this.accounts.get(here) ?? 0) + misstated;
    const pool = this.shares.get(here) ?? 0;
    return { before1998: 0, balance, principal: 0, account: balance, pool, total: balance + pool };
  }

  /** What the registers hold, as far as the law of these tests reads it. */
  readonly facts = (): Promise<LifeRecord> => Promise.resolve(EMPTY_RECORD);
}

const SHEET: InformationSheet = {
  scheme: '110',
  personNumber: '1',
  lastUnit: null,
  firstMonth: '2020-01',
  lastMonth: '2025-12',
  months: 72,
  deemedMonths: 0,
  transferMonth: '2026-01',
  segments: [],
};

const EMPTY_RECORD = { relations: [], bookings: [], accounts: [], benefits: [], missing: [] } as unknown as LifeRecord;
