import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startControl, type Control } from '../src/control.js';
import type { DirtEntry } from '../src/people/tables.js';
import { FaultSwitch, type Fault, type FaultKind, type StandIn } from '../src/systems/stand-in.js';
import { smallWorld } from './runtime.world.js';

class TestSystem implements StandIn {
  readonly switch = new FaultSwitch();

  constructor(
    readonly id: string,
    readonly faults: ReadonlySet<FaultKind>,
  ) {}

  setFault(fault: Fault | undefined): void {
    this.switch.set(fault);
  }
  calls(): number {
    return this.switch.calls();
  }
  resetCalls(): void {
    this.switch.resetCalls();
  }
}

const world = smallWorld();
const manifest: readonly DirtEntry[] = [
  { kind: 'MONTH_13', system: 'hrss-soap-510000', table: 'AC43', field: 'AAE003', expect: { outcome: 'NULL_WITH_FINDING', rule: 'MONTH' } },
];
let soap: TestSystem;
let batch: TestSystem;
let restarts: number;
let control: Control;

beforeEach(async () => {
  soap = new TestSystem('hrss-soap-510000', new Set(['latency', 'hang']));
  batch = new TestSystem('hrss-batch-620000', new Set(['stale-file']));
  restarts = 0;
  control = await startControl({
    world,
    manifest: () => manifest,
    systems: new Map([soap, batch].map((system) => [system.id, system])),
    night: () => Promise.resolve(),
    ledger: () => ({ accounts: 5, pools: 7, clearing: 0, refunds: 0, national: 12, underWay: 0, effects: {} }),
    restartPostgres: () => {
      restarts++;
      return Promise.resolve();
    },
  });
});

afterEach(() => control.close());

async function call(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
  const response = await fetch(control.url + path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
}

describe('the control endpoint', () => {
  it('sets a fault on one system, shows it while it is in force, and clears it', async () => {
    const fault = { kind: 'latency', milliseconds: 250, times: 2 };
    expect(await call('PUT', '/systems/hrss-soap-510000/fault', fault)).toMatchObject({ status: 200, body: { fault } });
    expect(soap.switch.call()).toEqual(fault);
    expect((await call('GET', '/systems')).body).toEqual([
      { id: 'hrss-soap-510000', faults: ['latency', 'hang'], fault, calls: 1 },
      { id: 'hrss-batch-620000', faults: ['stale-file'], fault: null, calls: 0 },
    ]);

    await call('POST', '/calls/reset');
    expect((await call('GET', '/systems')).body).toMatchObject([{ fault, calls: 0 }, {}]);
    soap.switch.call();
    expect((await call('GET', '/systems')).body).toMatchObject([{ fault: null, calls: 1 }, {}]);

    await call('PUT', '/systems/hrss-soap-510000/fault', { kind: 'hang' });
    expect((await call('DELETE', '/systems/hrss-soap-510000/fault')).status).toBe(204);
    expect(soap.switch.call()).toBeUndefined();
  });

  it('clears all faults at once', async () => {
    await call('PUT', '/systems/hrss-soap-510000/fault', { kind: 'hang' });
    await call('PUT', '/systems/hrss-batch-620000/fault', { kind: 'stale-file' });
    expect((await call('DELETE', '/faults')).status).toBe(204);
    expect([soap.switch.call(), batch.switch.call()]).toEqual([undefined, undefined]);
  });

  it('counts calls per system and starts again at nought', async () => {
    soap.switch.call();
    expect((await call('GET', '/calls')).body).toEqual({ 'hrss-soap-510000': 1, 'hrss-batch-620000': 0 });
    expect((await call('POST', '/calls/reset')).status).toBe(204);
    expect((await call('GET', '/calls')).body).toEqual({ 'hrss-soap-510000': 0, 'hrss-batch-620000': 0 });
  });

  it.each([
    ['/systems/hrss-batch-620000/fault', { kind: 'hang' }, 400, 'cannot show the fault hang. It can show: stale-file'],
    ['/systems/hrss-soap-510000/fault', { kind: 'latency' }, 400, 'needs "milliseconds"'],
    ['/systems/hrss-soap-510000/fault', { kind: 'explode' }, 400, 'kind one of latency'],
    ['/systems/hrss-soap-510000/fault', { kind: 'hang', times: 0 }, 400, 'A fault is'],
    ['/systems/nowhere/fault', { kind: 'hang' }, 404, 'no system by that id'],
  ])('refuses PUT %s %j and says why', async (path, body, status, message) => {
    expect(await call('PUT', path, body)).toEqual({ status, body: { error: expect.stringContaining(message) as unknown } });
    expect(soap.switch.current).toBeUndefined();
  });

  it('lists the planted dirt and the personas with their synthetic numbers', async () => {
    expect((await call('GET', '/manifest')).body).toEqual(manifest);
    const [persona] = world.personas;
    expect((await call('GET', '/personas')).body).toEqual([
      { key: persona?.key, title: persona?.title, story: persona?.story, citizenNumber: persona?.life.number },
    ]);
  });

  it('restarts PostgreSQL', async () => {
    expect((await call('POST', '/postgres/restart')).status).toBe(204);
    expect(restarts).toBe(1);
  });

  it.each([{ host: 'rebound.example' }, { origin: 'https://page.example' }])(
    'refuses requests with %j and changes nothing',
    async (headers) => {
      const { hostname, port } = new URL(control.url);
      const asked = request({ hostname, port, path: '/postgres/restart', method: 'POST', headers }).end();
      const [response] = (await once(asked, 'response')) as [IncomingMessage];
      response.resume();
      expect(response.statusCode).toBe(421);
      expect(response.headers).not.toHaveProperty('access-control-allow-origin');
      expect(restarts).toBe(0);
    },
  );
});
