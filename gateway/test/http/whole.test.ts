import { EventEmitter } from 'node:events';
import { ServerResponse, IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DeferredPart, Outcome } from '../../src/execution/executor.js';
import { wholeOf } from '../../src/http/whole.js';
import { failure, outcome, part } from './setup/front.js';
import { Source } from './setup/source.js';

const response = (): ServerResponse => new ServerResponse(new IncomingMessage(new Socket()));
const merge = (first: Outcome, ...batches: DeferredPart[][]): Promise<Outcome> =>
  wholeOf({ ok: true, kind: 'PARTS', first, rest: new Source(...batches).end() }, response());

describe('parts made one answer', () => {
  it('stand at their paths, with errors and sources in the order they came', async () => {
    const source = { agency: 'hrss', system: 's', asOf: '2026-01-01T00:00:00Z', live: true } as never;
    const merged = await merge(
      outcome({ me: { id: '1' }, list: [{ a: 1 }, null] }, { errors: [failure('AGENCY_TIMEOUT', ['list', 1])] }),
      [part(['me'], { name: 'x' }, { provenance: [source] }), part(['list', 0], { b: 2 })],
      [part([], { viewer: null }, { errors: [failure('AGENCY_UNAVAILABLE', ['viewer'])] })],
    );
    expect(merged).toEqual({
      data: { me: { id: '1', name: 'x' }, list: [{ a: 1, b: 2 }, null], viewer: null },
      errors: [failure('AGENCY_TIMEOUT', ['list', 1]), failure('AGENCY_UNAVAILABLE', ['viewer'])],
      provenance: [source],
    });
  });

  it('complete objects and lists that the first has too', async () => {
    const merged = await merge(outcome({ me: { a: { x: 1 }, list: [{ x: 1 }, { x: 2 }] } }), [
      part(['me'], { a: { y: 2 }, list: [{ y: 1 }, { y: 2 }] }),
    ]);
    expect(merged.data).toEqual({
      me: {
        a: { x: 1, y: 2 },
        list: [
          { x: 1, y: 1 },
          { x: 2, y: 2 },
        ],
      },
    });
  });

  it('leave null where a part could not be had as a whole, and nothing under it', async () => {
    const merged = await merge(outcome({ me: { id: '1' }, you: { id: '2' } }), [part(['me'], null), part(['me'], { name: 'x' })]);
    expect(merged.data).toEqual({ me: null, you: { id: '2' } });
    expect((await merge(outcome({ me: {} }), [part([], null)])).data).toBeNull();
    expect((await merge(outcome(null), [part(['me'], { name: 'x' })])).data).toBeNull();
  });

  it('change no object that stands in two places', async () => {
    const shared = { id: '1' };
    const first = outcome({ a: shared, b: shared });
    expect((await merge(first, [part(['a'], { name: 'x' })])).data).toEqual({ a: { id: '1', name: 'x' }, b: { id: '1' } });
    expect(first.data).toEqual({ a: { id: '1' }, b: { id: '1' } });
  });

  it('take __proto__ for a name like any other', async () => {
    const added = JSON.parse('{"__proto__": {"polluted": true}}') as Record<string, unknown>;
    const { data } = await merge(outcome({ me: { id: '1' } }), [part(['me'], added)]);
    expect(JSON.stringify(data)).toBe('{"me":{"id":"1","__proto__":{"polluted":true}}}');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('make the same answer however it was cut', async () => {
    const leaf = fc.oneof(fc.integer(), fc.string(), fc.constant(null));
    const { tree } = fc.letrec<{ tree: Record<string, unknown> }>((tie) => ({
      tree: fc.dictionary(
        fc.stringMatching(/^[a-d]$/),
        fc.oneof({ maxDepth: 3 }, leaf, tie('tree'), fc.array(tie('tree'), { maxLength: 3 })),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(tree, fc.infiniteStream(fc.boolean()), async (answer, coins) => {
        const parts: DeferredPart[] = [];
        const first = cut(answer, [], () => Boolean(coins.next().value), parts);
        expect((await merge(outcome(first), parts)).data).toEqual(answer);
      }),
      { numRuns: 200 },
    );
  });

  it('are let go of at once when their client goes away', async () => {
    const rest = new Source<DeferredPart[]>();
    const gone = new EventEmitter() as unknown as ServerResponse;
    void wholeOf({ ok: true, kind: 'PARTS', first: outcome({}), rest }, gone);
    gone.emit('close');
    await rest.returned;
  });
});

/** Takes fields out of an answer, as @defer would: outer parts come before inner ones. */
function cut(
  object: Record<string, unknown>,
  path: (string | number)[],
  coin: () => boolean,
  parts: DeferredPart[],
): Record<string, unknown> {
  const kept: [string, unknown][] = [];
  const later: [string, unknown][] = [];
  const inner: DeferredPart[] = [];
  for (const [key, value] of Object.entries(object)) {
    const shown = Array.isArray(value)
      ? value.map((item: Record<string, unknown>, index) => cut(item, [...path, key, index], coin, inner))
      : typeof value === 'object' && value !== null
        ? cut(value as Record<string, unknown>, [...path, key], coin, inner)
        : value;
    (coin() ? later : kept).push([key, shown]);
  }
  if (later.length > 0) parts.push(part(path, Object.fromEntries(later)));
  parts.push(...inner);
  return Object.fromEntries(kept);
}
