import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'graphql';
import { Comparing } from './comparing.js';
import { composeFixture } from './graph-fixture.js';
import { plannerFaults } from './graphs/planner-faults.js';
import { dataText, type Outcome } from './outcome.js';

/**
 * What Apollo's planner is known to get wrong, each fault on types of its own, and what the hub makes of it. What Apollo answers is
 * pinned, so that a new version that answers otherwise is noticed.
 */
const WORLD = 1;
const WITHOUT_FAULTS = { faults: false };

let comparing: Comparing;

beforeAll(async () => {
  comparing = await Comparing.start(composeFixture(plannerFaults));
});
afterAll(() => comparing.stop());

interface Answers {
  readonly truth: Outcome;
  readonly apollo: Outcome;
  readonly hub: Outcome;
}

type Variables = Readonly<Record<string, unknown>>;

async function answersTo(text: string, variables: Variables = {}): Promise<Answers> {
  const truth = await truthOf(text, variables);
  return { truth, apollo: await apolloTo(text, variables), hub: await hubTo(text, variables).asking };
}

function truthOf(text: string, variables: Variables = {}): Promise<Outcome> {
  return comparing.truth({ document: parse(text), variables }, WORLD, WITHOUT_FAULTS);
}

function apolloTo(text: string, variables: Variables = {}): Promise<Outcome> {
  return comparing.apollo.ask(comparing.served(WORLD, WITHOUT_FAULTS), { document: parse(text), variables });
}

function hubTo(text: string, variables: Variables = {}) {
  const served = comparing.served(WORLD, WITHOUT_FAULTS);
  return { served, asking: comparing.hub.ask(served, { document: parse(text), variables }) };
}

/** What was asked, without what it was asked about. */
function texts({ calls }: Outcome): string[] {
  return calls.map(({ subgraph, text }) => `${subgraph} ${text}`);
}

function expectRight({ truth, hub }: Pick<Answers, 'truth' | 'hub'>): void {
  expect(hub.errors).toEqual([]);
  expect(dataText(hub.data)).toBe(dataText(truth.data));
}

describe('a required field with arguments that the client asks with others', () => {
  it.each([
    ['a literal', '{ letters { writer { name } pages(first: 1) { id } } }'],
    ['a variable', 'query ($n: Int! = 1) { letters { writer { name } pages(first: $n) { id } } }'],
    [
      'fragments',
      '{ letters { writer { name } ...One ...Two } } fragment One on Letter { pages(first: 1) { id } } fragment Two on Letter { pages(first: 1) { id } }',
    ],
  ])('is fetched once for both by Apollo, and apart by the hub: %s', async (_with, text) => {
    const answers = await answersTo(text);
    expect(answers.truth.data).toMatchObject({ letters: [{ pages: [{}] }, { pages: [{}] }, { pages: [{}] }] });
    // The required three pages stand where the client asked for one.
    expect(answers.apollo.data).toMatchObject({ letters: [{ pages: [{}, {}, {}] }, { pages: [{}, {}, {}] }, { pages: [{}, {}, {}] }] });
    expect(texts(answers.apollo)).toContain(
      'archive query($representations:[_Any!]!){_entities(representations:$representations){...on Letter{pages(first:3){__typename id}}}}',
    );
    expectRight(answers);
  });

  it('costs the hub no call more', async () => {
    const { apollo, hub } = await answersTo('{ letters { pages(first: 1) { text } writer { name } } }');
    expect([hub.calls.length, apollo.calls.length]).toEqual([4, 4]);
  });
});

describe('a key of the client that is the name of a required field', () => {
  it('holds the required value by Apollo, and the client’s by the hub', async () => {
    for (const text of ['{ goods { dutyInDollars weight: name } }', '{ goods { dutyInDollars price } }']) {
      const answers = await answersTo(text);
      expect(answers.apollo.data).not.toEqual(answers.truth.data);
      expectRight(answers);
    }
  });

  it('makes Apollo ask a subgraph what it refuses', async () => {
    const answers = await answersTo('query ($yes: Boolean!) { goods { price ... on Good @include(if: $yes) { dutyInDollars } } }', {
      yes: true,
    });
    expect(answers.apollo.calls.map(({ refused }) => refused)).toEqual([expect.stringContaining('conflict')]);
    expectRight(answers);
  });
});

