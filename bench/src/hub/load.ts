import { Pool } from 'undici';
import type { PreparedRequest } from '../load/wrk.js';

interface LoadResult {
  readonly requests: number;
  readonly seconds: number;
  /** Answers with a status other than 200, or with errors. */
  readonly failures: number;
  /** Codes of the errors in them, with how often they came. */
  readonly codes: ReadonlyMap<string, number>;
  /** Milliseconds. */
  readonly latencies: readonly number[];
}

/**
 * Closed-loop load: `concurrency` callers, each asking as soon as it has its answer, for `seconds`. Requests are taken in turn, so that
 * person and variables differ from one to the next.
 */
export async function load(url: string, requests: readonly PreparedRequest[], concurrency: number, seconds: number): Promise<LoadResult> {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: concurrency, pipelining: 1 });
  const latencies: number[] = [];
  let next = 0;
  const codes = new Map<string, number>();
  let failures = 0;
  const begun = performance.now();
  const end = begun + seconds * 1000;

  const caller = async (): Promise<void> => {
    while (performance.now() < end) {
      const request = requests[next++ % requests.length];
      if (!request) throw new Error('a workload needs at least one request');
      const sent = performance.now();
      const response = await pool.request({
        path: pathname,
        method: 'POST',
        body: request.body,
        headers: { 'content-type': 'application/json', ...request.headers },
      });
      const text = await response.body.text();
      latencies.push(performance.now() - sent);
      if (response.statusCode !== 200 || text.includes('"errors":')) {
        failures++;
        for (const [, code = ''] of text.matchAll(/"code":"([A-Z_]+)"/g)) codes.set(code, (codes.get(code) ?? 0) + 1);
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, caller));
  const measured = (performance.now() - begun) / 1000;
  await pool.close();
  return { requests: latencies.length, seconds: measured, failures, codes, latencies };
}
