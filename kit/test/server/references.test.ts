import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { catalogued } from '@yichuang/schema';
import { setImmediate as turn } from 'node:timers/promises';
import { startSubgraph, type RunningSubgraph } from '../../src/server/subgraph.js';
import { grantedAll, hubKey, policyOf } from '../grants/forge.js';

/** What the reference resolver does with an enterprise, by the first letter of what stands for its code. */
async function resolveReference({ creditCode }: { readonly creditCode: string }): Promise<unknown> {
  if (creditCode.startsWith('now')) throw catalogued('ENTERPRISE_NOT_FOUND');
  await turn();
  if (creditCode.startsWith('late')) throw catalogued('AGENCY_TIMEOUT');
  if (creditCode.startsWith('fault')) throw new Error('a fault of our own');
  return { creditCode };
}

const key = hubKey();
let subgraph: RunningSubgraph;
const log: string[] = [];
beforeAll(async () => {
  subgraph = await startSubgraph({
    name: 'postal',
    agency: {
      code: 'postal',
      systems: [],
      systemOf: () => undefined,
      officeEntry: () => undefined,
      open: () => Promise.resolve(),
      close: () => Promise.resolve(),
    },
    resolvers: { Enterprise: { __resolveReference: resolveReference, creditCode: () => turn().then(() => '91110000MA0000013U') } },
    needs: {},
    grants: policyOf(key),
    citizenRefKey: '0'.repeat(64),
    port: 0,
    logTo: { write: (line) => void log.push(line) },
  });
});
afterAll(() => subgraph.close());

async function ask(kinds: readonly string[]): Promise<unknown> {
  const body = JSON.stringify({
    query: 'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Enterprise { creditCode } } }',
    variables: { of: kinds.map((creditCode) => ({ __typename: 'Enterprise', creditCode })) },
  });
  const response = await fetch(subgraph.url, { method: 'POST', headers: await grantedAll(key, 'postal', body), body });
  const { data, errors = [] } = (await response.json()) as {
    data: { _entities: unknown[] };
    errors?: { path: unknown[]; extensions: { code: string } }[];
  };
  return {
    entities: data._entities.map((entity) => entity !== null),
    errors: errors.map(({ path, extensions: { code } }) => `${path.join('.')} ${code}`).sort(),
  };
}

describe('a reference that fails', () => {
  it.each([
    [['now'], ['_entities.0 ENTERPRISE_NOT_FOUND']],
    [['there', 'now'], ['_entities.1 ENTERPRISE_NOT_FOUND']],
    [
      ['late', 'there', 'now', 'there'],
      ['_entities.0 AGENCY_TIMEOUT', '_entities.2 ENTERPRISE_NOT_FOUND'],
    ],
    [
      ['there', 'fault', 'there', 'late', 'now'],
      ['_entities.1 INTERNAL', '_entities.3 AGENCY_TIMEOUT', '_entities.4 ENTERPRISE_NOT_FOUND'],
    ],
  ])('keeps its own place in %j, compiled or not', async (kinds, errors) => {
    for (let time = 0; time < 3; time++) expect(await ask(kinds)).toEqual({ entities: kinds.map((kind) => kind === 'there'), errors });
  });

  it('by a fault of our own is in the log, and not in the answer', () => {
    expect(log.join('')).toContain('a fault of our own');
  });
});
