import type { Registers } from '../people/tables.js';
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
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface Fault {
  readonly kind: FaultKind;
  /** For latency; milliseconds added to each answer. */
  readonly milliseconds?: number;
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
  /** A private folder for this group's files; removed when the sandbox closes. */
  readonly folder: string;
  /** Today in Asia/Shanghai, YYYY-MM-DD: file names and time stamps follow it. */
  readonly today: string;
  /** The sandbox's PostgreSQL, for the stand-ins that are databases. */
  readonly postgres?: { readonly superuserUrl: string };
}

/** Stand-ins that share a server. */
export interface StandInGroup {
  readonly systems: readonly StandIn[];
  /** What the subgraphs need to know to reach them: environment variables their agency.yaml names. */
  readonly env: Readonly<Record<string, string>>;
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
    this.#calls++;
    if (!this.#fault || this.#left <= 0) return undefined;
    this.#left--;
    return this.#fault;
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
}
