import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { startHub, startPlatform, TODAY, type Hub, type Platform } from './hub.js';
import { accountOf, continuousMonthsOf, enrolmentsOf, paymentsOf } from './oracle.js';
import { medicalManifest } from '../../../sandbox/src/systems/medical.js';

const ENROLMENTS = 'enrolments { scheme poolingArea state personType from to employerName }';
const ACCOUNT = 'account { balance parts { poolingArea scheme balance } }';
const PAYMENT = 'scheme poolingArea month base personal employer paidOn employerName';
const PAYMENTS = `payments(first: 600) { totalCount edges { node { ${PAYMENT} } } }`;
const QUALITY = 'provenance { agency system jurisdiction freshness quality { field rule sourceField } }';

describe('medical-insurance', () => {
  let platform: Platform;
  let hub: Hub;
  const log: string[] = [];
  beforeAll(async () => {
    platform = await startPlatform();
    hub = await startHub(platform.env, log);
  });
  afterAll(async () => {
    await hub.close();
    await platform.close();
  });
  beforeEach(() => {
    platform.standIn.resetCalls();
  });
  const medicalOf = async (number: string, selection: string) => {
    const answer = await hub.ask([number], selection);
    expect(answer.errors).toBeUndefined();
    return answer.data._entities[0]?.medical;
  };

  it('answers about the courier exactly what the platform holds, in one call', async () => {
    const courier = platform.persona('courier-four-provinces');
    const medical = await medicalOf(courier.number, `${ENROLMENTS} ${ACCOUNT} continuousMonths ${PAYMENTS}`);
    expect(medical).toEqual({
      enrolments: enrolmentsOf(courier),
      account: accountOf(courier),
      continuousMonths: continuousMonthsOf(courier, TODAY.slice(0, 7)),
      payments: { totalCount: paymentsOf(courier).length, edges: paymentsOf(courier).map((node) => ({ node })) },
    });
    expect(medical).toMatchObject({
      enrolments: [
        { scheme: 'EMPLOYEE', poolingArea: '440100', state: 'NORMAL', from: '2020-05-01', to: null },
        { scheme: 'RESIDENT' },
        {},
        {},
        {},
      ],
    });
    expect(platform.standIn.calls()).toBe(1);
  });

  it('agrees with an independent reading of every persona', async () => {
    const people = platform.world.personas.map(({ life }) => life);
    for (let start = 0; start < people.length; start += 8) {
      const some = people.slice(start, start + 8);
      const answer = await hub.ask(
        some.map(({ number }) => number),
        `${ENROLMENTS} ${ACCOUNT} continuousMonths ${PAYMENTS}`,
      );
      expect(answer.errors).toBeUndefined();
      expect(answer.data._entities).toEqual(
        some.map((life) => ({
          medical: {
            enrolments: enrolmentsOf(life),
            account: accountOf(life),
            continuousMonths: continuousMonthsOf(life, TODAY.slice(0, 7)),
            payments: {
              totalCount: paymentsOf(life).length,
              edges: paymentsOf(life)
                .slice(0, 600)
                .map((node) => ({ node })),
            },
          },
        })),
      );
    }
  });

  it('says the same whether 1101 or the batch query answers', async () => {
    const fields = `${ENROLMENTS.replace('employerName', `employerName ${QUALITY}`)} ${ACCOUNT}`;
    const dirty = medicalManifest(platform.world).flatMap(({ lifeIndex }) => (lifeIndex === undefined ? [] : [lifeIndex]));
    const indexes = fc.oneof(fc.nat({ max: platform.world.lives.length - 1 }), fc.constantFrom(...dirty));
    const companion = platform.persona('rider-three-provinces').number;
    await fc.assert(
      fc.asyncProperty(indexes, async (index) => {
        const number = platform.world.lives[index]?.number ?? '';
        const [one, many] = [await hub.ask([number], fields), await hub.ask([number, companion], fields)];
        expect(one.errors).toBeUndefined();
        expect(many.data._entities[0]).toEqual(one.data._entities[0]);
      }),
      { numRuns: 25 },
    );
  });

  it('asks for 50 people in one call and for 51 in two', async () => {
    const numbers = platform.world.lives.map(({ number }) => number);
    for (const [people, calls] of [
      [50, 1],
      [51, 2],
    ] as const) {
      platform.standIn.resetCalls();
      const answer = await hub.ask(numbers.slice(60, 60 + people), `${ENROLMENTS} ${ACCOUNT}`);
      expect(answer.errors).toBeUndefined();
      expect(answer.data._entities).toHaveLength(people);
      expect(platform.standIn.calls()).toBe(calls);
    }
  });

  it('asks once for the steps of one question', async () => {
    const number = platform.persona('rider-three-provinces').number;
    const question = { 'yichuang-question': 'one-question' };
    await hub.ask([number], ENROLMENTS, question);
    await hub.ask([number], ACCOUNT, question);
    expect(platform.standIn.calls()).toBe(1);
  });

  it('gives empty lists and no account for a person the platform does not know', async () => {
    const unknown = platform.world.lives.find(({ medical }) => medical.length === 0);
    const medical = await medicalOf(unknown?.number ?? '', `${ENROLMENTS} ${ACCOUNT} continuousMonths ${PAYMENTS}`);
    expect(medical).toEqual({ enrolments: [], account: null, continuousMonths: 0, payments: { totalCount: 0, edges: [] } });
    expect(await medicalOf(unknown?.number ?? '', ENROLMENTS)).toEqual({ enrolments: [] });
  });

  it('pages payments, newest month first, within the months asked for', async () => {
    const { number, ...life } = platform.persona('courier-four-provinces');
    const months = paymentsOf({ number, ...life }).map((payment) => (payment as { month: string }).month);
    const page = 'edges { cursor node { month } } pageInfo { hasNextPage hasPreviousPage endCursor } totalCount';
    type Page = {
      edges: { cursor: string; node: { month: string } }[];
      pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string };
      totalCount: number;
    };
    const first = (await medicalOf(number, `payments(first: 5) { ${page} }`))?.['payments'] as Page;
    const second = (await medicalOf(number, `payments(first: 5, after: "${first.pageInfo.endCursor}") { ${page} }`))?.['payments'] as Page;
    expect([...first.edges, ...second.edges].map(({ node }) => node.month)).toEqual(months.slice(0, 10));
    expect([first.pageInfo.hasPreviousPage, second.pageInfo.hasPreviousPage, second.pageInfo.hasNextPage]).toEqual([false, true, true]);
    const year = (await medicalOf(number, `payments(from: "2021-01", to: "2021-12") { ${page} }`))?.['payments'] as Page;
    expect(year.edges.map(({ node }) => node.month)).toEqual(months.filter((month) => month.startsWith('2021')));
    expect(((await medicalOf(number, `payments { ${page} }`))?.['payments'] as Page).edges).toHaveLength(60);
    for (const wrong of ['first: 601', 'first: -1', 'after: "nothing"']) {
      const answer = await hub.ask([number], `payments(${wrong}) { totalCount }`);
      expect(answer.errors).toMatchObject([{ path: ['_entities', 0, 'medical', 'payments'], extensions: { code: 'PAGE_INVALID' } }]);
    }
  });

  it('names the source of every field', async () => {
    const { number } = platform.persona('courier-four-provinces');
    const answer = await hub.ask(
      [number],
      'enrolments { scheme provenance { agency system jurisdiction asOf freshness quality { rule } } } continuousMonths',
    );
    const source = {
      agency: 'medical-insurance',
      system: 'medical-platform',
      jurisdiction: null,
      freshness: 'LIVE',
      asOf: expect.stringMatching(/^2026-11-0[45]T/),
    };
    expect(answer.extensions?.provenance).toEqual(
      ['enrolments', 'continuousMonths'].map((field) => ({ path: ['_entities', 0, 'medical', field], ...source })),
    );
    expect(answer.data._entities[0]?.medical?.['enrolments']).toContainEqual({
      scheme: 'RESIDENT',
      provenance: { ...source, quality: [] },
    });
  });

  it('shows a planted fault as nothing with a finding, repairs what can be read, and keeps the rest of the record', async () => {
    const manifest = medicalManifest(platform.world);
    expect(new Set(manifest.map(({ kind }) => kind)).size).toBe(8);
    for (const entry of manifest) {
      const life = platform.world.lives[entry.lifeIndex ?? -1];
      if (!life) throw new Error('the manifest names a life that is not there');
      const selection = `enrolments { scheme from ${QUALITY} } ${ACCOUNT} continuousMonths payments(first: 600) { edges { node { month personal ${QUALITY} } } }`;
      const medical = (await medicalOf(life.number, selection)) as {
        enrolments: { scheme: string | null; from: string | null; provenance: { quality: unknown[] } }[];
        account: { balance: string | null } | null;
        continuousMonths: number;
        payments: { edges: { node: { month: string | null; personal: string; provenance: { quality: unknown[] } } }[] };
      };
      const records = [...medical.enrolments, ...medical.payments.edges.map(({ node }) => node)];
      const findings = records.flatMap((record) => record.provenance.quality);
      expect(findings).toEqual(
        entry.expect.outcome === 'NULL_WITH_FINDING'
          ? [{ field: expect.any(String), rule: entry.expect.rule, sourceField: entry.field }]
          : [],
      );
      expect(medical.enrolments).toHaveLength(life.medical.length);
      const extraRow = entry.kind === 'REVERSED_MONTH' ? 1 : 0;
      expect(medical.payments.edges).toHaveLength(paymentsOf(life).length + extraRow);
      if (entry.kind === 'DATE_ZEROS') expect(medical.enrolments.at(-1)?.from).toBeNull();
      if (entry.kind === 'UNKNOWN_CODE') expect(medical.enrolments.filter(({ scheme }) => scheme === null)).toHaveLength(1);
      if (entry.kind === 'MONTH_13') expect(medical.payments.edges.at(-1)?.node.month).toBeNull();
      if (entry.kind === 'BALANCE_TEXT') expect(medical.account).toMatchObject({ balance: null });
      else expect(medical.account).toEqual(accountOf(life));
      if (entry.kind === 'REVERSED_MONTH') expect(medical.continuousMonths).not.toBe(continuousMonthsOf(life, TODAY.slice(0, 7)));
    }
  });

  it('refuses a reference that this hub did not make', async () => {
    const answer = await hub.askReferences(['c1forged', ''], `${ENROLMENTS} continuousMonths`);
    expect(answer.data._entities).toEqual([
      { medical: { enrolments: null, continuousMonths: null } },
      { medical: { enrolments: null, continuousMonths: null } },
    ]);
    expect(answer.errors?.map(({ extensions }) => extensions)).toEqual(
      Array(4).fill({ code: 'PERSON_NOT_FOUND', agency: 'medical-insurance' }),
    );
    expect(platform.standIn.calls()).toBe(0);
  });

  it('lets nobody in but the hub', async () => {
    const answer = await hub.askReferences(['x'], ENROLMENTS, { authorization: 'Bearer guessed', 'yichuang-grant': '' });
    expect(answer.status).toBe(401);
    expect(answer.text).toContain('GRANT_REQUIRED');
    expect(platform.standIn.calls()).toBe(0);
  });

  it('writes no number and no name into its log', () => {
    const secrets = platform.world.lives.flatMap(({ number, name }) => [number, name]);
    const written = log.join('\n');
    expect(secrets.filter((secret) => written.includes(secret))).toEqual([]);
  });

  it('does not start without what the agency file names', async () => {
    for (const name of ['MEDICAL_URL', 'MEDICAL_PRIVATE_KEY', 'MEDICAL_PLATFORM_PUBLIC_KEY', 'MEDICAL_INSTITUTION']) {
      await expect(startHub({ ...platform.env, [name]: undefined })).rejects.toThrow(name);
    }
  });
});
