import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { JURISDICTIONS } from '../../src/people/jurisdictions.js';
import type { Life } from '../../src/people/model.js';
import { BY_NUMBER, CITIZEN, ME, ONE_WINDOW } from './questions.js';
import { Window } from './window.js';

/*
 * This suite needs no Debian package: PostgreSQL comes from npm, everything else is in the repository.
 */

let window: Window;

beforeAll(async () => {
  window = await Window.open({ people: 700 });
}, 60_000);
afterAll(() => window.close());
beforeEach(() => {
  window.resetCalls();
});

const places = (life: Life, schemes: readonly string[]): string[] =>
  [...new Set(life.relations.filter((relation) => schemes.includes(relation.scheme)).map((relation) => relation.jurisdiction))].sort();
const yuan = (fen: number): string => (fen / 100).toFixed(2);

/** Two answers about the same facts differ in when they were asked for. */
const withoutTimes = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (key, inner: unknown) => (key === 'asOf' ? undefined : inner)) as unknown;

describe('one question about one person', () => {
  it('is answered from all four agencies, each field from the system that holds it, each with its provenance', async () => {
    const life = window.lifeOf('courier-four-provinces');
    const { status, data, errors, provenance } = await window.ask(ME, { as: 'courier-four-provinces' });
    expect(errors).toEqual([]);
    expect(status).toBe(200);

    expect(data.me.identity).toMatchObject({
      number: life.number,
      name: life.name,
      birthDate: life.birthDate,
      alive: true,
      provenance: { agency: 'hrss', system: 'hrss-ministry' },
    });
    expect(data.me.jurisdictions).toEqual(places(life, ['110', '120', '170', '210', '410']));

    const contributions = life.relations
      .filter((relation) => ['110', '120', '170'].includes(relation.scheme))
      .flatMap((relation) => relation.contributions.map((paid) => ({ ...paid, jurisdiction: relation.jurisdiction })));
    expect(data.me.pension.contributions.totalCount).toBe(contributions.length);
    const shown = data.me.pension.contributions.edges.map(
      ({ node }: { node: Record<string, string> }) =>
        `${String(node.jurisdiction)} ${String(node.month)} ${String(node.base)} ${String(node.personal)} ${String(node.employer)}`,
    );
    expect([...shown].sort()).toEqual(
      contributions
        .map((paid) => `${paid.jurisdiction} ${paid.month} ${yuan(paid.base)} ${yuan(paid.personal)} ${yuan(paid.employer)}`)
        .sort(),
    );
    expect(data.me.pension.monthsPaid).toBe(new Set(contributions.map((paid) => paid.month)).size);

    for (const relation of data.me.pension.relations)
      expect(relation.provenance).toMatchObject({ agency: 'hrss', jurisdiction: relation.jurisdiction, freshness: 'LIVE', quality: [] });
    expect(new Set(data.me.pension.relations.map((relation: { jurisdiction: string }) => relation.jurisdiction))).toEqual(
      new Set(places(life, ['110', '120', '170'])),
    );
    expect(data.me.courierWork.map((work: { filingNumber: string }) => work.filingNumber).sort()).toEqual(
      life.courierWork.map((work) => work.filingNumber).sort(),
    );
    expect(data.me.platformWork).toHaveLength(life.platformWork.length);
    expect(data.me.medical.enrolments.length).toBe(life.medical.length);
    for (const work of data.me.courierWork) {
      expect(work.enterprise.name).toBe(window.sandbox.world.units.find((unit) => unit.creditCode === work.enterprise.creditCode)?.name);
      expect(work.outlet.name).not.toBeNull();
    }

    expect(new Set(provenance.map(({ agency }) => agency))).toEqual(new Set(['hrss', 'market-regulation', 'postal', 'medical-insurance']));
    const relationsFrom = provenance.filter(({ path }) => path.join('.') === 'me.pension.relations').map(({ system }) => system);
    expect(new Set(relationsFrom)).toEqual(
      new Set(data.me.pension.relations.map((relation: { provenance: { system: string } }) => relation.provenance.system)),
    );
  });

  it('asks each legacy system it needs exactly once, and no system it does not need', async () => {
    const life = window.lifeOf('rider-three-provinces');
    expect(places(life, ['110', '120', '170', '210', '410'])).toHaveLength(3);
    await window.ask(ME, { as: 'rider-three-provinces' });
    const { 'market-registry': registry, ...calls } = window.calls();
    const needed = places(life, ['110', '120', '170', '210', '410'])
      .map((code) => JURISDICTIONS.find((one) => one.code === code)?.system)
      .filter((system) => !system?.startsWith('hrss-batch'));
    expect(calls).toEqual(
      Object.fromEntries(['hrss-ministry', ...new Set(needed), 'market-platforms', 'medical-platform'].map((id) => [id, 1])),
    );
    // Three steps of the plan need the registry: the businesses of the person, the names behind the platforms, and the names of the
    // units that the provinces gave, asked by several branches in one call.
    expect(registry).toBe(3);
  });

  it('makes one call per system for fifty people as well', async () => {
    const here = window.sandbox.world.lives
      .filter((life) => life.relations.some((relation) => relation.jurisdiction === '440000'))
      .slice(0, 50);
    expect(here).toHaveLength(50);
    const ids: string[] = [];
    for (const { number } of here)
      ids.push((await window.ask(BY_NUMBER, { as: 'caseworker-440000', variables: { number } })).data.citizenByNumber.id);
    window.resetCalls();
    const { data, errors } = await window.ask(
      `query List($ids: [ID!]!) { citizens(ids: $ids, first: 50) { nodes { id identity { name } pension { relations { jurisdiction } monthsPaid } employments { employerName } medical { enrolments { scheme } } } } }`,
      {
        as: 'caseworker-440000',
        purpose: 'COUNTER_SERVICE',
        variables: { ids },
      },
    );
    expect(errors.filter(({ extensions }) => extensions.code !== 'ACCESS_DENIED')).toEqual([]);
    expect(data.citizens.nodes).toHaveLength(50);
    const { 'hrss-ministry': ministry, ...calls } = window.calls();
    for (const [system, count] of Object.entries(calls)) expect([system, count]).toEqual([system, 1]);
    // Once for the region of the mandate, once for the names: two steps, each one batch.
    expect(ministry).toBe(2);
  });

  it('gives a caseworker of the jurisdiction the same facts as the person, without the number itself', async () => {
    const life = window.lifeOf('courier-four-provinces');
    const [home] = places(life, ['110']);
    const as = `caseworker-${home ?? ''}`;
    const { data: found } = await window.ask(BY_NUMBER, { as, variables: { number: life.number } });
    const own = await window.ask(ME, { as: 'courier-four-provinces' });
    const { data, errors } = await window.ask(CITIZEN, { as, purpose: 'COUNTER_SERVICE', variables: { id: found.citizenByNumber.id } });
    expect(withoutTimes(data.citizen.pension)).toEqual(withoutTimes(own.data.me.pension));
    expect(data.citizen.identity).toMatchObject({ name: life.name, number: null });
    expect(withoutTimes(data.citizen.platformWork)).toEqual(withoutTimes(own.data.me.platformWork));
    expect(errors.map(({ path }) => path?.join('.'))).toContain('citizen.identity.number');
  });

  it('shows dirty data as nothing with a finding, never as a guess', async () => {
    const { manifest, world } = { manifest: window.sandbox.registers.manifest, world: window.sandbox.world };
    const planted = manifest.filter(
      (entry) => entry.persona !== undefined && entry.table === 'AC43' && entry.expect.outcome === 'NULL_WITH_FINDING',
    );
    expect(planted.length).toBeGreaterThan(0);
    for (const entry of planted) {
      const { data } = await window.ask(ME, { as: entry.persona ?? '' });
      const rules = data.me.pension.contributions.edges.flatMap(({ node }: { node: { provenance: unknown } }) => node.provenance);
      expect(rules.length).toBeGreaterThan(0);
      const { data: detail } = await window.ask(
        '{ me { pension { contributions(first: 600) { edges { node { month base provenance { system quality { field rule sourceField } } } } } } } }',
        { as: entry.persona ?? '' },
      );
      const findings = detail.me.pension.contributions.edges.flatMap(
        ({ node }: { node: { provenance: { system: string; quality: { rule: string; sourceField: string }[] } } }) =>
          node.provenance.quality.map((finding) => `${node.provenance.system} ${finding.sourceField} ${finding.rule}`),
      );
      expect(findings).toContain(`${entry.system} ${entry.field} ${entry.expect.outcome === 'NULL_WITH_FINDING' ? entry.expect.rule : ''}`);
    }
    expect(world.personas.length).toBeGreaterThanOrEqual(24);
  });

  it('keeps answering a repeated question the same, with and without names and aliases', async () => {
    const plain = await window.ask(ME, { as: 'rider-three-provinces' });
    const aliased = await window.ask(`query Other { person: me { ${ONE_WINDOW} } }`, { as: 'rider-three-provinces' });
    expect(withoutTimes(aliased.data.person)).toEqual(withoutTimes(plain.data.me));
    expect(aliased.provenance.every(({ path }) => path[0] === 'person')).toBe(true);
  });
});

