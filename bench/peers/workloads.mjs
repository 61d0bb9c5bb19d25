// The three workloads. Variables change with every request, so that neither a cache of answers nor the sharing of calls under way
// can help a gateway.
import { citizenId } from './subgraphs/people.mjs';

const ONE_CITIZEN = `
    id
    name
    contributions { month base amount province }
    pensionAccount { balance }
    employments { id title from to employer { creditCode name status legalRep } }
    ridehailingJobs { id trips income platform { creditCode name status legalRep } }
    courierJobs { id parcels income enterprise { creditCode name status legalRep } }
    medicalAccount { balance status }
    medicalRelations { id province from to }`;
const LISTED_CITIZEN = `
    id
    name
    pensionAccount { balance }
    employments { title employer { creditCode name status } }
    ridehailingJobs { trips income platform { name } }
    courierJobs { parcels income enterprise { name } }
    medicalAccount { balance status }
    medicalRelations { province from to }`;

const anyCitizen = (i) => ({ id: citizenId((i * 7919) % 10_000) });

/** `variables` of request i; `requests` of them differ. */
export const workloads = [
  {
    key: 'W1',
    title: 'one window: one citizen, all four subgraphs',
    operationName: 'OneWindow',
    query: `query OneWindow($id: ID!) {\n  citizen(id: $id) {${ONE_CITIZEN}\n  }\n}`,
    requests: 1000,
    variables: anyCitizen,
  },
  {
    key: 'W2',
    title: 'caseworker: a list of 50 citizens, all four subgraphs',
    operationName: 'Caseworker',
    query: `query Caseworker($offset: Int) {\n  citizens(first: 50, offset: $offset) {${LISTED_CITIZEN}\n  }\n}`,
    requests: 190,
    variables: (i) => ({ offset: (i * 2650) % 9950 }),
  },
  {
    key: 'W3',
    title: 'tiny: id and name of one citizen',
    operationName: 'Tiny',
    query: 'query Tiny($id: ID!) {\n  citizen(id: $id) { id name }\n}',
    requests: 1000,
    variables: anyCitizen,
  },
];
