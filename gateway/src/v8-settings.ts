import { setFlagsFromString } from 'node:v8';

/** By how much the heap grows before what has become old is collected, percent. */
const GROWTH = 80;
/** From so many lasting connections on, by more. */
const MANY = 1_000;
const GROWTH_WITH_MANY = 300;
let growth = GROWTH;

/**
 * Settings of V8 for the process of a gateway, before its first question.
 *
 * - V8 makes objects old at birth where those made before lived long, as the lists of a question do that waits for agencies. But what an
 *   old list points to is kept until the next full collection: under load a question's whole data outlived it, which cost a sixth of the
 *   time at 64 callers. So everything is born young.
 * - What becomes old all the same is collected when the heap has grown by four fifths and not, as usual, by several times: under load the
 *   process then takes a third less memory, for a few hundredths of its time. Where thousands of connections last, nearly all of the heap
 *   lives: to look through it takes half a second in which hardly anything else is done, and there is little to be gained (`makeRoomFor`).
 * - The young are collected by the thread that made them. Little of a question outlives it, and for that little several threads spend more
 *   on finding work than on doing it.
 * - A question runs through many small functions, and V8 stops taking them into each other sooner than pays here.
 *
 * Others can only stand on the command line: `--max-semi-space-size=32`, room for the young (docs/generic-mode.md), and `--no-memory-reducer`,
 * for hubs that thousands follow (docs/events.md).
 */
export function tuneV8(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
  setFlagsFromString(`--heap-growing-percent=${GROWTH}`);
  setFlagsFromString('--no-parallel-scavenge');
  setFlagsFromString('--max-inlined-bytecode-size-cumulative=2400');
}

/** Lets the heap of the process grow further between two collections while many connections last. @param connections that are open */
export function makeRoomFor(connections: number): void {
  const percent = connections < MANY ? GROWTH : GROWTH_WITH_MANY;
  if (percent === growth) return;
  growth = percent;
  setFlagsFromString(`--heap-growing-percent=${percent}`);
}