describe('an enterprise', () => {
  it('is public in its registered items and closed in its insurance standing', async () => {
    const unit = window.sandbox.world.units.find(({ state }) => state === '1');
    if (!unit) throw new Error('the world has no active unit');
    const { data, errors } = await window.ask(
      'query ($code: CreditCode!) { enterprise(creditCode: $code) { name state registeredCapital insuredHeadcount } }',
      { variables: { code: unit.creditCode } },
    );
    expect(data.enterprise).toMatchObject({ name: unit.name, state: 'ACTIVE', insuredHeadcount: null });
    expect(errors.map(({ path, extensions }) => [path?.join('.'), extensions.code])).toEqual([
      ['enterprise.insuredHeadcount', 'UNAUTHENTICATED'],
    ]);
  });
});

describe('the agencies behind the window', () => {
  it('are listed with their systems and how these are doing', async () => {
    await window.ask(ME, { as: 'courier-four-provinces' });
    const { data, errors } = await window.ask('{ agencies { code name state systems { id transport state jurisdictions closed } } }');
    expect(errors).toEqual([]);
    expect(data.agencies.map((agency: { code: string; state: string }) => [agency.code, agency.state])).toEqual([
      ['hrss', 'UP'],
      ['market-regulation', 'UP'],
      ['postal', 'UP'],
      ['medical-insurance', 'UP'],
    ]);
    const hrss = data.agencies[0].systems as { id: string; jurisdictions: string[] }[];
    expect(new Set(hrss.flatMap((system) => system.jurisdictions)).size).toBe(32);
  });
});

describe('the viewer', () => {
  it('is told what they may see and on which law', async () => {
    const { data } = await window.ask('{ viewer { role jurisdiction purpose rights { scope basis law } } }', {
      as: 'caseworker-440000',
      purpose: 'COUNTER_SERVICE',
    });
    expect(data.viewer).toMatchObject({ role: 'CASEWORKER', jurisdiction: '440000', purpose: 'COUNTER_SERVICE' });
    expect(data.viewer.rights).toContainEqual({
      scope: 'pension.relations:read',
      basis: 'MANDATE',
      law: expect.stringContaining('社会保险法'),
    });
  });
});
