import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { GrantedCall } from '@yichuang/schema';
import { ASSERT, employer, forget, refusals, released, sent } from './attacks/scene.js';
import { entities } from './setup/fake-agency.js';
import { NUMBERS, OTHER_NUMBER, OWN_NUMBER, ref, startTestHub, type Answered, type TestHub } from './setup/hub.js';

/* An employer and its worker, who has worked for others as well; and an agency that does not keep to its grant. */

const SPELL = 'employment.registered:read';
const UNIT = '91440100MYA000088F';
const OTHERS = ['91350100M000100Y43', '91110105MYA0000E7A'];
const ALARM = 'rows of other units';

/** A row as an agency holds it. */
interface Row {
  readonly unit: string;
  readonly from: string;
  readonly to: string | null;
}
type Source = { readonly at: number | undefined; readonly jurisdiction: string };

/** What the agency says when it is asked for employments: rows, places of registers that did not answer, and sources. */
interface Reply {
  readonly rows: readonly (Row | null)[] | null;
  readonly missing: readonly Source[];
  readonly sources: readonly Source[];
}

const PRESENT: Row = { unit: UNIT, from: '2020-05-01', to: null };
const FORMER: Row = { unit: OTHERS[0] ?? '', from: '2012-08-01', to: '2015-08-31' };
const ELSEWHERE: Row = { unit: OTHERS[1] ?? '', from: '2021-01-01', to: null };

let hub: TestHub;
let clerk: string;
/** Of the employer's workers. */
let reply: Reply;
beforeAll(async () => {
  hub = await startTestHub();
  clerk = await employer(hub, UNIT);
});
afterAll(() => hub.close());
beforeEach(() => {
  reply = { rows: [PRESENT], missing: [], sources: [] };
  forget(hub);
  hub.log.length = 0;
  hub.agencies['market-regulation'].behaviour = entities(({ creditCode }) => ({ name: `名称 ${String(creditCode)}` }));
  hub.agencies.hrss.behaviour = ({ query, headers, representations }) => {
    const isLookUp = grantIn(headers).release.some(({ basis }) => basis === 'DECISION');
    const works = ({ id }: Readonly<Record<string, unknown>>): boolean => id === ref(OWN_NUMBER);
    const { rows, missing, sources } = reply;
    const at = (index: number, step: number | undefined): unknown[] => [
      '_entities',
      index,
      'employments',
      ...(step === undefined ? [] : [step]),
    ];
    return {
      data: {
        _entities: representations.map((one) => ({
          ...one,
          pension: { hasPaidAtLeast: true },
          employments: isLookUp ? [rowOf(works(one) ? PRESENT : FORMER)] : (rows?.map((row) => row && rowOf(row)) ?? null),
        })),
      },
      ...(isLookUp || !query.includes('employments')
        ? {}
        : {
            errors: representations.flatMap((_, i) =>
              missing.map(({ at: step, jurisdiction }) => ({
                message: 'x',
                path: at(i, step),
                extensions: { code: 'AGENCY_UNAVAILABLE', system: `register-${jurisdiction}`, jurisdiction },
              })),
            ),
            extensions: {
              provenance: representations.flatMap((_, i) =>
                sources.map(({ at: step, jurisdiction }) => ({
                  path: at(i, step),
                  agency: 'hrss',
                  system: `register-${jurisdiction}`,
                  jurisdiction,
                  asOf: '2026-11-01T00:00:00+08:00',
                  freshness: 'LIVE',
                })),
              ),
            },
          }),
    };
  };
});

function rowOf({ unit, from, to }: Row): object {
  const enterprise = { __typename: 'Enterprise', creditCode: unit, insuredHeadcount: 7 };
  return { __typename: 'Employment', from, to, jurisdiction: '440000', enterprise, yichuang_unit: enterprise };
}

function grantIn(headers: Readonly<Record<string, unknown>>): GrantedCall {
  const [, disclosure = ''] = String(headers['yichuang-grant']).split('~');
  return (JSON.parse(Buffer.from(disclosure, 'base64url').toString()) as [string, GrantedCall])[1];
}

const ask = (selection: string, numbers: readonly string[] = [OWN_NUMBER], token = clerk): Promise<Answered> =>
  hub.ask(`query ($ids: [ID!]!) { citizens(ids: $ids) { nodes { ${selection} } } }`, {
    token,
    headers: { 'yichuang-purpose': 'EMPLOYER_DUTIES' },
    variables: { ids: numbers.map(ref) },
  });
const nodesOf = ({ body }: Answered): unknown => (body.data?.['citizens'] as { readonly nodes: unknown } | undefined)?.nodes;

