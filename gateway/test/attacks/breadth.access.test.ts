import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { citizenCheckCharacter } from '@yichuang/schema';
import { entities } from '../setup/fake-agency.js';
import { ref, startTestHub, type Answered, type TestHub } from '../setup/hub.js';
import { until } from '../setup/until.js';
import { citizen, codes, forget, official, sent } from './scene.js';

/* Who asks about very many at once: lists are bounded, and so are aliases, but thirty lists of fifty are 1,500 persons. */

const BOUND = 200;
const COUNTER = { 'yichuang-purpose': 'COUNTER_SERVICE' };

let hub: TestHub;
let persons: readonly string[];
beforeAll(async () => {
  hub = await startTestHub();
  hub.agencies.hrss.behaviour = entities(() => ({ jurisdictions: ['440000'], identity: { name: '某人' }, pension: { monthsPaid: 201 } }));
  persons = Array.from({ length: 600 }, (_, i) => {
    const digits = `99000019${70 + Math.floor(i / 100)}0101${String(i % 100).padStart(3, '0')}`;
    return ref(`${digits}${citizenCheckCharacter(digits)}`);
  });
});
afterAll(() => hub.close());

/** Lists of fifty under aliases. */
function lists(count: number): { readonly query: string; readonly variables: Record<string, unknown> } {
  const names = Array.from({ length: count }, (_, i) => `p${i}`);
  const fields = names.map(
    (name) => `${name}: citizens(ids: $${name}, first: 50) { nodes { id identity { name } pension { monthsPaid } } }`,
  );
  return {
    query: `query(${names.map((name) => `$${name}: [ID!]!`).join(' ')}) { ${fields.join(' ')} }`,
    variables: Object.fromEntries(names.map((name, i) => [name, persons.slice((i * 50) % 600, ((i * 50) % 600) + 50)])),
  };
}

interface Shown {
  readonly id: string;
  readonly identity: { readonly name: string } | null;
  readonly pension: { readonly monthsPaid: number } | null;
}
interface Page {
  readonly nodes: readonly { readonly entry: { readonly code: string | null } }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}
const shown = ({ body }: Answered): Shown[] =>
  Object.values(body.data ?? {}).flatMap((list) => (list as { readonly nodes: readonly Shown[] }).nodes);
const askedAbout = (): Set<unknown> => new Set(sent(hub).flatMap(({ representations }) => representations.map(({ id }) => id)));
const figure = async (name: string): Promise<number> => {
  const text = await (await fetch(`${hub.gateway.url}/metrics`)).text();
  return Number(
    text
      .split('\n')
      .find((line) => line.startsWith(name))
      ?.split(' ')
      .at(-1) ?? 0,
  );
};
const alarms = (): string[] => hub.log.filter((line) => line.includes('ACCESS_TOO_BROAD'));

