import { afterEach, describe, expect, it } from '@jest/globals';
import type { Ask, Reply } from '../../src/agencies/reply.js';
import { fetchDocument } from '../../src/agencies/reply.js';
import { AccessProfile } from '../../src/access/profile.js';
import { Question } from '../../src/execution/question.js';
import { sharingSubgraph } from '../../src/execution/shared-asks.js';
import { loadAccessCatalogue } from '@yichuang/schema';
import { composeFixture } from '../differential/graph-fixture.js';
import { entities, Live, NOBODY, representations, type Received } from './setup/live.js';
import { shop, telling, type Telling } from './setup/shop.js';

const { supergraphSdl } = shop();
const lives: Live[] = [];
function open(options: ConstructorParameters<typeof Live>[1] = {}, sdl = supergraphSdl): Live {
  const live = new Live(sdl, options);
  lives.push(live);
  return live;
}
/** Two subgraphs of a test's own, and what they tell. */
function openPair(subgraphs: Record<'one' | 'other', string>, told: Record<'one' | 'other', Telling>): Live {
  return open({ answering: telling(told) }, composeFixture({ name: 'pair', subgraphs }).supergraphSdl);
}
afterEach(async () => {
  for (const live of lives.splice(0)) await live.stop();
});

function good(sku: string, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { __typename: 'Good', sku, name: `good ${sku}`, ...more };
}
const skus = (call: Received | undefined): unknown[] => (call ? representations(call).map(({ sku }) => sku) : []);

describe('calls to one agency in one turn', () => {
  it('are one, cut where it bears no more, also in the middle of a selection', async () => {
    const live = open({
      maxBatch: 3,
      answering: telling({
        goods: {
          root: () => ({ data: { goods: ['1', '2', '3', '4', '5'].map((sku) => good(sku)), best: good('6', { next: good('7') }) } }),
        },
        stock: { entity: ({ sku }) => ({ stock: Number(sku), shelf: { row: Number(sku), level: 1 } }) },
      }),
    });
    const { data, errors } = await live.whole('{ goods { stock } best { shelf { row } next { stock shelf { level } } } }');
    expect(data).toEqual({
      goods: [1, 2, 3, 4, 5].map((stock) => ({ stock })),
      best: { shelf: { row: 6 }, next: { stock: 7, shelf: { level: 1 } } },
    });
    expect(errors).toEqual([]);
    const calls = live.calls.filter(({ subgraph }) => subgraph === 'stock');
    expect(calls.map((call) => skus(call).length)).toEqual([3, 3, 1]);
    expect(calls.flatMap(skus).sort()).toEqual(['1', '2', '3', '4', '5', '6', '7']);
  });

  it('are asked part by part when one part’s fault voids them', async () => {
    const live = open({
      answering: telling({
        goods: { root: () => ({ data: { goods: [good('1')], best: good('2') } }) },
      }),
    });
    const roots = live.answering;
    live.answering = (received) => {
      if (received.subgraph !== 'stock') return roots(received);
      // Whoever asks about 2 gets nothing at all.
      if (skus(received).includes('2')) return { data: null, errors: [{ message: 'void' }] };
      return { data: entities(received, () => ({ stock: 5 })) };
    };
    const { data, errors } = await live.whole('{ goods { stock } best { shelf { row } } }');
    expect(data).toEqual({ goods: [{ stock: 5 }], best: { shelf: null } });
    expect(errors).toMatchObject([{ path: ['best', 'shelf'], message: 'void' }]);
    expect(live.calls.filter(({ subgraph }) => subgraph === 'stock').map(skus)).toEqual([['1', '2'], ['1'], ['2']]);
  });

  it('are not asked again when the agency failed to answer, nor is a mutation whatever it answered', async () => {
    const live = open();
    live.answering = ({ subgraph }) => (subgraph === 'goods' ? { data: { goods: [good('1')], best: good('2') } } : undefined);
    await live.whole('{ goods { stock } best { shelf { row } } }');
    expect(live.texts('stock')).toHaveLength(1);
    live.answering = () => ({ data: null, errors: [{ message: 'void' }] });
    const { data } = await live.whole('mutation { reserve(sku: 1) { sku } }');
    expect(data).toEqual({ reserve: null });
    expect(live.texts('stock')).toHaveLength(2);
  });
});

