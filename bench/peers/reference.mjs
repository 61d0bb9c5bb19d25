// What the right answer is: graphql-js over the merged data, with nothing of federation in between.
import { Supergraph } from '@apollo/federation-internals';
import { graphqlSync } from 'graphql';
import { citizenIds, enterprises, hrss, market, medical, postal } from './subgraphs/people.mjs';

const whole = (list, field) => list.map((item) => ({ ...item, [field]: enterprises.get(item[field].creditCode) }));

function citizen(id) {
  const held = hrss.get(id);
  if (!held) return null;
  return {
    ...held,
    ...medical.get(id),
    employments: whole(held.employments, 'employer'),
    ridehailingJobs: whole(market.get(id).ridehailingJobs, 'platform'),
    courierJobs: whole(postal.get(id).courierJobs, 'enterprise'),
  };
}

const rootValue = {
  citizen: ({ id }) => citizen(id),
  citizens: ({ first, offset }) => citizenIds.slice(offset, offset + first).map(citizen),
};

/** Answers requests of the workloads: takes a body, gives the result. */
export function referenceAnswers(supergraphSdl) {
  const schema = Supergraph.build(supergraphSdl).apiSchema().toGraphQLJSSchema();
  return ({ query, operationName, variables }) =>
    graphqlSync({ schema, source: query, operationName, variableValues: variables, rootValue });
}
