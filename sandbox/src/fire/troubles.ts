import { Rng } from '../people/rng.js';
import type { Fault, FaultKind } from '../systems/stand-in.js';
import { MEMBERS, type MemberName } from './site.js';

/** What is done to the site. */
export type Trouble =
  | { readonly what: 'KILL'; readonly member: MemberName }
  /** The postmaster of the hub's and the agency's database is killed. */
  | { readonly what: 'CRASH_STORE' }
  /** The databases of provinces are stopped and started. */
  | { readonly what: 'RESTART_DATABASES' }
  | { readonly what: 'FAULT'; readonly system: string; readonly fault: Fault }
  /** Nothing comes from a system for a simulated day. */
  | { readonly what: 'DOWN'; readonly system: string; readonly kind: FaultKind };

/** A system as the control endpoint shows it. */
export interface ShownSystem {
  readonly id: string;
  readonly faults: readonly FaultKind[];
}

const FAULTS: readonly (readonly [FaultKind, number])[] = [
  ['lost-answer', 5],
  ['duplicate-order', 4],
  ['late-order', 4],
  ['refused-order', 2],
  ['wrong-figures', 2],
  ['wrong-fund', 2],
  ['drop', 3],
  ['hang', 1],
  ['closed', 2],
  ['error-in-200', 2],
  ['truncate', 2],
  ['rate-limit', 1],
  ['latency', 2],
];
const DOWN: readonly FaultKind[] = ['drop', 'closed', 'hang'];

interface Planned {
  /** The wait before it. */
  readonly afterMs: number;
  readonly trouble: Trouble;
  /** One of those that every fire has, one after the other, without waiting until all is whole again. */
  readonly early?: true;
}

/** Troubles one after the other; the same seed makes the same ones. */
export function* troublesOf(seed: number, systems: readonly ShownSystem[]): Generator<Planned> {
  const rng = new Rng(seed, 2);
  // Every kind of killing comes early, also in a short fire.
  const first: Trouble[] = [...MEMBERS.map((member): Trouble => ({ what: 'KILL', member })), { what: 'CRASH_STORE' }];
  for (const trouble of first) {
    yield { afterMs: rng.int(300, 1500), trouble, early: true };
    for (let more = 0; more < 3; more++) yield { afterMs: rng.int(50, 600), trouble: faultOf(systems, rng), early: true };
  }
  for (;;) {
    const chosen = rng.weighted<Trouble['what']>([
      ['FAULT', 60],
      ['KILL', 20],
      ['DOWN', 5],
      ['CRASH_STORE', 3],
      ['RESTART_DATABASES', 2],
    ]);
    const afterMs = rng.int(50, 1500);
    if (chosen === 'FAULT') yield { afterMs, trouble: faultOf(systems, rng) };
    else if (chosen === 'DOWN') {
      const { id, faults } = rng.pick(systems);
      yield { afterMs, trouble: { what: chosen, system: id, kind: DOWN.find((kind) => faults.includes(kind)) ?? 'drop' } };
    } else if (chosen === 'KILL') {
      // The stand-ins of thirty-two provinces take their time to come back.
      const member = rng.weighted<MemberName>([
        ['gateway', 3],
        ['subgraph', 4],
        ['worker', 5],
        ['medical', 2],
        ['stand-ins', 1],
      ]);
      yield { afterMs, trouble: { what: chosen, member } };
    } else yield { afterMs, trouble: { what: chosen } };
  }
}

function faultOf(systems: readonly ShownSystem[], rng: Rng): Trouble {
  const { id, faults } = rng.pick(systems);
  const kind = rng.weighted(FAULTS.filter(([one]) => faults.includes(one)));
  const [milliseconds, fen, times] = [rng.int(100, 2500), rng.pick([-100, -1, 1, 100, 12_345]), rng.int(1, 4)];
  const fault: Fault = {
    kind,
    times,
    ...(kind === 'latency' || kind === 'late-order' ? { milliseconds } : {}),
    ...(kind === 'wrong-figures' || kind === 'wrong-fund' ? { fen } : {}),
  };
  return { what: 'FAULT', system: id, fault };
}