describe('an entity', () => {
  it('that is wanted in several places, and at several stages, is asked for once', async () => {
    const live = open({
      answering: telling({
        goods: {
          root: () => ({
            data: {
              goods: [good('1'), good('1'), good('2')],
              best: good('1', { next: good('2', { maker: { __typename: 'Maker', id: 'm' } }) }),
            },
          }),
        },
        stock: { entity: ({ sku }) => ({ stock: Number(sku) }) },
        makers: {
          entity: () => ({
            goods: [
              { __typename: 'Good', sku: '1' },
              { __typename: 'Good', sku: '3' },
            ],
          }),
        },
      }),
    });
    const { data } = await live.whole('{ goods { stock } best { stock next { stock maker { goods { stock } } } } }');
    expect(data).toEqual({
      goods: [{ stock: 1 }, { stock: 1 }, { stock: 2 }],
      best: { stock: 1, next: { stock: 2, maker: { goods: [{ stock: 1 }, { stock: 3 }] } } },
    });
    expect(live.calls.filter(({ subgraph }) => subgraph === 'stock').map(skus)).toEqual([['1', '2'], ['3']]);
  });

  it('in two places does not carry into one what was merged into it in the other', async () => {
    const live = open({
      answering: telling({
        goods: { root: () => ({ data: { goods: [good('1')], best: good('1') } }) },
        prices: { entity: () => ({ tag: { text: 'a' }, price: 1 }) },
        makers: { entity: ({ id }) => ({ title: `maker ${String(id)}`, country: 'CN', goods: [{ __typename: 'Good', sku: '9' }] }) },
        stock: { entity: ({ sku }) => ({ stock: Number(sku) }) },
      }),
    });
    const roots = live.answering;
    live.answering = (received) => {
      const maker = { __typename: 'Maker', id: 'm' };
      if (received.subgraph === 'goods')
        return { data: { goods: [good('1', { maker }), good('2', { maker })], best: good('3', { maker }) } };
      return roots(received);
    };
    // The same maker's goods: below one place more is fetched than below the other.
    const { data, errors } = await live.whole('{ goods { maker { goods { stock } title } } best { maker { goods { sku } } } }');
    expect(errors).toEqual([]);
    expect(data).toEqual({
      goods: [1, 2].map(() => ({ maker: { goods: [{ stock: 9 }], title: 'maker m' } })),
      best: { maker: { goods: [{ sku: '9' }] } },
    });
  });
});

describe('an object in lists of lists', () => {
  it('has what each agency knows of it', async () => {
    const live = openPair(
      {
        one: 'type Query { board: Board } type Board @key(fields: "id") { id: ID! cells: [[Cell]] @shareable } type Cell { row: Int @shareable colour: String }',
        other: 'type Board @key(fields: "id") { id: ID! cells: [[Cell]] @shareable } type Cell { row: Int @shareable size: Int }',
      },
      {
        one: {
          root: () => ({
            data: { board: { __typename: 'Board', id: '1', cells: [[{ colour: 'red' }, null, { colour: 'blue' }], null, []] } },
          }),
        },
        other: { entity: () => ({ cells: [[{ size: 1 }, null, { size: 2 }], null, []] }) },
      },
    );
    const { data } = await live.whole('{ board { cells { colour size } } }');
    expect(data).toEqual({ board: { cells: [[{ colour: 'red', size: 1 }, null, { colour: 'blue', size: 2 }], null, []] } });
  });
});

describe('entities that lead to each other in circles', () => {
  it('are as many in memory as in the answer, at every depth', async () => {
    const people = ['1', '2', '3'].map((id) => ({ __typename: 'Person', id }));
    const live = openPair(
      {
        one: 'type Query { me: Person } type Person @key(fields: "id") { id: ID! knows: [Person!] }',
        other: 'type Person @key(fields: "id") { id: ID! likes: [Person!] }',
      },
      {
        one: { root: () => ({ data: { me: people[0] } }), entity: () => ({ knows: people }) },
        other: { entity: () => ({ likes: people }) },
      },
    );
    // Each depth holds what the one before does: copies of what more was merged into would grow far faster than the answer.
    const { data } = await live.whole('{ me { likes { knows { likes { knows { likes { knows { id } } } } } } } }');
    expect(JSON.stringify(data).match(/"id"/g)).toHaveLength(3 ** 6);
  });
});

describe('fields of a mutation', () => {
  it('are done in their order, and what was read before one is read again after it', async () => {
    let stock = 0;
    const order: string[] = [];
    const live = open();
    live.answering = telling({
      goods: {
        root: ({ text }) => {
          order.push(text.includes('rename') ? 'rename' : 'restock');
          stock++;
          return { data: text.includes('rename') ? { rename: good('1') } : { restock: good('1') } };
        },
      },
      stock: {
        root: () => {
          order.push('reserve');
          stock++;
          return { data: { reserve: { __typename: 'Good', sku: '1', stock } } };
        },
        entity: () => ({ stock }),
      },
    });
    const { data } = await live.whole(
      'mutation { restock(sku: 1) { stock } reserve(sku: 1) { sku stock } rename(sku: 1, name: "x") { stock } }',
    );
    expect(order).toEqual(['restock', 'reserve', 'rename']);
    expect(data).toEqual({ restock: { stock: 1 }, reserve: { sku: '1', stock: 2 }, rename: { stock: 3 } });
  });
});

