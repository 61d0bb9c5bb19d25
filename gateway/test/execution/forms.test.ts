import { describe, expect, it } from '@jest/globals';
import { loadAccessCatalogue } from '@yichuang/schema';
import { AccessProfile } from '../../src/access/profile.js';
import { formsOf } from '../../src/execution/forms.js';
import { buildGraph } from '../../src/graph/build-graph.js';
import { Operations, type PreparedOperation } from '../../src/graph/operations.js';
import { NOBODY } from './setup/live.js';
import { shop } from './setup/shop.js';

const graph = buildGraph(shop().supergraphSdl, 'OPEN');
const profile = new AccessProfile(NOBODY, loadAccessCatalogue());
const limits = { maxBytes: 1_000, maxTokens: 1_000, maxDepth: 10, maxAliases: 10 };
const FORMS = 'query ($a: Boolean!, $b: Boolean!) { best { sku stock @include(if: $a) price @include(if: $b) } }';
const PLAIN = '{ best { sku name } }';

function prepared(operations: Operations, text: string): PreparedOperation {
  const preparation = operations.prepare(text, undefined);
  if (!preparation.ok) throw new Error('refused');
  return preparation.prepared;
}

/** Asks it in so many of its forms. */
function askedIn(operations: Operations, forms: number): void {
  for (let form = 0; form < forms; form++)
    formsOf(prepared(operations, FORMS), graph)
      .form({ a: (form & 1) === 1, b: (form & 2) === 2 })
      .cut(profile);
}

describe('questions that are kept', () => {
  it('take the room of all the forms they are asked in, so that memory has a bound whatever the conditions', () => {
    const operations = new Operations(graph, limits, 1_000, PLAIN.length + 5 * FORMS.length - 1);
    const plain = prepared(operations, PLAIN);
    askedIn(operations, 3);
    expect(operations.recent(10)).toHaveLength(2);
    askedIn(operations, 3);
    expect(operations.recent(10)).toHaveLength(2);
    askedIn(operations, 4);
    expect(operations.recent(10).map(({ text }) => text)).toEqual([FORMS]);
    expect(prepared(operations, PLAIN)).not.toBe(plain);
  });
});
