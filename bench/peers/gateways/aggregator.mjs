// The practical floor: what a careful programmer writes for exactly these three questions. The sub-requests of the query plan, asked
// as early as can be, and no parsing, planning or projection of GraphQL.
import Fastify from 'fastify';
import { asker } from './ask.mjs';

const firstPort = Number(process.env.FIRST_PORT);
const [hrss, market, postal, medical] = [0, 1, 2, 3].map((index) => asker(`http://127.0.0.1:${firstPort + index}/graphql`));

const head = (query) => `{"query":${JSON.stringify(query)},"variables":`;
const entities = (selection) =>
  `${head(`query($representations:[_Any!]!){_entities(representations:$representations){${selection}}}`)}{"representations":[`;
const ASK = {
  window: head(
    'query($id:ID!){citizen(id:$id){id name contributions{month base amount province}pensionAccount{balance}employments{id title from to employer{creditCode}}}}',
  ),
  windowMarket: entities('...on Citizen{ridehailingJobs{id trips income platform{creditCode name status legalRep}}}'),
  windowPostal: entities('...on Citizen{courierJobs{id parcels income enterprise{creditCode}}}'),
  windowMedical: entities('...on Citizen{medicalAccount{balance status}medicalRelations{id province from to}}'),
  windowEnterprise: entities('...on Enterprise{name status legalRep}'),
  list: head(
    'query($offset:Int){citizens(first:50,offset:$offset){id name pensionAccount{balance}employments{title employer{creditCode}}}}',
  ),
  listMarket: entities('...on Citizen{ridehailingJobs{trips income platform{name}}}'),
  listPostal: entities('...on Citizen{courierJobs{parcels income enterprise{creditCode}}}'),
  listMedical: entities('...on Citizen{medicalAccount{balance status}medicalRelations{province from to}}'),
  listEmployer: entities('...on Enterprise{name status}'),
  listEnterprise: entities('...on Enterprise{name}'),
  tiny: head('query($id:ID!){citizen(id:$id){id name}}'),
};

const citizenKey = (id) => `{"__typename":"Citizen","id":${JSON.stringify(id)}}`;
const enterpriseKey = (code) => `{"__typename":"Enterprise","creditCode":${JSON.stringify(code)}}`;

function dataOf(answer) {
  if (answer.errors) throw new Error(answer.errors[0].message);
  return answer.data;
}

/** Enterprises by credit code, each asked for once. */
async function enterprises(ask, codes) {
  const found = new Map();
  const wanted = [...new Set(codes)];
  if (wanted.length === 0) return found;
  const list = dataOf(await market(`${ask}${wanted.map(enterpriseKey).join(',')}]}}`))._entities;
  for (let i = 0; i < wanted.length; i++) found.set(wanted[i], list[i]);
  return found;
}

async function oneWindow({ id }) {
  const citizen = dataOf(await hrss(`${ASK.window}${JSON.stringify({ id })}}`)).citizen;
  if (citizen === null) return '{"data":{"citizen":null}}';
  const key = `${citizenKey(citizen.id)}]}}`;
  const [marketAnswer, courier, medicalAnswer, employers] = await Promise.all([
    market(ASK.windowMarket + key),
    postal(ASK.windowPostal + key).then(async (answer) => {
      const jobs = dataOf(answer)._entities[0].courierJobs;
      const codes = jobs.map((job) => job.enterprise.creditCode);
      return { jobs, by: await enterprises(ASK.windowEnterprise, codes) };
    }),
    medical(ASK.windowMedical + key),
    enterprises(
      ASK.windowEnterprise,
      citizen.employments.map(({ employer }) => employer.creditCode),
    ),
  ]);
  const held = dataOf(medicalAnswer)._entities[0];
  const enterprise = (creditCode, { name, status, legalRep }) => ({ creditCode, name, status, legalRep });
  const { contributions, pensionAccount } = citizen;
  const answer = {
    id: citizen.id,
    name: citizen.name,
    contributions,
    pensionAccount,
    employments: citizen.employments.map(({ id: key, title, from, to, employer: { creditCode } }) => ({
      id: key,
      title,
      from,
      to,
      employer: enterprise(creditCode, employers.get(creditCode)),
    })),
    ridehailingJobs: dataOf(marketAnswer)._entities[0].ridehailingJobs,
    courierJobs: courier.jobs.map(({ id: key, parcels, income, enterprise: { creditCode } }) => ({
      id: key,
      parcels,
      income,
      enterprise: enterprise(creditCode, courier.by.get(creditCode)),
    })),
    medicalAccount: held.medicalAccount,
    medicalRelations: held.medicalRelations,
  };
  return JSON.stringify({ data: { citizen: answer } });
}

async function caseworker({ offset }) {
  const list = dataOf(await hrss(`${ASK.list}${JSON.stringify({ offset })}}`)).citizens;
  const keys = `${list.map(({ id }) => citizenKey(id)).join(',')}]}}`;
  const [marketAnswer, courier, medicalAnswer, employers] = await Promise.all([
    market(ASK.listMarket + keys),
    postal(ASK.listPostal + keys).then(async (answer) => {
      const found = dataOf(answer)._entities;
      const codes = [];
      for (const { courierJobs } of found) for (const job of courierJobs) codes.push(job.enterprise.creditCode);
      return { found, by: await enterprises(ASK.listEnterprise, codes) };
    }),
    medical(ASK.listMedical + keys),
    enterprises(
      ASK.listEmployer,
      list.flatMap(({ employments }) => employments.map(({ employer }) => employer.creditCode)),
    ),
  ]);
  const jobs = dataOf(marketAnswer)._entities;
  const held = dataOf(medicalAnswer)._entities;
  const citizens = list.map(({ id, name, pensionAccount, employments }, i) => ({
    id,
    name,
    pensionAccount,
    employments: employments.map(({ title, employer: { creditCode } }) => {
      const employer = employers.get(creditCode);
      return { title, employer: { creditCode, name: employer.name, status: employer.status } };
    }),
    ridehailingJobs: jobs[i].ridehailingJobs,
    courierJobs: courier.found[i].courierJobs.map(({ parcels, income, enterprise: { creditCode } }) => ({
      parcels,
      income,
      enterprise: { name: courier.by.get(creditCode).name },
    })),
    medicalAccount: held[i].medicalAccount,
    medicalRelations: held[i].medicalRelations,
  }));
  return JSON.stringify({ data: { citizens } });
}

async function tiny({ id }) {
  const { citizen } = dataOf(await hrss(`${ASK.tiny}${JSON.stringify({ id })}}`));
  return JSON.stringify({ data: { citizen: citizen && { id: citizen.id, name: citizen.name } } });
}

const questions = { OneWindow: oneWindow, Caseworker: caseworker, Tiny: tiny };
const app = Fastify({ logger: false, keepAliveTimeout: 120_000 });
app.get('/health', async () => 'ok');
app.post('/graphql', async ({ body: { operationName, variables } }, reply) => {
  const answer = await questions[operationName](variables);
  reply.header('content-type', 'application/json; charset=utf-8');
  return answer;
});
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
