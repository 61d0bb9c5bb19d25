import { readFile, writeFile } from 'node:fs/promises';
import performanceHooks from 'node:perf_hooks';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { HubMetrics } from '../../src/http/metrics.js';
import { gate } from '../execution/setup/live.js';
import { telling } from '../execution/setup/shop.js';
import { until } from '../setup/until.js';
import { RawClient } from './setup/raw-client.js';
import { serveShop, type ServedShop } from './setup/shop.js';

const ANSWERS = telling({
  goods: { root: () => ({ data: { best: { __typename: 'Good', sku: '1', name: 'one' } } }) },
  stock: { entity: () => ({ stock: 7 }) },
});

let served: ServedShop;
beforeEach(async () => {
  served = await serveShop();
  served.answering = ANSWERS;
});
afterEach(() => served.stop());

const ask = (query: string): Promise<Response> => served.post({ query });

/** Every figure by its name and labels. */
async function figures(): Promise<ReadonlyMap<string, number>> {
  const lines = (await served.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  expect(lines.filter((line) => !/^[a-z_0-9]+(\{([a-z_]+="[^"\n]*",?)+\})? (-?[\d.e+-]+|nan)$/i.test(line))).toEqual([]);
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]));
}

describe('the figures', () => {
  it('of the process are measured once, whichever hubs run in it', async () => {
    const measuring = jest.spyOn(performanceHooks, 'monitorEventLoopDelay');
    const all = await Promise.all([new HubMetrics(), new HubMetrics()].map((hub) => hub.text()));
    expect(measuring).not.toHaveBeenCalled();
    measuring.mockRestore();
    for (const text of [...all, await served.metrics()]) expect(text).toContain('\nnodejs_eventloop_lag_p99_seconds ');
  });

  it('tell of planning: how long, how often there was no need, who waits', async () => {
    const before = await figures();
    const misses = before.get('yichuang_plan_cache_misses_total') ?? 0;
    await ask('{ best { name } }');
    await ask('query Named { other: best { name } }');
    const after = await figures();
    expect(after.get('yichuang_plan_cache_misses_total')).toBe(misses + 1);
    expect(after.get('yichuang_plan_cache_hits_total')).toBe((before.get('yichuang_plan_cache_hits_total') ?? 0) + 1);
    expect(after.get('yichuang_planning_seconds_count{outcome="PLANNED"}')).toBe(misses + 1);
    expect(after.get('yichuang_planning_wait_seconds_count{outcome="PLANNED"}')).toBe(misses + 1);
    expect(after.get('yichuang_planner_start_seconds_count')).toBe(1);
    expect(after.get('yichuang_plannings_waiting')).toBe(0);
  });

  it('do not begin again when the supergraph is replaced', async () => {
    await ask('{ best { name } }');
    const before = await figures();
    await writeFile(served.supergraphFile, `${await readFile(served.supergraphFile, 'utf8')}\n# changed\n`);
    expect(await served.gateway.reload()).toMatchObject({ outcome: 'REPLACED' });
    const after = await figures();
    for (const name of [
      'yichuang_plan_cache_misses_total',
      'yichuang_plan_cache_hits_total',
      'yichuang_planning_seconds_count{outcome="PLANNED"}',
    ])
      expect(after.get(name)).toBeGreaterThanOrEqual(before.get(name) ?? Infinity);
    expect(after.get('yichuang_planner_start_seconds_count')).toBe(2);
  });

  it('tell what each agency takes of the hub: calls under way, waiting and open, and whether it is left alone', async () => {
    const held = gate();
    served.answering = async (received) => {
      await held.opened;
      return ANSWERS(received);
    };
    const asking = [ask('{ best { name } }'), ask('{ best { sku } }')];
    await until(() => served.calls.length === 2);
    const busy = await figures();
    for (const [kind, count] of Object.entries({ under_way: 2, waiting: 0, open: 2 })) {
      expect(busy.get(`yichuang_agency_calls_${kind}{agency="goods"}`)).toBe(count);
      expect(busy.get(`yichuang_agency_calls_${kind}{agency="stock"}`)).toBe(0);
    }
    held.open();
    await Promise.all(asking);
    expect((await figures()).get('yichuang_agency_calls_under_way{agency="goods"}')).toBe(0);

    await served.agencies.stock.stop();
    const circuit = async (state: string): Promise<number | undefined> =>
      (await figures()).get(`yichuang_agency_circuit{agency="stock",state="${state}"}`);
    expect([await circuit('CLOSED'), await circuit('OPEN'), await circuit('PROBING')]).toEqual([1, 0, 0]);
    while ((await circuit('OPEN')) === 0) await ask('{ best { stock } }');
    expect([await circuit('CLOSED'), await circuit('PROBING')]).toEqual([0, 0]);
  });

  it('tell how many questions wait for their turn, and for how long each has', async () => {
    await ask('{ best { stock } }');
    expect((await figures()).get('yichuang_question_wait_seconds_count')).toBe(1);
    const paths = [...Array.from({ length: 60 }, () => `/graphql?query=${encodeURIComponent('{ best { stock } }')}`), '/metrics'];
    const client = new RawClient(served.port).send(paths.map((path) => `GET ${path} HTTP/1.1\r\nhost: hub\r\n\r\n`).join(''));
    const waiting = (): RegExpExecArray | null => /^yichuang_questions_waiting (\d+)$/m.exec(client.received);
    await until(() => waiting() !== null);
    client.leave();
    expect(Number(waiting()?.[1])).toBeGreaterThan(0);

    const after = await figures();
    expect(after.get('yichuang_questions_waiting')).toBe(0);
    expect(after.get('yichuang_question_wait_seconds_count')).toBe(61);
    expect(after.get('yichuang_question_wait_seconds_sum')).toBeGreaterThan(0);
    await ask('{ best { name } }');
    expect((await figures()).get('yichuang_question_wait_seconds_count')).toBe(61);
  });

  it('tell how many questions not seen before wait for what is done once, while those that have been wait for none', async () => {
    const known = '{ best { name } }';
    await ask(known);
    const read = async (): Promise<number | undefined> => (await figures()).get('yichuang_first_time_wait_seconds_count');
    const before = (await read()) ?? 0;
    const questions = Array.from({ length: 60 }, (_, i) => `{ best { n${i}: name } }`);
    const paths = [...questions.map((query) => `/graphql?query=${encodeURIComponent(query)}`), '/metrics'];
    const client = new RawClient(served.port).send(paths.map((path) => `GET ${path} HTTP/1.1\r\nhost: hub\r\n\r\n`).join(''));
    const waiting = (): RegExpExecArray | null => /^yichuang_first_times_waiting (\d+)$/m.exec(client.received);
    await until(() => waiting() !== null);
    client.leave();
    expect(Number(waiting()?.[1])).toBeGreaterThan(0);

    await ask(known);
    // Each is read and prepared; they have one plan.
    expect(await read()).toBeGreaterThanOrEqual(before + 120);
    expect((await figures()).get('yichuang_first_times_waiting')).toBe(0);
  });

  it('say whether new questions are refused', async () => {
    expect((await figures()).get('yichuang_overloaded')).toBe(0);
  });
});
