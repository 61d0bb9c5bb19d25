import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeAgency, type Behaviour } from '../setup/fake-agency.js';
import type { AgencyClient } from '../../src/agencies/client.js';
import { clientOf, codeOf, mutate, query, raw, RawServer } from './setup.js';

let agency: FakeAgency;
let client: AgencyClient;
const observed: string[] = [];
beforeEach(async () => {
  observed.length = 0;
  agency = await new FakeAgency(() => ({ data: { n: 1 } })).start();
  client = clientOf(agency.url, { breakAfter: 2, deadlineMs: 8_000 }, ({ outcome }) => observed.push(outcome));
});
afterEach(async () => {
  expect(client.pressure).toMatchObject({ underWay: 0, waiting: 0, open: 0 });
  await client.close();
  await agency.stop();
});

/** Does one thing first, and answers afterwards. */
function onceThenWorks(first: Behaviour): Behaviour {
  let calls = 0;
  return (request, response) => (calls++ === 0 ? first(request, response) : { data: { n: calls } });
}

const LOST: readonly (readonly [string, Behaviour])[] = [
  ['whose connection was closed', (_, response) => void response.destroy()],
  ['whose connection was reset', (_, response) => void response.socket?.resetAndDestroy()],
  ['that met 502', raw('', { status: 502 })],
  ['that met 503', raw('', { status: 503, headers: { 'retry-after': '0' } })],
  ['that met 504', raw('', { status: 504 })],
];

describe('a query', () => {
  it.each(LOST)('%s is asked again, and its caller sees the answer only', async (_, fault) => {
    agency.behaviour = onceThenWorks(fault);
    expect(await query(client)).toMatchObject({ ok: true, data: { n: 2 } });
    expect(observed).toEqual(['OK']);
    expect(agency.questions.map(({ body }) => body)).toEqual([agency.questions[0]?.body, agency.questions[0]?.body]);
  });

  it('is asked again no sooner than the agency says', async () => {
    agency.behaviour = onceThenWorks(raw('', { status: 503, headers: { 'retry-after': '1' } }));
    const begun = performance.now();
    const long = clientOf(agency.url, { deadlineMs: 5_000 });
    expect(codeOf(await query(long))).toBe('OK');
    expect(performance.now() - begun).toBeGreaterThanOrEqual(990);
    await long.close();
  });

  it('is not asked again when its time would be over', async () => {
    agency.behaviour = onceThenWorks(raw('', { status: 503, headers: { 'retry-after': '1' } }));
    expect(await query(client, { leftMs: 500 })).toMatchObject({
      failure: { code: 'AGENCY_UNAVAILABLE', detail: { retryAfterSeconds: 1 } },
    });
    expect(agency.questions).toHaveLength(1);
  });

  it('is not asked a third time', async () => {
    agency.behaviour = raw('', { status: 503 });
    expect(codeOf(await query(client))).toBe('AGENCY_UNAVAILABLE');
    expect(agency.questions).toHaveLength(2);
  });

  it('is not asked again of an agency that is left alone by then', async () => {
    agency.behaviour = raw('', { status: 500 });
    await query(client);
    agency.behaviour = raw('', { status: 503 });
    expect(codeOf(await query(client))).toBe('AGENCY_UNAVAILABLE');
    expect(client.pressure.circuit).toBe('OPEN');
    expect(agency.questions).toHaveLength(2);
  });

  it('that met a kept connection closed in the meantime says nothing about the agency', async () => {
    let sockets = 0;
    const server = new RawServer((socket) => {
      const first = ++sockets === 1;
      const answer = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 16\r\n\r\n{"data":{"n":1}}';
      socket.write(answer);
      socket.on('data', () => {
        if (first) socket.end();
        else socket.write(answer);
      });
    });
    const strict = clientOf(await server.start(), { breakAfter: 1 });
    expect(codeOf(await query(strict))).toBe('OK');
    expect(codeOf(await query(strict))).toBe('OK');
    expect(strict.pressure.circuit).toBe('CLOSED');
    expect(server.connections).toBe(2);
    await strict.close();
    await server.stop();
  });
});

describe('a mutation', () => {
  it.each(LOST)('%s is not asked again', async (_, fault) => {
    agency.behaviour = onceThenWorks(fault);
    expect(codeOf(await mutate(client))).toBe('AGENCY_UNAVAILABLE');
    expect(agency.questions).toHaveLength(1);
  });
});
