import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Refusal } from '../../src/graph/operations.js';
import { shop, telling } from './setup/shop.js';
import type { Question } from '../../src/execution/question.js';
import { gate, inParts, Live, Untouched, type Answering, type ReadAnswer } from './setup/live.js';

let live: Live;
beforeAll(() => {
  live = new Live(shop().supergraphSdl);
});
afterAll(() => live.stop());
beforeEach(() => {
  live.calls.length = 0;
  live.faults.length = 0;
  live.answering = answering();
});

const GOODS = ['1', '2'].map((sku) => ({ __typename: 'Good', sku, name: `good ${sku}`, maker: { __typename: 'Maker', id: `m${sku}` } }));

function answering(wait: Readonly<Record<string, Promise<void>>> = {}): Answering {
  const answer = telling({
    goods: { root: () => ({ data: { goods: GOODS, best: GOODS[0] } }), entity: ({ sku }) => GOODS.find((good) => good.sku === sku) },
    stock: { entity: ({ sku }) => ({ stock: Number(sku), shelf: { row: 1, level: 2 } }) },
    prices: { entity: ({ sku }) => ({ price: Number(sku) * 100, discount: 1, tag: { text: 'a' } }) },
    makers: { entity: ({ id }) => ({ title: `maker ${String(id)}`, country: 'CN' }) },
  });
  return async (received) => {
    await wait[received.subgraph];
    return answer(received);
  };
}

function partsOf(answered: ReadAnswer | Refusal): Extract<ReadAnswer, { kind: 'PARTS' }> {
  if (!answered.ok || answered.kind !== 'PARTS') throw new Error(`not in parts: ${JSON.stringify(answered)}`);
  return answered;
}

