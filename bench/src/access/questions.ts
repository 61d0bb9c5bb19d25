import type { PreparedRequest } from '../load/wrk.js';
import { CASEWORKER, peopleOfTheCaseworker, PERSON, PURPOSE, type Stage } from '../hub/workloads.js';

/** A workload of the real graph: who asks is in the headers, and an open hub is asked without them. */
export interface AccessWorkload {
  readonly key: string;
  readonly title: string;
  readonly requests: readonly PreparedRequest[];
}

const PEOPLE = 40;
const LISTS = 12;
const MONTHS = [12, 24, 36];

const ONE_WINDOW = `query OneWindow($id: ID!, $months: Int!) { citizen(id: $id) { id ${PERSON} } }`;
const LIST = `query Worklist($ids: [ID!]!, $months: Int!) { citizens(ids: $ids, first: 50) { nodes { id ${PERSON} } } }`;
const TINY = 'query Tiny($id: ID!) { citizen(id: $id) { id identity { name } } }';

/** Questions that can be asked with access rules and without: by reference, of people who ask about themselves, and of a caseworker. */
export async function accessWorkloads(stage: Stage): Promise<readonly AccessWorkload[]> {
  const people = [];
  for (const { key } of stage.world.personas.filter(({ life }) => life.relations.length > 0).slice(0, PEOPLE)) {
    const headers = { authorization: `Bearer ${await stage.token(key)}` };
    people.push({ headers, id: await ownReference(stage, headers) });
  }
  const caseworker = { authorization: `Bearer ${await stage.token(CASEWORKER)}`, ...PURPOSE };
  const ids = await peopleOfTheCaseworker(stage, caseworker, 50 + LISTS - 1);
  return [
    {
      key: 'one-window',
      title: 'one window: a person asks all four agencies about themselves',
      requests: people.flatMap(({ headers, id }) =>
        MONTHS.map((months) => ({ headers, body: JSON.stringify({ query: ONE_WINDOW, variables: { id, months } }) })),
      ),
    },
    {
      key: 'list-of-50',
      title: 'caseworker: a list of 50 people, all four agencies',
      requests: Array.from({ length: Math.min(LISTS, ids.length - 49) }, (_, i) => ({
        headers: caseworker,
        body: JSON.stringify({ query: LIST, variables: { ids: ids.slice(i, i + 50), months: 6 } }),
      })),
    },
    {
      key: 'tiny',
      title: 'tiny: one name',
      requests: people.map(({ headers, id }) => ({ headers, body: JSON.stringify({ query: TINY, variables: { id } }) })),
    },
  ];
}

async function ownReference(stage: Stage, headers: Readonly<Record<string, string>>): Promise<string> {
  const response = await fetch(stage.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query: '{ me { id } }' }),
  });
  const answer = (await response.json()) as { data: { me: { id: string } } };
  return answer.data.me.id;
}
