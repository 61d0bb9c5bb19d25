import type { World } from '@yichuang/sandbox';
import type { PreparedRequest } from '../load/wrk.js';

/** What a workload needs to know of the running hub. */
export interface Stage {
  readonly url: string;
  readonly world: World;
  /** A token for a persona or an official of the sandbox. */
  token(key: string): Promise<string>;
}

export interface Workload {
  readonly key: string;
  readonly title: string;
  prepare(stage: Stage): Promise<readonly PreparedRequest[]>;
}

/** What is asked about a person, of all four agencies; takes the variable $months. */
export const PERSON = `
  identity { name sex birthDate hukou }
  pension {
    relations { scheme jurisdiction state firstMonth lastMonth monthsActual }
    contributions(first: $months) { totalCount edges { node { month base personal employer credited jurisdiction } } }
    monthsPaid
  }
  employments { employerName from to kind }
  platformWork { platformName trade from to enterprise { name state } }
  courierWork { filingNumber from to enterprise { name } }
  medical { enrolments { scheme poolingArea state from to } continuousMonths }`;

export const CASEWORKER = 'caseworker-440000';
export const PURPOSE = { 'yichuang-purpose': 'COUNTER_SERVICE' };

async function post(stage: Stage, request: PreparedRequest): Promise<unknown> {
  const response = await fetch(stage.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...request.headers },
    body: request.body,
  });
  return response.json();
}

/** References of people of whom the caseworker's jurisdiction holds a relation, asked for by number as a caseworker would. */
export async function peopleOfTheCaseworker(stage: Stage, headers: Readonly<Record<string, string>>, most: number): Promise<string[]> {
  const numbers = stage.world.lives
    .filter((life) => life.relations.some((relation) => relation.jurisdiction === '440000'))
    .map((life) => life.number);
  const query = 'query($number: CitizenNumber!) { citizenByNumber(number: $number) { id } }';
  const ids: string[] = [];
  for (const number of new Set(numbers)) {
    if (ids.length === most) break;
    const answer = (await post(stage, { headers, body: JSON.stringify({ query, variables: { number } }) })) as {
      data: { citizenByNumber: { id: string } };
    };
    ids.push(answer.data.citizenByNumber.id);
  }
  return ids;
}

/** The workloads: who asks, about whom, and how much changes with every request. */
export const WORKLOADS: readonly Workload[] = [
  {
    key: 'one-window',
    title: 'one window: a person asks all four agencies about themselves',
    async prepare(stage) {
      const query = `query OneWindow($months: Int!) { me { id ${PERSON} } }`;
      const tokens = await Promise.all(
        stage.world.personas.filter(({ life }) => life.relations.length > 0).map(({ key }) => stage.token(key)),
      );
      return tokens.flatMap((token, i) =>
        [12, 24, 60].map((months) => ({
          headers: { authorization: `Bearer ${token}` },
          body: JSON.stringify({ query, variables: { months: months + (i % 7) } }),
        })),
      );
    },
  },
  {
    key: 'list-of-50',
    title: 'caseworker: a list of 50 people, all four agencies',
    async prepare(stage) {
      const query = `query Worklist($ids: [ID!]!, $months: Int!) { citizens(ids: $ids, first: 50) { nodes { id ${PERSON} } } }`;
      const headers = { authorization: `Bearer ${await stage.token(CASEWORKER)}`, ...PURPOSE };
      const ids = await peopleOfTheCaseworker(stage, headers, 90);
      return Array.from({ length: ids.length - 49 }, (_, i) => ({
        headers,
        body: JSON.stringify({ query, variables: { ids: ids.slice(i, i + 50), months: 6 } }),
      }));
    },
  },
  {
    key: 'tiny',
    title: 'tiny: one name',
    async prepare(stage) {
      const query = 'query Tiny { me { id identity { name } } }';
      const tokens = await Promise.all(stage.world.personas.map(({ key }) => stage.token(key)));
      return tokens.map((token) => ({ headers: { authorization: `Bearer ${token}` }, body: JSON.stringify({ query }) }));
    },
  },
];