describe('thirty lists of fifty persons', () => {
  it('are answered for the first 200; about the others nothing is looked up, asked or told, and the operators hear of it once', async () => {
    forget(hub);
    const token = await official(hub);
    const answered = await hub.ask(lists(30).query, {
      token,
      headers: COUNTER,
      variables: lists(30).variables,
      extensions: { access: true },
    });
    const seen = shown(answered);
    expect(seen).toHaveLength(1_500);
    const given = new Set(seen.flatMap(({ id, identity }) => (identity ? [id] : [])));
    const partly = seen.filter(({ identity, pension }) => (identity === null) !== (pension === null));
    expect([given.size, partly]).toEqual([BOUND, []]);
    // Calls that decide (where does the person belong?) are bounded like those that release.
    expect(askedAbout()).toEqual(given);
    expect(codes(answered)).toEqual(['ACCESS_TOO_BROAD']);
    expect(answered.body.errors?.[0]?.extensions).toMatchObject({ decisionId: answered.body.extensions?.requestId });
    expect((answered.body.extensions?.access as { decisions: unknown[] }).decisions).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ decision: 'GRANTED', subjects: BOUND }),
        expect.objectContaining({ decision: 'DENIED', subjects: 600 - BOUND, code: 'ACCESS_TOO_BROAD' }),
      ]),
    );
    expect(alarms()).toHaveLength(1);
    expect(JSON.parse(alarms()[0] ?? '')).toMatchObject({ role: 'CASEWORKER', party: 'HRSS_OFFICE:440000', purpose: 'COUNTER_SERVICE' });
    expect(await figure('yichuang_access_too_broad_total{role="CASEWORKER"}')).toBe(1);
  });

  it('are on record for whom it was refused', async () => {
    const token = await official(hub);
    const { body } = await hub.ask(lists(5).query, { token, headers: COUNTER, variables: lists(5).variables });
    const id = body.extensions?.requestId;
    const query = `query($id: ID!, $after: String) {
      explainDecision(id: $id, first: 100, after: $after) { nodes { entry { code } } pageInfo { hasNextPage endCursor } } }`;
    const explained = async (): Promise<unknown[]> => {
      const all: unknown[] = [];
      for (let after: string | null = null, more = true; more;) {
        const page: Answered = await hub.ask(query, { token, variables: { id, after } });
        const { nodes, pageInfo } = page.body.data?.['explainDecision'] as Page;
        all.push(...nodes.map(({ entry }) => entry.code));
        [after, more] = [pageInfo.endCursor, pageInfo.hasNextPage];
      }
      return all;
    };
    await until(async () => (await explained()).length >= BOUND + 50);
    expect((await explained()).filter((code) => code !== null)).toEqual(new Array(50).fill('ACCESS_TOO_BROAD'));
  });
});

it('four lists of fifty, or one person thirty times, are not too many', async () => {
  const token = await official(hub);
  const before = alarms().length;
  const four = await hub.ask(lists(4).query, { token, headers: COUNTER, variables: lists(4).variables });
  expect([four.body.errors, shown(four).every(({ identity }) => identity !== null)]).toEqual([undefined, true]);
  const one = Array.from({ length: 30 }, (_, i) => `p${i}: citizen(id: "${persons[0] ?? ''}") { identity { name } }`).join(' ');
  expect((await hub.ask(`{ ${one} }`, { token, headers: COUNTER })).body.errors).toBeUndefined();
  expect(alarms()).toHaveLength(before);
});

it('persons who try others’ references are bounded like officials', async () => {
  forget(hub);
  const answered = await hub.ask(lists(12).query, { token: await citizen(hub), variables: lists(12).variables });
  expect(new Set(codes(answered))).toEqual(new Set(['ACCESS_DENIED', 'ACCESS_TOO_BROAD']));
  expect(sent(hub)).toEqual([]);
});

it('a question that can give nothing does not fill the records of all it names', async () => {
  const before = alarms().length;
  const token = await official(hub, { sub: 'w-flood' });
  const { query, variables } = lists(30);
  const answered = await hub.ask(query, { token, headers: { 'yichuang-purpose': 'CURIOSITY' }, variables });
  expect(codes(answered)).toEqual(['PURPOSE_NOT_ALLOWED']);
  /** What was refused: that somebody reads their own footprint stands in it as well. */
  const refused = async (): Promise<{ citizen: unknown }[]> => {
    const all: { citizen: unknown; entry: { code: string | null } }[] = [];
    for (let after: string | null = null, more = true; more;) {
      const page: Answered = await hub.ask(
        'query($after: String) { myFootprint(first: 100, after: $after) { nodes { entry { code } citizen { id } } pageInfo { hasNextPage endCursor } } }',
        { token, variables: { after } },
      );
      const { nodes, pageInfo } = page.body.data?.['myFootprint'] as Page & { nodes: typeof all };
      all.push(...nodes);
      [after, more] = [pageInfo.endCursor, pageInfo.hasNextPage];
    }
    return all.filter(({ entry }) => entry.code !== null);
  };
  await until(async () => (await refused()).length > BOUND);
  const rows = await refused();
  expect([rows.length, rows.filter(({ citizen: person }) => person === null).length]).toEqual([BOUND + 1, 1]);
  expect(alarms()).toHaveLength(before + 1);
});