describe('the hub, for an employer that looks at its worker', () => {
  it('asks for the rows of its unit, of which every row says its own, and tells the agency the bound', async () => {
    const answered = await ask('employments { from to } pension { hasPaidAtLeast(months: 12) }');
    expect(answered.body.errors).toBeUndefined();
    expect(nodesOf(answered)).toEqual([{ employments: [{ from: '2020-05-01', to: null }], pension: { hasPaidAtLeast: true } }]);
    const [call, ...more] = released(hub);
    expect(more).toEqual([]);
    expect(call?.query).toContain('employments{yichuang_unit:enterprise{__typename creditCode}from to}');
    // The predicate is not about rows: it is a group of its own, without a bound.
    expect(call?.grant.release.filter(({ subjects }) => subjects.includes(ref(OWN_NUMBER)))).toEqual([
      { subjects: [ref(OWN_NUMBER)], scopes: [ASSERT], basis: 'MANDATE', ref: 'employer-duties' },
      { subjects: [ref(OWN_NUMBER)], scopes: [SPELL], basis: 'MANDATE', ref: 'employer-duties', rowsOf: UNIT },
    ]);
  });

  it('reaches the rows by no other name: aliases, fragments and conditions carry the bound as well', async () => {
    reply = { ...reply, rows: [FORMER, PRESENT, ELSEWHERE] };
    const answered = await hub.ask(
      `query ($yes: Boolean = true) { citizen(id: "${ref(OWN_NUMBER)}") {
        one: employments { from } ...F ... on Citizen @include(if: $yes) { three: employments { yichuang_unit: enterprise { creditCode } } }
      } }
      fragment F on Citizen { two: employments @include(if: $yes) { from from2: from enterprise { creditCode name } } }`,
      { token: clerk, headers: { 'yichuang-purpose': 'EMPLOYER_DUTIES' } },
    );
    for (const { query, grant } of released(hub).filter(({ agency }) => agency === 'hrss')) {
      expect(query.match(/employments\b(?!:)(@\w+\([^)]*\))?\{/g)).toEqual(
        query.match(/employments\b(?!:)(@\w+\([^)]*\))?\{(?=yichuang_unit:)/g),
      );
      for (const { scopes, rowsOf } of grant.release) if (scopes.includes(SPELL)) expect([scopes, rowsOf]).toEqual([[SPELL], UNIT]);
    }
    for (const unit of OTHERS) expect(JSON.stringify([answered.body, released(hub)])).not.toContain(unit);
  });

  it('asks nothing about who does not work for it, and says so in the same words whoever they work for', async () => {
    const answered = await ask('employments { from }', [OTHER_NUMBER, NUMBERS[2] ?? '']);
    expect(nodesOf(answered)).toEqual([{ employments: null }, { employments: null }]);
    expect(refusals(answered)).toEqual([
      ['citizens.nodes.0.employments', 'ACCESS_DENIED'],
      ['citizens.nodes.1.employments', 'ACCESS_DENIED'],
    ]);
    expect(released(hub)).toEqual([]);
  });

  it('tells nothing of which register is silent when it cannot say whether somebody works for it', async () => {
    hub.agencies.hrss.behaviour = ({ representations }) => ({
      data: { _entities: representations.map((one) => ({ ...one, employments: [null] })) },
      errors: [
        {
          message: 'x',
          path: ['_entities', 0, 'employments', 0],
          extensions: { code: 'AGENCY_UNAVAILABLE', system: 'r', jurisdiction: '510000' },
        },
      ],
    });
    const answered = await ask('employments { from }', [OTHER_NUMBER]);
    expect(answered.body.errors?.map(({ extensions }) => extensions)).toEqual([{ code: 'AGENCY_UNAVAILABLE', agency: 'hrss' }]);
    expect(sent(hub)).toHaveLength(1);
  });

  it('leaves those who are no employers all rows', async () => {
    reply = { ...reply, rows: [PRESENT, FORMER], sources: [{ at: undefined, jurisdiction: '350000' }] };
    const answered = await hub.ask('{ me { employments { from } } }', { token: await hub.citizen() });
    expect(answered.body.data).toEqual({ me: { employments: [{ from: '2020-05-01' }, { from: '2012-08-01' }] } });
    expect(answered.body.extensions?.provenance).toHaveLength(1);
    expect(released(hub)[0]?.grant.release).toEqual([{ subjects: [ref(OWN_NUMBER)], scopes: [SPELL], basis: 'SELF' }]);
    expect(released(hub)[0]?.query).not.toContain('yichuang_unit');
  });
});

