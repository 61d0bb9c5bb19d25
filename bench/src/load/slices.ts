import type { Child } from '../machine/child.js';
import { median, quantile, shown, table } from '../statistics.js';
import { measureOnce, type Cell } from './cell.js';

/** One that is compared under one workload. */
export interface Contestant {
  readonly name: string;
  readonly child: Child;
  readonly url: string;
  readonly requestsFile: string;
}

/** How the load is cut. */
export interface Slicing {
  readonly workload: string;
  readonly callers: number;
  /** Slices of each contestant, and seconds of one. */
  readonly slices: number;
  readonly seconds: number;
  /** Processes that all of them call. */
  readonly beside: readonly Child[];
  /** Takes every slice as it comes. */
  readonly keep: (slice: Cell & { readonly gateway: string; readonly workload: string; readonly callers: number }) => void;
}

/** How one contestant did, beside the first. */
export interface Standing {
  readonly workload: string;
  readonly callers: number;
  readonly name: string;
  readonly cpuMsPerRequest: number;
  readonly best: number;
  readonly requestsPerSecond: number;
  readonly bytesPerRequest: number;
  readonly peakMb: number;
  readonly failures: number;
  /** Median over the slices of the CPU per request as a multiple of the first one's, and the quartiles. */
  readonly ratio: number;
  readonly quartiles: readonly [number, number];
}

/** All run at once and take the load in turn, back and forth, so that a drift of the machine meets them alike. */
export async function compareInSlices(contestants: readonly Contestant[], slicing: Slicing): Promise<Standing[]> {
  const { workload, callers, seconds, keep } = slicing;
  const cells = new Map<Contestant, Cell[]>(contestants.map((contestant) => [contestant, []]));
  for (let slice = 0; slice < slicing.slices; slice++) {
    for (const contestant of slice % 2 === 0 ? contestants : contestants.toReversed()) {
      const { name, child, url, requestsFile } = contestant;
      const idle = contestants.filter((other) => other !== contestant).map((other) => other.child);
      const cell = await measureOnce({ measured: child, beside: [...slicing.beside, ...idle], url, requestsFile, callers, seconds });
      cells.get(contestant)?.push(cell);
      keep({ ...cell, gateway: name, workload, callers });
    }
  }
  const [first] = contestants;
  const base = (first && cells.get(first)) ?? [];
  return contestants.map((contestant) => standingOf(contestant.name, cells.get(contestant) ?? [], base, workload, callers));
}

function standingOf(name: string, cells: readonly Cell[], base: readonly Cell[], workload: string, callers: number): Standing {
  const cpu = cells.map(({ cpuMsPerRequest }) => cpuMsPerRequest);
  const ratios = cpu.map((value, slice) => value / (base[slice]?.cpuMsPerRequest ?? NaN));
  const standing: Standing = {
    workload,
    callers,
    name,
    cpuMsPerRequest: median(cpu),
    best: Math.min(...cpu),
    requestsPerSecond: median(cells.map(({ requestsPerSecond }) => requestsPerSecond)),
    bytesPerRequest: median(cells.map(({ bytesPerRequest }) => bytesPerRequest)),
    peakMb: Math.max(...cells.map(({ peakMb }) => peakMb)),
    failures: cells.reduce((sum, { failures }) => sum + failures, 0),
    ratio: median(ratios),
    quartiles: [quantile(ratios, 0.25), quantile(ratios, 0.75)],
  };
  process.stderr.write(
    `${workload} c${callers} ${name.padEnd(24)} ${shown(standing.cpuMsPerRequest, 4)} CPU ms/request, ratio ${shown(standing.ratio, 3)}\n`,
  );
  return standing;
}

/** The standings as a Markdown table. */
export function standingsTable(standings: readonly Standing[]): string {
  return table(
    [
      'workload',
      'callers',
      'gateway',
      'CPU ms/request',
      'best slice',
      'requests/s',
      'bytes',
      'peak MB',
      `ratio to ${standings[0]?.name ?? 'the first'}`,
      'quartiles',
      'failed',
    ],
    standings.map((standing) => [
      standing.workload,
      String(standing.callers),
      standing.name,
      shown(standing.cpuMsPerRequest, 4),
      shown(standing.best, 4),
      shown(standing.requestsPerSecond, 0),
      shown(standing.bytesPerRequest, 0),
      shown(standing.peakMb, 0),
      shown(standing.ratio, 3),
      standing.quartiles.map((value) => shown(value, 2)).join(' – '),
      String(standing.failures),
    ]),
  );
}
