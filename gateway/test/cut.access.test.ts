import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { print, parse, type FieldNode } from 'graphql';
import { loadAccessCatalogue, SUPERGRAPH_FILE, type CitizenRef } from '@yichuang/schema';
import { cutWithheld } from '../src/access/cut.js';
import { ANONYMOUS, type Caller, type Principal } from '../src/access/principal.js';
import { AccessProfile } from '../src/access/profile.js';
import { compileShape } from '../src/execution/answer-shape.js';
import { buildGraph } from '../src/graph/build-graph.js';
import { DEFAULT_LIMITS } from '../src/graph/limits.js';
import { Operations } from '../src/graph/operations.js';
import { BUBBLE, Projecting } from '../src/projection/projecting.js';

const graph = buildGraph(readFileSync(SUPERGRAPH_FILE, 'utf8'));
const operations = new Operations(graph, DEFAULT_LIMITS);
const catalogue = loadAccessCatalogue();
const citizen: Principal = { kind: 'CITIZEN', user: 'u', ref: 'c1' as CitizenRef };
const worker: Principal = {
  kind: 'CASEWORKER',
  user: 'w',
  party: { kind: 'HRSS_OFFICE', code: '440000' },
  jurisdiction: '440000' as never,
};

function cut(query: string, principal: Principal, data: Record<string, unknown>, variables: Record<string, unknown> = {}) {
  const preparation = operations.prepare(query, undefined);
  if (!preparation.ok) throw new Error(JSON.stringify(preparation.errors));
  const { operation } = preparation.prepared;
  const code = principal.kind === 'CITIZEN' ? 'OWN_RECORD' : 'COUNTER_SERVICE';
  const caller: Caller = { principal, purpose: { kind: 'NAMED', code }, caseNumber: undefined };
  const result = cutWithheld(operation, graph, new AccessProfile(caller, catalogue));
  const keys = { of: (field: FieldNode) => field.alias?.value ?? field.name.value };
  const shape = compileShape(graph, operation, result, { deferLabels: new Map(), keys });
  const projecting = new Projecting(variables, true);
  const text = shape.write('', data, projecting);
  return {
    sent: print(result.operation),
    data: text === BUBBLE ? null : (JSON.parse(text) as unknown),
    withheld: projecting.withheld.map(({ path, code: reason }) => `${path.join('.')} ${reason}`),
  };
}
const same = (text: string): string => print(parse(text));

describe('what a caller could never be granted', () => {
  it('is cut through aliases and fragments, and its nulls stand under the caller’s own names and in their order', () => {
    const { sent, data, withheld } = cut(
      'query Q { a: me { ...P z: id } } fragment P on Citizen { money: pension { ...R } ... on Citizen { who: identity { n: name } } } fragment R on Pension { relations { scheme } }',
      ANONYMOUS,
      { a: { z: 'ref' } },
    );
    expect(sent).toBe(same('query Q { a: me { z: id } }'));
    expect(JSON.stringify(data)).toBe('{"a":{"money":null,"who":null,"z":"ref"}}');
    expect(withheld).toEqual(['a.money UNAUTHENTICATED', 'a.who UNAUTHENTICATED']);
  });

  it('gives one error for each element of a list', () => {
    const { sent, data, withheld } = cut('{ citizens(ids: ["x", "y"]) { nodes { identity { name } } } }', ANONYMOUS, {
      citizens: { nodes: [{ __typename: 'Citizen' }, { __typename: 'Citizen' }] },
    });
    expect(sent).toBe(same('{ citizens(ids: ["x", "y"]) { nodes { __typename } } }'));
    expect(data).toEqual({ citizens: { nodes: [{ identity: null }, { identity: null }] } });
    expect(withheld).toEqual(['citizens.nodes.0.identity UNAUTHENTICATED', 'citizens.nodes.1.identity UNAUTHENTICATED']);
  });

  it('is not reported where @skip and @include leave it out, and variables nobody uses any more are dropped', () => {
    const query =
      'query Q($yes: Boolean!, $no: Boolean!, $n: Int) { me { id identity @include(if: $no) { name } socialCard @skip(if: $yes) { number } pension @include(if: $yes) { contributions(first: $n) { totalCount } } } }';
    const { sent, data, withheld } = cut(query, ANONYMOUS, { me: { id: 'ref' } }, { yes: true, no: false, n: 3 });
    expect(sent).toBe(same('query Q { me { id } }'));
    expect(data).toEqual({ me: { id: 'ref', pension: null } });
    expect(withheld).toEqual(['me.pension UNAUTHENTICATED']);
  });

  it('takes along a container with nothing left, and names each field that was in it', () => {
    const { sent, data, withheld } = cut(
      '{ citizen(id: "x") { medical { pay: payments { totalCount } account { balance } __typename } } }',
      worker,
      { citizen: { __typename: 'Citizen' } },
    );
    expect(sent).toBe(same('{ citizen(id: "x") { __typename } }'));
    expect(data).toEqual({ citizen: { medical: null } });
    expect(withheld).toEqual(['citizen.medical.pay ACCESS_DENIED', 'citizen.medical.account ACCESS_DENIED']);
  });

  it('leaves the rest of a container, also when the same key is selected twice', () => {
    const { sent, data, withheld } = cut('{ citizen(id: "x") { identity { name } identity { number } } }', worker, {
      citizen: { identity: { name: '某人' } },
    });
    expect(sent).toBe(same('{ citizen(id: "x") { identity { name } } }'));
    expect(data).toEqual({ citizen: { identity: { name: '某人', number: null } } });
    expect(withheld).toEqual(['citizen.identity.number ACCESS_DENIED']);
  });

  it('is nothing for a citizen on the way to their own record', () => {
    const { sent, withheld } = cut('{ me { identity { number } pension { account { balance } } } }', citizen, { me: null });
    expect(sent).toBe(same('{ me { identity { number } pension { account { balance } } } }'));
    expect(withheld).toEqual([]);
  });

  it('cannot be hidden under a name that the language treats specially', () => {
    const { data } = cut('{ me { __proto__: identity { name } constructor: id } }', ANONYMOUS, { me: { constructor: 'ref' } });
    expect(JSON.stringify(data)).toBe('{"me":{"__proto__":null,"constructor":"ref"}}');
  });
});