describe('what is deferred', () => {
  it('does not hold up the first part, nor a slow subgraph another deferred part', async () => {
    const slow = gate();
    live.answering = answering({ stock: slow.opened });
    const { first, rest } = partsOf(
      await live.ask('{ best { name ... @defer(label: "slow") { stock } ... @defer(label: "fast") { price maker { title } } } }'),
    );
    expect(first).toEqual({ data: { best: { name: 'good 1' } }, errors: [], provenance: [] });
    const iterator = rest[Symbol.asyncIterator]();
    expect(await iterator.next()).toMatchObject({
      value: [{ path: ['best'], label: 'fast', data: { price: 100, maker: { title: 'maker m1' } } }],
    });
    const later = iterator.next();
    slow.open();
    expect(await later).toMatchObject({ value: [{ path: ['best'], label: 'slow', data: { stock: 1 } }] });
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  it('does not hold up what the first part wants of the same subgraph', async () => {
    const slow = gate();
    live.answering = async (received) => {
      if (received.text.includes('shelf')) await slow.opened;
      return answering()(received);
    };
    const { first, rest } = partsOf(await live.ask('{ best { stock ... @defer { shelf { row } } } }'));
    expect(first.data).toEqual({ best: { stock: 1 } });
    slow.open();
    const iterator = rest[Symbol.asyncIterator]();
    expect(await iterator.next()).toMatchObject({ value: [{ path: ['best'], data: { shelf: { row: 1 } } }] });
  });

  it('comes once per element of a list, each with the errors at its own place', async () => {
    live.answering = (received) =>
      received.subgraph === 'stock'
        ? { data: { _entities: [{ stock: 1 }, { stock: null }] }, errors: [{ message: 'm', path: ['_entities', 1, 'stock'] }] }
        : answering()(received);
    const { batches } = await inParts(await live.ask('{ goods { sku ... @defer { stock } } }'));
    expect(batches.flat()).toMatchObject([
      { path: ['goods', 0], data: { stock: 1 }, errors: [] },
      { path: ['goods', 1], data: { stock: null }, errors: [{ path: ['goods', 1, 'stock'] }] },
    ]);
  });

  it('inside what is deferred comes after it, even when its data is there sooner', async () => {
    const slow = gate();
    live.answering = answering({ stock: slow.opened });
    const { rest } = partsOf(await live.ask('{ best { name ... @defer(label: "outer") { stock ... @defer(label: "inner") { price } } } }'));
    const iterator = rest[Symbol.asyncIterator]();
    const first = iterator.next();
    while (live.texts('prices').length === 0) await new Promise(setImmediate);
    slow.open();
    const labels = [...((await first).value ?? []), ...((await iterator.next()).value ?? [])].map(({ label }) => label);
    expect(labels).toEqual(['outer', 'inner']);
  });

  it('is not there where the object it belongs into is null', async () => {
    live.answering = telling({
      goods: { root: () => ({ data: { best: null, goods: [null, GOODS[0]] } }) },
      prices: { entity: () => ({ price: 1 }) },
    });
    const { first, batches } = await inParts(await live.ask('{ best { sku ... @defer { price } } goods { sku ... @defer { price } } }'));
    expect(first.data).toEqual({ best: null, goods: [null, { sku: '1' }] });
    expect(batches.flat()).toMatchObject([{ path: ['goods', 1], data: { price: 1 } }]);
  });

  it('has no data where something in it could not be null, and nothing that belongs into it follows', async () => {
    live.answering = (received) =>
      received.subgraph === 'prices' ? { data: null, errors: [{ message: 'no prices' }] } : answering()(received);
    const { batches } = await inParts(
      await live.ask('{ best { name ... @defer(label: "outer") { price maker { ... @defer(label: "inner") { title } } } } }'),
    );
    expect(batches.flat()).toMatchObject([
      { path: ['best'], label: 'outer', data: null, errors: [{ path: ['best', 'price'], message: 'no prices' }] },
    ]);
  });

  it('is answered at once when its condition does not hold, and comes later when it does', async () => {
    const text = 'query ($later: Boolean!) { best { name ... @defer(if: $later) { stock } } }';
    expect(await live.ask(text, { later: false })).toMatchObject({
      kind: 'WHOLE',
      outcome: { data: { best: { name: 'good 1', stock: 1 } } },
    });
    expect(await live.ask(text, { later: true })).toMatchObject({ kind: 'PARTS', first: { data: { best: { name: 'good 1' } } } });
    expect(await live.ask('{ best { name ... @defer(if: false) { stock } } }')).toMatchObject({ kind: 'WHOLE' });
  });
});

describe('a client that wants no more parts', () => {
  it('is not asked for any further', async () => {
    const slow = gate();
    live.answering = answering({ stock: slow.opened });
    const { rest } = partsOf(await live.ask('{ best { name ... @defer { shelf { row } ... @defer { stock maker { title } } } } }'));
    const iterator = rest[Symbol.asyncIterator]();
    const waiting = iterator.next();
    while (live.texts('stock').length === 0) await new Promise(setImmediate);
    const asked = live.calls.length;
    await iterator.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
    slow.open();
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    expect(live.calls).toHaveLength(asked);
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  it('is seen to be gone by what has not been sent yet', async () => {
    const questions: Question[] = [];
    const watched = new Live(shop().supergraphSdl, {
      answering: answering({ stock: gate().opened }),
      around: (subgraph) => ({
        ...subgraph,
        ask: (ask, question, answered) => {
          questions.push(question);
          subgraph.ask(ask, question, answered);
        },
      }),
    });
    const { rest } = partsOf(await watched.ask('{ best { name ... @defer { stock } } }'));
    while (watched.texts('stock').length === 0) await new Promise(setImmediate);
    expect(questions.map(({ abandoned }) => abandoned)).toEqual([false, false]);
    await rest[Symbol.asyncIterator]().return?.();
    expect(questions.map(({ abandoned }) => abandoned)).toEqual([true, true]);
    await watched.stop();
  });

  it('is not asked for again part by part when a joined call comes back void', async () => {
    const slow = gate();
    live.answering = async (received) => {
      if (received.subgraph !== 'stock') return answering()(received);
      await slow.opened;
      return { data: null, errors: [{ message: 'void' }] };
    };
    const { rest } = partsOf(await live.ask('{ best { name ... @defer { a: stock } } goods { sku ... @defer { shelf { row } } } }'));
    const iterator = rest[Symbol.asyncIterator]();
    const waiting = iterator.next();
    while (live.texts('stock').length === 0) await new Promise(setImmediate);
    const asked = live.calls.length;
    await iterator.return?.();
    slow.open();
    await waiting;
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    expect(live.calls).toHaveLength(asked);
  });
});

describe('a fault of the hub', () => {
  /** What breaks whoever reads it. */
  const broken = Object.defineProperty({}, 'stock', {
    enumerable: true,
    get: () => {
      throw new Error('a fault of the hub');
    },
  });
  const breaking = new Untouched({
    ok: true,
    data: { _entities: [broken] },
    errors: [],
    provenance: [],
    writing: { ascii: true, escaped: false },
  });

  it('ends the parts with an error, after those that were ready', async () => {
    const last = gate();
    live.answering = async (received) => {
      if (received.subgraph !== 'stock') return answering()(received);
      await last.opened;
      return breaking;
    };
    const { rest } = partsOf(
      await live.ask('{ best { name ... @defer(label: "fine") { price } ... @defer(label: "broken") { stock ... @defer { discount } } } }'),
    );
    const iterator = rest[Symbol.asyncIterator]();
    expect(await iterator.next()).toMatchObject({ value: [{ label: 'fine' }] });
    const next = iterator.next();
    last.open();
    await expect(next).rejects.toThrow('a fault of the hub');
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  it('in the first part is no answer at all', async () => {
    live.answering = (received) => (received.subgraph === 'stock' ? breaking : answering()(received));
    await expect(live.ask('{ best { stock ... @defer { price } } }')).rejects.toThrow('a fault of the hub');
  });
});
