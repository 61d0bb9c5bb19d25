import type { Child } from '../machine/child.js';
import { cpuMilliseconds, machineMilliseconds, memoryMegabytes, ownMilliseconds } from '../machine/usage.js';
import { loadWithWrk, type LoadResult } from './wrk.js';

/** Who is measured, with whom beside it, under what load. */
export interface CellOptions {
  readonly measured: Child;
  /** Processes of the benchmark whose work is not foreign: what the gateway calls. */
  readonly beside: readonly Child[];
  readonly url: string;
  readonly requestsFile: string;
  readonly callers: number;
  readonly seconds: number;
}

/** One measurement: a gateway, a workload, a number of callers. */
export interface Cell extends LoadResult {
  readonly cpuMsPerRequest: number;
  readonly besideCpuMsPerRequest: number;
  /** Resident at the end, and the most since the process began. */
  readonly memoryMb: number;
  readonly peakMb: number;
  /** Processors that something outside the benchmark kept busy meanwhile. */
  readonly foreign: number;
}

/** What counts as a quiet machine, and how much is done for it. */
export interface Patience {
  /** Processors busy with something else that are borne. */
  readonly foreign: number;
  /** How often a disturbed measurement is made again. */
  readonly repeats: number;
  /** Longest wait for quiet before each measurement, seconds. */
  readonly quietSeconds: number;
}

const SETTLING_SECONDS = 1;
const LOOK_MS = 500;

/** Measures until nothing else was using the processors, or patience ends; then it is the least disturbed measurement. */
export async function measureCell(options: CellOptions, patience: Patience): Promise<Cell> {
  let best: Cell | undefined;
  for (let attempt = 0; attempt <= patience.repeats; attempt++) {
    await untilQuiet([options.measured, ...options.beside], patience);
    await loadWithWrk(options.url, options.requestsFile, options.callers, SETTLING_SECONDS);
    const cell = await measureOnce(options);
    if (!best || cell.foreign < best.foreign) best = cell;
    if (best.foreign <= patience.foreign) break;
  }
  if (!best) throw new Error('a measurement needs at least one attempt');
  return best;
}

/** One measurement, however busy the machine is. */
export async function measureOnce({ measured, beside, url, requestsFile, callers, seconds }: CellOptions): Promise<Cell> {
  const others = (): number => beside.reduce((sum, { pid }) => sum + cpuMilliseconds(pid), 0);
  const before = { at: performance.now(), cpu: cpuMilliseconds(measured.pid), others: others(), own: ownMilliseconds() };
  const machine = machineMilliseconds();
  const result = await loadWithWrk(url, requestsFile, callers, seconds);
  if (result.requests === 0) throw new Error(`${measured.name} answered nothing within ${seconds} s: measure for longer`);
  const cpu = cpuMilliseconds(measured.pid) - before.cpu;
  const othersCpu = others() - before.others;
  const foreign = machineMilliseconds() - machine - cpu - othersCpu - (ownMilliseconds() - before.own);
  const memory = memoryMegabytes(measured.pid);
  return {
    ...result,
    cpuMsPerRequest: cpu / result.requests,
    besideCpuMsPerRequest: othersCpu / result.requests,
    memoryMb: memory.now,
    peakMb: memory.peak,
    foreign: Math.max(0, foreign / (performance.now() - before.at)),
  };
}

async function untilQuiet(ours: readonly Child[], { foreign, quietSeconds }: Patience): Promise<void> {
  const work = (): number => machineMilliseconds() - ownMilliseconds() - ours.reduce((sum, { pid }) => sum + cpuMilliseconds(pid), 0);
  const end = performance.now() + quietSeconds * 1000;
  while (performance.now() < end) {
    const before = { work: work(), at: performance.now() };
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    if ((work() - before.work) / (performance.now() - before.at) <= foreign) return;
  }
}
