import type { Registers } from '../people/tables.js';
import type { Desk } from '../ledger/desk.js';
import type { MedicalDesk } from '../ledger/medical-desk.js';
import type { World } from '../people/model.js';

/** What a stand-in can be told to do wrong. Which of them a transport can show is in sandbox/README.md. */
export const FAULT_KINDS = [
  'latency',
  'hang',
  'drop',
  'error-in-200',
  'truncate',
  'wrong-encoding',
  'duplicate-rows',
  'stale-file',
  'wrong-person',
  'closed',
  'rate-limit',
  // What can go wrong about an order, and about nothing else: its answer is lost after it took effect, it comes twice, it is done later,
  // it is refused, the sheet's figures are wrong, another amount is paid.
  'lost-answer',
  'duplicate-order',
  'late-order',
  'refused-order',
  'wrong-figures',
  'wrong-fund',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** Faults that meet orders only. */
export const ORDER_FAULTS: ReadonlySet<FaultKind> = new Set([
  'lost-answer',
  'duplicate-order',
  'late-order',
  'refused-order',
  'wrong-figures',
  'wrong-fund',
]);
/** Faults that an order cannot meet: they are about rows and files. */
const NOT_OF_ORDERS: ReadonlySet<FaultKind> = new Set(['duplicate-rows', 'wrong-person', 'stale-file']);
/** Faults by which an order never reaches the office. */
export const BEFORE_THE_OFFICE: ReadonlySet<FaultKind> = new Set(['hang', 'drop', 'error-in-200', 'closed', 'rate-limit']);

export interface Fault {
  readonly kind: FaultKind;
  /** For latency: milliseconds added to each answer; for late-order: until the order is done. */
  readonly milliseconds?: number;
  /** For wrong-figures and wrong-fund: by how many fen; 100 when absent. */
  readonly fen?: number;
  /** How many calls it hits before it goes away by itself; absent = until cleared. */
  readonly times?: number;
}

/** One stand-in for one legacy system, as the control endpoint sees it. */
export interface StandIn {
  /** Legacy system id, the same as in the subgraph's agency.yaml. */
  readonly id: string;
  /** The faults this transport can show. */
  readonly faults: ReadonlySet<FaultKind>;
  /** Undefined clears. */
  setFault(fault: Fault | undefined): void | Promise<void>;
  /** Data calls received since the last reset (log-ins and handshakes not counted; for files: files fetched). */
  calls(): number;
  resetCalls(): void;
}

export interface StandInContext {
  readonly world: World;
  readonly registers: Registers;
  /** Port to listen on for a named server; 0 lets the system choose. All listen on 127.0.0.1. */
  port(name: string): number;
  /** A private folder of this group, in which it keeps what a real system would find again after a restart: keys, files that wait. */
  readonly folder: string;
  /** Today in Asia/Shanghai, YYYY-MM-DD: file names and time stamps follow it. */
  readonly today: string;
  /** The offices behind the stand-ins; absent where no transfer is tried. */
  readonly desk?: Desk;
  /** The offices of 医保; absent likewise. */
  readonly medicalDesk?: MedicalDesk;
  /** The sandbox's PostgreSQL, for the stand-ins that are databases. */
  readonly postgres?: { readonly superuserUrl: string };
}

/** Stand-ins that share a server. */
export interface StandInGroup {
  readonly systems: readonly StandIn[];
  /** What the subgraphs need to know to reach them: environment variables their agency.yaml names. */
  readonly env: Readonly<Record<string, string>>;
  /** Lets a night pass where work is done at night; absent where it is done at once. */
  night?(): Promise<void>;
  close(): Promise<void>;
}

export type StartStandIns = (context: StandInContext) => Promise<StandInGroup>;

/** The fault of one system, counted down as calls meet it. */
export class FaultSwitch {
  #fault: Fault | undefined;
  #left = 0;
  #calls = 0;

  set(fault: Fault | undefined): void {
    this.#fault = fault;
    this.#left = fault?.times ?? Infinity;
  }

  /** Counts one data call and says which fault it meets, if any. */
  call(): Fault | undefined {
    return this.#meet((kind) => !ORDER_FAULTS.has(kind));
  }

  /** Counts one order and says which fault it meets, if any. */
  order(): Fault | undefined {
    return this.#meet((kind) => !NOT_OF_ORDERS.has(kind));
  }

  /** The fault in force, without counting a call. */
  get current(): Fault | undefined {
    return this.#left > 0 ? this.#fault : undefined;
  }

  calls(): number {
    return this.#calls;
  }

  resetCalls(): void {
    this.#calls = 0;
  }

  #meet(meets: (kind: FaultKind) => boolean): Fault | undefined {
    this.#calls++;
    if (!this.#fault || this.#left <= 0 || !meets(this.#fault.kind)) return undefined;
    this.#left--;
    return this.#fault;
  }
}
