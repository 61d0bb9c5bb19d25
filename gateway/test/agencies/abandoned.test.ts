import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import type { AgencyClient } from '../../src/agencies/client.js';
import { fetchDocument, type Ask, type Reply } from '../../src/agencies/reply.js';
import { FakeAgency } from '../setup/fake-agency.js';
import { until } from '../setup/until.js';
import { clientOf, codeOf, query, within } from './setup.js';

const QUERY = fetchDocument('{a}');
const MUTATION = fetchDocument('mutation{a}', true);
const held: ServerResponse[] = [];
let agency: FakeAgency;
let client: AgencyClient;
let first: Promise<Reply>;
beforeEach(async () => {
  agency = await new FakeAgency((_, response) => void held.push(response)).start();
  client = clientOf(agency.url, { connections: 1, maxWaiting: 2 });
  first = query(client);
  await until(() => held.length === 1);
});
afterEach(async () => {
  held.length = 0;
  await client.close();
  await agency.stop();
});

/** Somebody who asks, and may leave. */
function asking(ask: Pick<Ask, 'document' | 'abandoned'>): { abandoned: boolean; readonly reply: Promise<Reply> } {
  const context = { ...within(20_000), abandoned: false };
  const reply = new Promise<Reply>((resolve) => {
    client.ask({ ...ask, variables: '{}' }, context, resolve);
  });
  return Object.assign(context, { reply });
}

/** Everything that has been sent, once all of it has been answered. */
async function sent(): Promise<string[]> {
  agency.behaviour = () => ({ data: { a: 1 } });
  for (const response of held) response.setHeader('content-type', 'application/json').end('{"data":{"a":1}}');
  expect(codeOf(await first)).toBe('OK');
  await until(() => client.pressure.open === 0);
  return agency.questions.slice(1).map((one) => one.query);
}

describe('a query in the line of an agency', () => {
  it('leaves it when nobody waits for it any more, and is never sent', async () => {
    const one = asking({ document: QUERY });
    one.abandoned = true;
    await until(() => client.pressure.waiting === 0);
    expect(await one.reply).toMatchObject({ ok: false, failure: { detail: { sent: false } } });
    expect(client.pressure).toEqual({ underWay: 1, waiting: 0, open: 1, circuit: 'CLOSED' });
    expect(await sent()).toEqual([]);
  });

  it('is not sent when its turn comes before anybody has looked', async () => {
    const one = asking({ document: QUERY });
    const other = asking({ document: QUERY });
    const answered = sent();
    one.abandoned = true;
    expect(await answered).toHaveLength(1);
    expect(codeOf(await other.reply)).toBe('OK');
    expect(await one.reply).toMatchObject({ ok: false });
  });

  it('stays as long as somebody else waits for it', async () => {
    let others = true;
    const shared = asking({ document: QUERY, abandoned: () => !others });
    shared.abandoned = true;
    const gone = asking({ document: QUERY });
    gone.abandoned = true;
    await gone.reply;
    expect(client.pressure.waiting).toBe(1);
    others = false;
    await shared.reply;
    expect(await sent()).toEqual([]);
  });
});

describe('a mutation in the line of an agency', () => {
  it('is sent although nobody waits for it any more', async () => {
    const change = asking({ document: MUTATION });
    change.abandoned = true;
    const gone = asking({ document: QUERY });
    gone.abandoned = true;
    await gone.reply;
    expect(await sent()).toEqual(['mutation{a}']);
    expect(codeOf(await change.reply)).toBe('OK');
  });
});