describe('two fields that require one field with different arguments', () => {
  it('are right one at a time', async () => {
    for (const text of [
      '{ goods { dutyInDollars } }',
      '{ goods { dutyInEuros } }',
      '{ goods { large } }',
      '{ goods { dutyInDollars price } }',
    ])
      expectRight(await answersTo(text));
  });

  it('are given the same value by Apollo, and each its own by the hub, in no call more', async () => {
    const answers = await answersTo('{ goods { dutyInDollars dutyInEuros } }');
    expect(texts(answers.apollo)).toEqual([
      'goods {goods{__typename sku price(currency:"EUR")weight}}',
      'customs query($representations:[_Any!]!){_entities(representations:$representations){...on Good{dutyInDollars dutyInEuros}}}',
    ]);
    expect(answers.apollo.errors.map(({ message }) => message)).toContainEqual(expect.stringMatching(/dutyInDollars needs/));
    expectRight(answers);
    expect(texts(answers.hub)).toEqual([
      'goods {goods{__typename sku price__r1:price(currency:"EUR")weight price__r0:price(currency:"USD")}}',
      'customs query($representations_0:[_Any!]!,$representations_1:[_Any!]!)' +
        '{e0:_entities(representations:$representations_0){...on Good{dutyInDollars}}' +
        ' e1:_entities(representations:$representations_1){...on Good{dutyInEuros}}}',
    ]);
  });

  it('are told the subgraph by the field’s own name, each with what goes with it', async () => {
    const { hub } = await answersTo('{ goods { dutyInDollars dutyInEuros large } }');
    const told = Object.values(hub.calls[1]?.variables ?? {}).map((list) => Object.keys(Array.isArray(list) ? Object(list[0]) : {}).sort());
    expect(told).toEqual([
      ['__typename', 'maker', 'price', 'sku', 'weight'],
      ['__typename', 'price', 'sku', 'weight'],
    ]);
  });
});

describe('a required field that requires another itself', () => {
  it('is right on its own', async () => {
    expectRight(await answersTo('{ board { area } }'));
  });

  it('is asked by Apollo without what it requires where something requires it, and by the hub with it', async () => {
    for (const text of ['{ board { note } }', '{ board { note area } }']) {
      const answers = await answersTo(text);
      expect(texts(answers.apollo)).toContain('joinery {board{__typename id area}}');
      expect(dataText(answers.apollo.data)).not.toBe(dataText(answers.truth.data));
      expectRight(answers);
      expect(answers.hub.calls.map(({ subgraph }) => subgraph)).toEqual(['joinery', 'sawmill', 'joinery', 'notes']);
    }
  });

  it('is asked by Apollo of a subgraph that does not have what it requires, and by the hub of one that has', async () => {
    const answers = await answersTo('{ fence { painted } }');
    expect(texts(answers.apollo)).toContain('yard {fence{__typename id length posts}}');
    expect(dataText(answers.apollo.data)).not.toBe(dataText(answers.truth.data));
    expectRight(answers);
    expect(answers.hub.calls.map(({ subgraph }) => subgraph)).toEqual(['yard', 'survey', 'yard', 'survey']);
  });
});

