import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { generateWorld } from '../../../sandbox/src/people/generate.js';
import type { CourierEngagement, ExpressLicence, Life, Outlet } from '../../../sandbox/src/people/model.js';
import { postalManifest } from '../../../sandbox/src/systems/postal.js';
import { startAll, TODAY, type Running } from './running.js';

const world = generateWorld({ people: 600 });
const manifest = postalManifest(world);
const nullFields = new Map(
  manifest.filter(({ expect: { outcome } }) => outcome === 'NULL_WITH_FINDING').map(({ rowKey, field }) => [rowKey, field]),
);
const plain = (text: string): string => text;
const OUTLET = 'filingNumber name division address openedOn closedOn couriers enterprise { creditCode }';

let running: Running;
beforeAll(async () => {
  running = await startAll(world);
  // On a busy machine the first look at the files may take longer than a question.
  for (let tries = 0; tries < 5; tries++)
    if (!(await running.citizens([persona('elder').number], 'courierWork { filingNumber }')).errors) break;
});
afterAll(() => running.close());
beforeEach(() => {
  running.system('postal-licences').resetCalls();
});

function persona(key: string): Life {
  const found = world.personas.find((candidate) => candidate.key === key);
  if (!found) throw new Error(`no persona ${key}`);
  return found.life;
}

/** What the graph must say of a filed outlet; fields that are dirty at the source are null. */
function shownOutlet({ filingNumber, name, division, address, openedOn, closedOn, unit }: Outlet): Record<string, unknown> {
  const couriers = world.lives
    .flatMap(({ courierWork }) => courierWork)
    .filter((filing) => filing.outlet === filingNumber && filing.to === undefined).length;
  const shown: Record<string, unknown> = {
    filingNumber,
    name: plain(name),
    division,
    address: plain(address),
    openedOn,
    closedOn: closedOn ?? null,
    couriers,
    enterprise: { creditCode: unit },
  };
  const dirty = nullFields.get(filingNumber);
  return dirty === undefined ? shown : { ...shown, [dirty]: null };
}

function outletOf(filingNumber: string): Outlet {
  const found = world.outlets.find((outlet) => outlet.filingNumber === filingNumber);
  if (!found) throw new Error('no such outlet');
  return found;
}

function shownFiling({ filingNumber, outlet, unit, from, to }: CourierEngagement): Record<string, unknown> {
  return {
    filingNumber,
    from: nullFields.get(filingNumber) === 'from' ? null : from,
    to: to ?? null,
    enterprise: { creditCode: unit },
    outlet: shownOutlet(outletOf(outlet)),
  };
}