describe('an agency that sends an employer more than its rows', () => {
  const FIELDS = 'employments { from to jurisdiction enterprise { creditCode name insuredHeadcount } }';

  it('is reported, and its rows are dropped before anything is decided, asked or recorded about them', async () => {
    reply = { ...reply, rows: [FORMER, PRESENT, ELSEWHERE] };
    const answered = await ask(FIELDS);
    expect(answered.body.errors).toBeUndefined();
    expect(nodesOf(answered)).toEqual([
      {
        employments: [
          {
            from: '2020-05-01',
            to: null,
            jurisdiction: '440000',
            enterprise: { creditCode: UNIT, name: `名称 ${UNIT}`, insuredHeadcount: 7 },
          },
        ],
      },
    ]);
    expect(hub.log.filter((line) => line.includes(ALARM))).toHaveLength(1);
    const footprint = await hub.ask('{ myFootprint(first: 50) { nodes { enterprise { creditCode } entry { kinds { scope } code } } } }', {
      token: clerk,
    });
    expect(footprint.body.errors).toBeUndefined();
    expect(JSON.stringify(footprint.body.data)).toContain(UNIT);
    for (const unit of OTHERS) expect([JSON.stringify([footprint.body, sent(hub)]), hub.log.join('')].join()).not.toContain(unit);
    expect(hub.log.join('')).not.toContain(ref(OWN_NUMBER));
    const metrics = await (await fetch(new URL('/metrics', hub.gateway.url))).text();
    expect(metrics).toMatch(/^yichuang_rows_exceeded_total\{agency="hrss"\} [1-9]/m);
  });

  it('is not believed of a row that does not name its unit', async () => {
    reply = { ...reply, rows: [{ ...PRESENT, unit: '' }, PRESENT] };
    expect(nodesOf(await ask('employments { from }'))).toEqual([{ employments: [{ from: '2020-05-01' }] }]);
  });

  it('does not tell it where a register is silent, but for that of the place of its own unit', async () => {
    const failed = async (jurisdiction: string): Promise<unknown> => {
      reply = { rows: null, missing: [{ at: undefined, jurisdiction }], sources: [] };
      const { body } = await ask('employments { from }');
      return body.errors?.map(({ path, extensions }) => [path?.join('.'), extensions]);
    };
    expect(await failed('510000')).toEqual([['citizens.nodes.0.employments', { code: 'AGENCY_UNAVAILABLE', agency: 'hrss' }]]);
    expect(await failed('440000')).toEqual([
      ['citizens.nodes.0.employments', { code: 'AGENCY_UNAVAILABLE', agency: 'hrss', system: 'register-440000', jurisdiction: '440000' }],
    ]);
  });

  it('changes nothing of the answer: it is what it would be if there were no others', async () => {
    const place = fc.constantFrom('440000', '510000', '350000');
    const day = fc.constantFrom('2012-08-01', '2016-02-01', '2020-05-01');
    const own = fc.record({ unit: fc.constant(UNIT), from: day, to: fc.option(day) });
    const other = fc.oneof(
      fc.record({ unit: fc.constantFrom(...OTHERS, '', UNIT.toLowerCase()), from: day, to: fc.option(day) }),
      fc.constant(null),
    );
    const source = fc.record({ at: fc.option(fc.nat({ max: 7 }), { nil: undefined }), jurisdiction: place });
    let told = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(own, other), { maxLength: 6 }),
        fc.array(source, { maxLength: 4 }),
        fc.array(source, { maxLength: 4 }),
        async (rows, missing, sources) => {
          // What an honest agency would say: own rows, and of what is said beside them what is about those.
          const kept = rows.flatMap((row, i) => (row?.unit === UNIT ? [i] : []));
          const about = (list: readonly Source[]): Source[] =>
            list.flatMap((one) => (one.at !== undefined && kept.includes(one.at) ? [{ ...one, at: kept.indexOf(one.at) }] : []));
          const home = sources.filter(({ at, jurisdiction }) => at === undefined && jurisdiction === '440000');
          const honest = { rows: kept.map((i) => rows[i] ?? null), missing: about(missing), sources: [...home, ...about(sources)] };
          const said = async (what: Reply): Promise<unknown> => {
            reply = what;
            const { body } = await ask(FIELDS);
            const errors = (body.errors ?? []).map(({ path, extensions }) => JSON.stringify([path, { ...extensions, decisionId: '' }]));
            const provenance = (body.extensions?.provenance ?? []).map((one) => JSON.stringify(one));
            return { data: body.data, errors: errors.sort(), provenance: [...new Set(provenance)].sort() };
          };
          const [lying, plain] = [await said({ rows, missing, sources }), await said(honest)];
          expect(lying).toEqual(plain);
          if (kept.length < rows.length && kept.length > 0) told++;
        },
      ),
      { numRuns: 80, seed: 11 },
    );
    expect(told).toBeGreaterThan(10);
  }, 60_000);
});
