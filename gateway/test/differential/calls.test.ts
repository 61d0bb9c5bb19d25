import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'graphql';
import { Comparing } from './comparing.js';
import { composeFixture, type GraphFixture } from './graph-fixture.js';
import { classic } from './graphs/classic.js';
import { hubGraph, LISTED } from './graphs/hub.js';
import { dataText } from './outcome.js';

/** The deep query of the public gateway benchmark. */
const DEEP = `
  {
    users { ...User reviews { ...Review product { ...Product reviews { ...Review author { ...User reviews { ...Review product { ...Product } } } } } } }
    topProducts { ...Product reviews { ...Review author { ...User reviews { ...Review product { ...Product } } } } }
  }
  fragment User on User { id username name }
  fragment Review on Review { id body }
  fragment Product on Product { inStock name price shippingEstimate upc weight }
`;

/** Every subgraph takes as long as every other: what can share a call then does. */
const AT_ONCE = 1;

/** What is asked about a person, of all four agencies. */
const PERSON = `
  id
  identity { name sex birthDate hukou }
  pension {
    relations { scheme jurisdiction state firstMonth lastMonth monthsActual }
    contributions(first: $months) { totalCount edges { node { month base personal employer credited jurisdiction } } }
    monthsPaid
  }
  employments { employerName from to kind enterprise { name } }
  platformWork { platformName trade from to enterprise { name state } }
  courierWork { filingNumber from to enterprise { name } }
  medical { enrolments { scheme poolingArea state from to } continuousMonths }
`;

describe.each<{ graph: string; fixture: () => GraphFixture; workloads: [string, string, Record<string, unknown>, number, number][] }>([
  {
    graph: 'the public benchmark’s',
    fixture: () => composeFixture(classic),
    workloads: [['the deep query', DEEP, {}, 8, 16]],
  },
  {
    graph: 'the hub’s',
    fixture: hubGraph,
    workloads: [
      ['one window', `query ($months: Int!) { me { ${PERSON} } }`, { months: 12 }, 6, 7],
      [
        `a list of ${LISTED}`,
        `query ($ids: [ID!]!, $months: Int!) { citizens(ids: $ids, first: 50) { nodes { ${PERSON} } } }`,
        { ids: ['a'], months: 6 },
        6,
        7,
      ],
      [
        'employers twice',
        '{ me { employments { enterprise { name } } pension { contributions { edges { node { enterprise { state } } } } } } }',
        {},
        3,
        4,
      ],
    ],
  },
])('on $graph graph', ({ fixture, workloads }) => {
  let comparing: Comparing;

  beforeAll(async () => {
    comparing = await Comparing.start(fixture());
  });
  afterAll(() => comparing.stop());

  it.each(workloads)(
    '%s takes fewer calls than by Apollo’s executor, and the right answer comes of it',
    async (_name, text, variables, hubs, apollos) => {
      const operation = { document: parse(text), variables };
      const options = { faults: false, entities: LISTED };
      const truth = await comparing.truth(operation, 1, options);
      const apollo = await comparing.apollo.ask(comparing.served(1, options), operation);
      const hub = await comparing.hub.ask(comparing.served(1, options, AT_ONCE), operation);
      expect(dataText(hub.data)).toBe(dataText(truth.data));
      expect(hub.calls.map(({ subgraph }) => subgraph)).toHaveLength(hubs);
      expect(apollo.calls.map(({ subgraph }) => subgraph)).toHaveLength(apollos);
      expect(hubs).toBeLessThan(apollos);
    },
  );
});