describe('work as a courier', () => {
  const FIELDS = `courierWork { filingNumber from to enterprise { creditCode } outlet { ${OUTLET} } }`;

  it('of the courier of four provinces is shown exactly, with the outlet and as of the day of the file', async () => {
    const courier = persona('courier-four-provinces');
    expect(courier.courierWork).toHaveLength(1);
    const { data, errors, extensions } = await running.citizens(
      [courier.number],
      `courierWork { filingNumber from to enterprise { creditCode } outlet { ${OUTLET} } provenance { system asOf freshness } }`,
    );
    expect(errors).toBeUndefined();
    const asOf = new Date(`${TODAY}T00:00:00+08:00`).toISOString();
    expect(data?._entities).toEqual([
      {
        courierWork: courier.courierWork.map((filing) => ({
          ...shownFiling(filing),
          provenance: { system: 'postal-couriers', asOf, freshness: 'LIVE' },
        })),
      },
    ]);
    expect(extensions?.provenance).toEqual(
      [
        ['_entities', 0, 'courierWork'],
        ['_entities', 0, 'courierWork', 0, 'outlet'],
      ].map((path) => ({
        path,
        agency: 'postal',
        system: 'postal-couriers',
        jurisdiction: null,
        asOf,
        freshness: 'LIVE',
      })),
    );
  });

  it('of everybody is what the world says', async () => {
    const couriers = world.lives.filter(({ courierWork }) => courierWork.length > 0);
    expect(couriers.length).toBeGreaterThan(10);
    const { data, errors } = await running.citizens(
      couriers.map(({ number }) => number),
      FIELDS,
    );
    expect(errors).toBeUndefined();
    const byNumber = (filings: readonly Record<string, unknown>[]): unknown[] =>
      [...filings].sort((a, b) => (String(a['filingNumber']) < String(b['filingNumber']) ? -1 : 1));
    expect(data?._entities.map((entity) => byNumber(entity?.['courierWork'] as Record<string, unknown>[]))).toEqual(
      couriers.map(({ courierWork }) => byNumber(courierWork.map(shownFiling))),
    );
  });

  it('shows dirty filings as null with the finding, or put right', async () => {
    const entries = manifest.filter(({ table }) => table === 'couriers');
    for (const kind of ['FROM_ZEROS', 'FIFTEEN_DIGITS', 'LOWER_CASE_CREDIT_CODE'])
      expect(entries.map((entry) => entry.kind)).toContain(kind);
    for (const { persona: key, lifeIndex, rowKey, field, expect: outcome } of entries) {
      const life = key === undefined ? world.lives[lifeIndex ?? -1] : persona(key);
      const { data } = await running.citizens([life?.number ?? ''], 'courierWork { filingNumber provenance { quality { field rule } } }');
      const filings = data?._entities[0]?.['courierWork'] as { filingNumber: string; provenance: { quality: unknown[] } }[];
      const quality = filings.find(({ filingNumber }) => filingNumber === rowKey)?.provenance.quality;
      if (outcome.outcome === 'NULL_WITH_FINDING') expect(quality).toContainEqual({ field, rule: outcome.rule });
      else expect(quality).toEqual([]);
    }
  });

  it('is an empty list for somebody who never was one', async () => {
    const { data, errors } = await running.citizens([persona('elder').number], 'courierWork { filingNumber }');
    expect([data, errors]).toEqual([{ _entities: [{ courierWork: [] }] }, undefined]);
  });
});

describe('an express licence', () => {
  const FIELDS =
    'creditCode expressLicence { number holder businessScope areas validFrom validTo state provenance { system quality { field rule } } }';
  const shownLicence = ({ number, holder, scope, areas, validFrom, validTo, state }: ExpressLicence): Record<string, unknown> => {
    const dirty = nullFields.get(number) === 'validFrom';
    return {
      number,
      holder: plain(holder),
      businessScope: plain(scope),
      areas,
      validFrom: dirty ? null : validFrom,
      validTo,
      state,
      provenance: { system: 'postal-licences', quality: dirty ? [{ field: 'validFrom', rule: 'DATE_SENTINEL' }] : [] },
    };
  };

  it('is shown with its areas, in one call for all enterprises', async () => {
    expect(manifest.some(({ kind }) => kind === 'VALID_FROM_ZEROS')).toBe(true);
    const { data, errors } = await running.enterprises(
      world.licences.map(({ unit }) => unit),
      FIELDS,
    );
    expect(errors).toBeUndefined();
    expect(data?._entities).toEqual(world.licences.map((licence) => ({ creditCode: licence.unit, expressLicence: shownLicence(licence) })));
    expect(running.system('postal-licences').calls()).toBe(1);
  });

  it('is null for a unit that has none, which has no outlets either', async () => {
    const [platform] = world.units;
    const { data, errors } = await running.enterprises(
      [platform?.creditCode ?? ''],
      'expressLicence { number } outlets { totalCount edges { cursor } pageInfo { hasNextPage } }',
    );
    expect([data, errors]).toEqual([
      { _entities: [{ expressLicence: null, outlets: { totalCount: 0, edges: [], pageInfo: { hasNextPage: false } } }] },
      undefined,
    ]);
    expect(running.system('postal-licences').calls()).toBe(1);
  });
});

