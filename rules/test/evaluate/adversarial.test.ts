import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { evaluate, evaluateExplained, kinds, REFUSALS } from '../../src/index.js';
import { samples } from './samples.js';

/** What nobody should send: wrong types, empty and endless things, values next to what is allowed. */
const HOSTILE: readonly unknown[] = [
  '',
  ' ',
  '0',
  '-0.00',
  '-1',
  '0.001',
  '1e5',
  '9'.repeat(30),
  '99999999999.99',
  '１２３',
  'x',
  '\u0000',
  '🀄'.repeat(9),
  '__proto__',
  '<script>',
  '202413',
  '202400',
  '999912',
  '000000',
  '190001',
  '219912',
  '200001',
  '2024-02-30',
  '00000000',
  '20241231',
  '990000',
  '810000',
  '110000',
  'ORDINARY',
  'TEMPORARY',
  'DEEMED',
  '170',
  'X-MOBILE',
  null,
  true,
  false,
  0,
  -1,
  1,
  1.5,
  0.1,
  12,
  202413,
  1e21,
  -1e308,
  4e15,
  [],
  {},
  [[]],
  [null],
  { from: '202401' },
  { toString: 'x' },
];

type Path = readonly (string | number)[];

function pathsOf(value: unknown, at: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [at];
  const below = Object.entries(value).flatMap(([name, item]) => pathsOf(item, [...at, Array.isArray(value) ? Number(name) : name]));
  return [at, ...below];
}

function changed(value: unknown, path: Path, make: (old: unknown) => unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return make(value);
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => (index === name ? changed(item, rest, make) : item)).filter((item) => item !== REMOVED);
  }
  const entries = Object.entries(value as object).map(([key, item]) => [key, key === name ? changed(item, rest, make) : (item as unknown)]);
  return Object.fromEntries(entries.filter(([, item]) => item !== REMOVED));
}

const REMOVED = Symbol('removed');

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) for (const item of Object.values(Object.freeze(value))) frozen(item);
  return value;
}

const FIELD = /^([A-Za-z][A-Za-z0-9]*|\*|\d{4}|\[\d+\])?(\.([A-Za-z][A-Za-z0-9]*|\*|\d{4})|\[\d+\])*$/;

/** What is wrong with an answer, if anything: it breaks, holds what JSON cannot hold, or refuses in words that are not the catalogue's. */
function faultOf(kind: string, input: unknown): string | undefined {
  let answer: ReturnType<typeof evaluateExplained>;
  try {
    answer = evaluateExplained(kind, frozen(structuredClone(input)));
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : 'broke';
  }
  const unlike = notJson(answer);
  if (unlike !== undefined) return `${unlike} is no JSON`;
  if (!('refused' in answer)) return undefined;
  const { code, field, message, wayOut } = answer.refused;
  // A path of names and places in lists: no value of the input gets out with it.
  if (!FIELD.test(field)) return `names the field ${field}`;
  return isDeepStrictEqual({ ...message, wayOut }, REFUSALS[code]) ? undefined : `says ${message.en} for ${code}`;
}

function notJson(value: unknown, at = ''): string | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined;
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0) ? undefined : at;
  if (typeof value !== 'object') return `${at} (${typeof value})`;
  for (const [name, item] of Object.entries(value)) {
    if (item === undefined && !Array.isArray(value)) continue;
    const found = notJson(item, `${at}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

describe('every question', () => {
  it('has a sample here', () => {
    expect(Object.keys(samples).sort()).toEqual(
      kinds()
        .map(({ kind }) => kind)
        .sort(),
    );
  });

  it.each(Object.entries(samples))('%s is answered with its article and its steps', (kind, input) => {
    const answer = evaluateExplained(kind, input);
    if ('refused' in answer) throw new Error(JSON.stringify(answer.refused));
    expect(evaluate(kind, input)).toEqual(answer.figures);
    expect(answer.steps).not.toEqual([]);
    for (const { text, article } of answer.steps) expect([text.zh, text.en, article]).not.toContain('');
    expect([answer.rule, answer.article, answer.version]).not.toContain('');
  });

  it.each(Object.entries(samples))('%s answers or refuses whatever stands anywhere in its input, and never breaks', (kind, input) => {
    const tried = pathsOf(input).flatMap((path) => [
      ...(path.length > 0 ? [changed(input, path, () => REMOVED)] : []),
      ...HOSTILE.map((hostile) => changed(input, path, () => hostile)),
    ]);
    // A record has hundreds of places: changes taken at even distances stand for the others.
    const stride = Math.ceil(tried.length / 700);
    const some = tried.filter((_, index) => index % stride === 0);
    expect(some.map((one) => faultOf(kind, one)).filter((fault) => fault !== undefined)).toEqual([]);
  });

  it.each(Object.entries(samples))('%s answers or refuses any two changes at once', (kind, input) => {
    const change = fc.record({
      path: fc.constantFrom(...pathsOf(input)),
      to: fc.oneof(fc.constantFrom(...HOSTILE), fc.jsonValue()),
    });
    fc.assert(
      fc.property(change, change, (first, second) => {
        const once = changed(input, first.path, () => first.to);
        const there = pathsOf(once).some((path) => path.length > 0 && path.join('/') === second.path.join('/'));
        expect(faultOf(kind, there ? changed(once, second.path, () => second.to) : once)).toBeUndefined();
      }),
      { numRuns: 30 },
    );
  });

  it.each(Object.entries(samples))('%s takes nulls for what is absent', (kind, input) => {
    expect(evaluate(kind, { ...(input as object), nothing: null, nested: { nothing: null } })).toEqual(evaluate(kind, input));
  });

  it('refuses a kind that is none, and inputs that are too deep or too long', () => {
    expect(evaluate('toString', {})).toMatchObject({ refused: { code: 'UNKNOWN_KIND', field: 'kind' } });
    const deep: unknown = Array.from({ length: 5000 }).reduce<unknown>((inner) => [inner], []);
    expect(evaluate('receiving_place', { segments: deep })).toMatchObject({ refused: { code: 'INPUT_TOO_LARGE' } });
    const segment = { from: '200801', to: '200801', area: '510100' };
    expect(evaluate('receiving_place', { hukouProvince: '510000', segments: Array.from({ length: 20_001 }, () => segment) })).toMatchObject(
      {
        refused: { code: 'INPUT_TOO_LARGE', field: 'segments' },
      },
    );
  });

  it('does not repeat names of the input that could be anything', () => {
    const input = { ...(samples['pension_transfer_amount'] as object), ratesByYear: { '11010519491231002X': {} } };
    expect(JSON.stringify(evaluate('pension_transfer_amount', input))).not.toContain('1949');
  });
});