describe('a condition on a field that requires others', () => {
  const large = 'query ($yes: Boolean!) { goods { dutyInDollars @skip(if: $yes) large } }';
  const duty = 'query ($yes: Boolean!) { goods { dutyInDollars large @skip(if: $yes) } }';

  it('keeps Apollo from asking for the fields beside it, and not the hub', async () => {
    for (const text of [large, duty]) {
      const answers = await answersTo(text, { yes: true });
      expect(answers.apollo.data).toBeNull();
      expect(answers.apollo.calls.map(({ subgraph }) => subgraph)).toEqual(['goods']);
      expect(answers.truth.data).not.toBeNull();
      expectRight(answers);
    }
  });

  it('is no condition of what the hub asks: each combination is asked for what it needs', async () => {
    expect(texts((await answersTo(large, { yes: true })).hub)).toEqual([
      'goods {goods{__typename sku maker{turnover(currency:"USD")}}}',
      'customs query($representations:[_Any!]!){_entities(representations:$representations){...on Good{large}}}',
    ]);
    expect(texts((await answersTo(large, { yes: false })).hub)).toEqual([
      'goods {goods{__typename sku maker{turnover(currency:"USD")}price__r0:price(currency:"USD")weight}}',
      'customs query($representations:[_Any!]!){_entities(representations:$representations){...on Good{dutyInDollars large}}}',
    ]);
  });

  it('is decided by the hub before conditions that do no harm, where there are many', async () => {
    const answers = await answersTo(
      `query ($a: Boolean!, $b: Boolean!, $c: Boolean!, $d: Boolean!, $e: Boolean!) {
        goods { sku @skip(if: $a) name @skip(if: $b) weight @skip(if: $c) price @skip(if: $d) dutyInDollars @skip(if: $e) large }
      }`,
      { a: true, b: true, c: false, d: true, e: true },
    );
    expect(answers.apollo.data).toBeNull();
    expectRight(answers);
    // Four are decided: the last, and the first three of the rest.
    expect(texts(answers.hub)[0]).toBe(
      'goods query($v0:Boolean!){goods{__typename sku weight price__0:price@skip(if:$v0)maker{turnover(currency:"USD")}}}',
    );
  });
});

describe('an entity with a key in one subgraph that cannot be asked by it', () => {
  it('is asked by that key all the same by Apollo, and by another by the hub', async () => {
    const answers = await answersTo('{ route { id parcels { id contents slip } } }');
    expect(texts(answers.apollo)[0]).toBe('route {route{id parcels{__typename id label{area line}}}}');
    expect(answers.apollo.errors.map(({ message }) => message)).toContainEqual(expect.stringMatching(/^route cannot look up a Parcel/));
    expect(texts(answers.hub)[0]).toBe('route {route{id parcels{__typename id label{line box}}}}');
    expectRight(answers);
  });
});

describe('a field that no subgraph can be asked for', () => {
  it('is not in Apollo’s plan, and null without a word', async () => {
    for (const [text, data] of [
      ['{ thing { mark } }', { thing: null }],
      ['{ thing { mark } bread { id } }', { thing: null, bread: {} }],
    ] as const) {
      const answer = await apolloTo(text);
      expect(answer).toMatchObject({ data, errors: [] });
    }
  });

  it('is refused by the hub, whatever else is asked', async () => {
    for (const text of [
      '{ thing { mark } }',
      '{ thing { mark } bread { id } }',
      '{ thing { id mark } }',
      '{ ... { thing { id ... { mark } } } }',
    ]) {
      const { served, asking } = hubTo(text);
      await expect(asking).rejects.toThrow('FIELD_UNREACHABLE');
      expect(served.calls).toEqual([]);
    }
  });

  it('does not keep others from being asked', async () => {
    for (const text of ['{ bread { id } }', '{ bread { id label } }', '{ bread { ... on Loaf { id } } }'])
      expectRight(await answersTo(text));
  });
});

describe('an interface object', () => {
  it('takes the type of an object away by Apollo, and not by the hub', async () => {
    const answers = await answersTo('{ snack { ... on Loaf { grade __typename } } }');
    expect(answers.truth.data).toMatchObject({ snack: { __typename: 'Loaf' } });
    expect(answers.apollo.data).not.toEqual(answers.truth.data);
    expectRight(answers);
  });

  it('cannot be left by a type condition with nothing but __typename in it: Apollo’s planner throws, and the hub names the types', async () => {
    const text = '{ bread { ... on Snack { __typename } } }';
    await expect(apolloTo(text)).rejects.toThrow('We should have an edge from Food(names) for __typename');
    expectRight({ truth: await truthOf(text), hub: await hubTo(text).asking });
  });

  it('is asked for the object itself where nothing of it is asked, and nobody for its type', async () => {
    const answers = await answersTo('query ($no: Boolean!) { bread { grade @include(if: $no) } }', { no: false });
    expect(texts(answers.hub)).toEqual(['names {bread{id}}']);
    expectRight(answers);
  });
});
