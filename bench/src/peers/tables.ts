import type { Cell } from '../load/cell.js';
import { median, shown, table } from '../statistics.js';
import { LINE_UP, REFERENCES, versionsOf, type Gateway } from './lineup.js';

/** One measurement of one round. */
export interface Row extends Cell {
  readonly gateway: string;
  readonly workload: string;
  readonly callers: number;
  readonly startMs: number;
}

/** What the tables are made of. */
export interface Comparison {
  readonly intro: string;
  readonly gateways: readonly Gateway[];
  readonly workloads: readonly { readonly key: string; readonly title: string }[];
  readonly callers: readonly number[];
  readonly rows: readonly Row[];
  readonly failures: readonly string[];
}

/** The tables of a comparison, as Markdown: per workload, ratios of CPU, memory and versions. */
export function peersTables(comparison: Comparison): string {
  const measured = comparison.gateways.filter(({ name }) => comparison.rows.some(({ gateway }) => gateway === name));
  return [
    comparison.intro,
    ...comparison.workloads.flatMap((workload) => [
      `### ${workload.key}, ${workload.title}`,
      workloadTable({ ...comparison, gateways: measured }, workload.key),
    ]),
    '### CPU per request as a multiple of',
    ratioTable(comparison, measured),
    '### Memory, start, versions',
    aboutTable(comparison, measured),
    disturbances(comparison),
    '',
  ].join('\n\n');
}

function workloadTable(comparison: Comparison, workload: string): string {
  return table(
    ['gateway', ...comparison.callers.flatMap((callers) => [`CPU ms/request, ${callers} callers`, 'requests/s', 'p50 / p99 ms'])],
    comparison.gateways.map(({ name, title }) => [
      title,
      ...comparison.callers.flatMap((callers) => {
        const middle = (figure: (row: Row) => number): number => middleOf(comparison, name, workload, callers, figure);
        return [
          shown(
            middle((row) => row.cpuMsPerRequest),
            3,
          ),
          shown(
            middle((row) => row.requestsPerSecond),
            0,
          ),
          `${shown(
            middle((row) => row.p50),
            1,
          )} / ${shown(
            middle((row) => row.p99),
            1,
          )}`,
        ];
      }),
    ]),
  );
}

/** Our rows where we take part, every row otherwise. */
function ratioTable(comparison: Comparison, measured: readonly Gateway[]): string {
  const references = REFERENCES.filter((name) => measured.some((gateway) => gateway.name === name));
  const ours = measured.filter(({ ours }) => ours);
  const rows = (ours.length > 0 ? ours : measured).flatMap(({ name, title }) =>
    comparison.workloads.flatMap(({ key }) =>
      comparison.callers.map((callers) => {
        const cpu = (gateway: string): number => middleOf(comparison, gateway, key, callers, (row) => row.cpuMsPerRequest);
        return [title, key, String(callers), ...references.map((reference) => shown(cpu(name) / cpu(reference), 3))];
      }),
    ),
  );
  return table(['gateway', 'workload', 'callers', ...references.map(titleOf)], rows);
}

function aboutTable(comparison: Comparison, measured: readonly Gateway[]): string {
  return table(
    ['gateway', 'peak MB', 'MB at the end', 'start ms', 'versions'],
    measured.map((gateway) => {
      const rows = comparison.rows.filter((row) => row.gateway === gateway.name);
      return [
        gateway.title,
        shown(Math.max(...rows.map(({ peakMb }) => peakMb)), 0),
        shown(rows.at(-1)?.memoryMb ?? NaN, 0),
        shown(median(rows.map(({ startMs }) => startMs)), 0),
        gateway.ours ? 'this repository' : versionsOf(gateway),
      ];
    }),
  );
}

function disturbances({ rows, failures }: Comparison): string {
  const requests = rows.reduce((sum, row) => sum + row.requests, 0);
  const failed = rows.reduce((sum, row) => sum + row.failures, 0);
  const foreign = rows.map((row) => row.foreign);
  return [
    `${requests} requests, ${failed} failed. Busy with something else meanwhile: ${shown(median(foreign), 2)} processors in the median, ${shown(Math.max(...foreign), 2)} at most.`,
    ...failures.map((failure) => `Not measured: ${failure}.`),
  ].join('\n');
}

function middleOf({ rows }: Comparison, gateway: string, workload: string, callers: number, figure: (row: Row) => number): number {
  return median(rows.filter((row) => row.gateway === gateway && row.workload === workload && row.callers === callers).map(figure));
}

function titleOf(name: string): string {
  return LINE_UP.find((gateway) => gateway.name === name)?.title ?? name;
}