describe('equal queries under way', () => {
  const catalogue = loadAccessCatalogue();
  const other = { ...NOBODY, caseNumber: 'another case' };
  const query: Ask = { document: fetchDocument('{a}'), variables: '{}' };

  function question(deadlineMs = 10_000, caller = NOBODY): Question {
    return new Question('q', deadlineMs, new AccessProfile(caller, catalogue), () => {
      throw new Error('nothing is decided here');
    });
  }

  /** A subgraph that answers when a test says so. */
  function waiting() {
    const asked: ((reply: Reply) => void)[] = [];
    const shared = sharingSubgraph({ name: 's', maxBatch: 1, ask: (_ask, _question, answered) => void asked.push(answered) });
    const replies: Reply[] = [];
    return {
      asked,
      replies,
      ask: (by = question(), ask = query) => {
        shared.ask(ask, by, (reply) => void replies.push(reply));
      },
    };
  }
  const writing = { ascii: true, escaped: false };
  const reply = (): Reply => ({ ok: true, data: { a: { b: 1 } }, errors: [], provenance: [], writing });
  const late = (code: 'QUESTION_TIMEOUT' | 'AGENCY_TIMEOUT'): Reply => ({ ok: false, failure: { code, detail: { agency: 's' } } });

  it('of one caller are sent once, and share nothing that can be changed', () => {
    const { asked, replies, ask } = waiting();
    ask();
    ask();
    expect(asked).toHaveLength(1);
    asked[0]?.(reply());
    expect(replies).toEqual([reply(), reply()]);
    const [one, another] = replies;
    expect(one?.ok === true && another?.ok === true && one.data !== another.data && one.data?.['a'] !== another.data?.['a']).toBe(true);
    ask();
    expect(asked).toHaveLength(2);
  });

  it('of different callers, with other values, or that change something are each sent', () => {
    const { asked, ask } = waiting();
    ask();
    ask(question(10_000, other));
    ask(question(), { ...query, variables: '{"x":1}' });
    const mutation: Ask = { document: fetchDocument('mutation{a}', true), variables: '{}' };
    ask(question(), mutation);
    ask(question(), mutation);
    expect(asked).toHaveLength(5);
  });

  it.each(['QUESTION_TIMEOUT', 'AGENCY_TIMEOUT'] as const)(
    'are asked again by who still has time when the first one’s is over: %s',
    (code) => {
      const { asked, replies, ask } = waiting();
      ask(question(0));
      ask(question(10_000));
      expect(asked).toHaveLength(1);
      asked[0]?.(late(code));
      expect(asked).toHaveLength(2);
      asked[1]?.(reply());
      expect(replies).toEqual([late(code), reply()]);
    },
  );

  it('are wanted as long as one of them is, and asked again by who came when nobody waited any more', () => {
    const sent: Ask[] = [];
    const answers: ((reply: Reply) => void)[] = [];
    const shared = sharingSubgraph({
      name: 's',
      maxBatch: 1,
      ask: (ask, _, answered) => {
        sent.push(ask);
        answers.push(answered);
      },
    });
    const [one, another, third] = [question(), question(), question()];
    const replies: Reply[] = [];
    const ask = (by: Question): void => {
      shared.ask(query, by, (got) => void replies.push(got));
    };
    ask(one);
    ask(another);
    one.giveUp();
    expect(sent[0]?.abandoned?.()).toBe(false);
    another.giveUp();
    expect(sent[0]?.abandoned?.()).toBe(true);
    ask(third);
    answers[0]?.(late('AGENCY_TIMEOUT'));
    expect(sent).toHaveLength(2);
    answers[1]?.(reply());
    expect(replies).toEqual([late('AGENCY_TIMEOUT'), late('AGENCY_TIMEOUT'), reply()].sort((a, b) => Number(a.ok) - Number(b.ok)));
  });

  it('that fail for another reason are not asked again', () => {
    const { asked, replies, ask } = waiting();
    ask();
    ask();
    asked[0]?.(late('AGENCY_TIMEOUT'));
    expect([asked.length, replies.length]).toEqual([1, 2]);
  });

  it('are not waited for by who has less time than the first', () => {
    const { asked, ask } = waiting();
    ask(question(10_000));
    ask(question(50));
    expect(asked).toHaveLength(2);
  });
});