describe('the outlets of an enterprise', () => {
  const [licence] = world.licences;
  const company = licence?.unit ?? '';
  const filed = world.outlets.filter(({ unit }) => unit === company);

  it('are paged through once each, dirty rows as null with the finding or put right', async () => {
    expect(filed.length).toBeGreaterThan(60);
    const seen: unknown[] = [];
    let after = 'null';
    for (let page = 0; page < 10 && after !== 'end'; page++) {
      const { data } = await running.enterprises(
        [company],
        `outlets(first: 30, after: ${after}) { totalCount edges { node { ${OUTLET} } } pageInfo { hasNextPage endCursor } }`,
      );
      const outlets = data?._entities[0]?.['outlets'] as {
        totalCount: number;
        edges: { node: unknown }[];
        pageInfo: { hasNextPage: boolean; endCursor: string };
      };
      expect(outlets.totalCount).toBe(filed.length);
      seen.push(...outlets.edges.map(({ node }) => node));
      after = outlets.pageInfo.hasNextPage ? `"${outlets.pageInfo.endCursor}"` : 'end';
    }
    expect(seen).toEqual(filed.map(shownOutlet));
  });

  it('come twenty at a time when nobody says how many', async () => {
    const { data } = await running.enterprises([company], 'outlets { edges { cursor } }');
    expect((data?._entities[0]?.['outlets'] as { edges: unknown[] }).edges).toHaveLength(20);
  });

  it.each(['first: 101', 'first: -1', 'after: "no cursor"'])('are not given for %s', async (argument) => {
    const { data, errors } = await running.enterprises([company], `creditCode outlets(${argument}) { totalCount }`);
    expect(data?._entities).toEqual([{ creditCode: company, outlets: null }]);
    expect(errors?.map(({ path, extensions }) => [path, extensions['code']])).toEqual([[['_entities', 0, 'outlets'], 'PAGE_INVALID']]);
  });
});

describe('an outlet', () => {
  it('is found by its filing number, with what is dirty named', async () => {
    const entries = manifest.filter(({ table }) => table === 'outlets');
    for (const kind of ['OPENED_29_FEBRUARY', 'TWELVE_DIGIT_DIVISION', 'NEGATIVE_COUNT', 'PADDED_NAME'])
      expect(entries.map((entry) => entry.kind)).toContain(kind);
    const { data, errors } = await running.entities(
      entries.map(({ rowKey }) => ({ __typename: 'Outlet', filingNumber: rowKey })),
      `... on Outlet { ${OUTLET} provenance { quality { field rule } } }`,
    );
    expect(errors).toBeUndefined();
    expect(data?._entities).toEqual(
      entries.map(({ rowKey, field, expect: outcome }) => ({
        ...shownOutlet(outletOf(rowKey ?? '')),
        provenance: { quality: outcome.outcome === 'NULL_WITH_FINDING' ? [{ field, rule: outcome.rule }] : [] },
      })),
    );
  });

  it('that no file has is null', async () => {
    const [outlet] = world.outlets;
    const { data, errors } = await running.entities(
      [
        { __typename: 'Outlet', filingNumber: 'MD00000000000000' },
        { __typename: 'Outlet', filingNumber: outlet?.filingNumber },
      ],
      '... on Outlet { name }',
    );
    expect([data, errors]).toEqual([{ _entities: [null, { name: plain(outlet?.name ?? '') }] }, undefined]);
  });
});

describe('the files', () => {
  it('are not fetched again for a question', async () => {
    const before = running.system('postal-couriers').calls();
    await running.citizens(
      world.lives.slice(0, 50).map(({ number }) => number),
      'courierWork { filingNumber outlet { name } }',
    );
    expect(before).toBeGreaterThan(0);
    expect(running.system('postal-couriers').calls()).toBe(before);
  });
});
