import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { batchSystem } from '../../../kit/src/connectors/batch.js';
import type { RawRow } from '../../../kit/src/systems/system.js';
import { onNotice, type SystemNotice } from '../../../kit/src/systems/notices.js';

/** The batch connector of one province by itself, with its notices and a clock of its own. */
export interface ProbedSystem {
  refresh(): Promise<void>;
  /** Which file answers come from, and how fresh they are said to be. */
  standing(): Promise<{ readonly day: string; readonly freshness: string }>;
  /** Rows of AC01 about one person. */
  rows(number: string): Promise<readonly RawRow[]>;
  events(): string[];
  reasons(): string[];
  close(): Promise<void>;
}

/** Connects the province 630000 with the settings of the real agency file. */
export function probedSystem(url: string, hostKey: string, now?: () => Date, more: object = {}): ProbedSystem {
  const agency = parse(readFileSync(new URL('../../../subgraphs/hrss/agency.yaml', import.meta.url), 'utf8')) as {
    families: { batch: { settings: object } };
  };
  const settings = JSON.parse(
    JSON.stringify({ ...agency.families.batch.settings, ...more, source: url, hostKey, pollMs: 3_600_000, orders: undefined }).replaceAll(
      '{jurisdiction}',
      '630000',
    ),
  ) as object;
  const system = batchSystem(settings, { id: 'hrss-batch-630000', jurisdictions: [] }, now);
  const notices: SystemNotice[] = [];
  const stop = onNotice((notice) => notices.push(notice));
  return {
    refresh: () => system.refresh(),
    async standing() {
      const answer = await system.ask({
        by: 'citizen',
        keys: ['11010519491231002X'],
        parts: ['AC01'],
        signal: AbortSignal.timeout(20_000),
      });
      return { day: new Date(answer.asOf.getTime() + 8 * 3_600_000).toISOString().slice(0, 10), freshness: answer.freshness };
    },
    rows: async (number) =>
      (await system.ask({ by: 'citizen', keys: [number], parts: ['AC01'], signal: AbortSignal.timeout(20_000) })).rows.get('AC01') ?? [],
    events: () => notices.map(({ event }) => event),
    reasons: () => notices.map(({ facts }) => String(facts['reason'] ?? '')),
    async close() {
      stop();
      await system.close();
    },
  };
}
