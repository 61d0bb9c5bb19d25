// SDL and resolvers of the four subgraphs. Federation 2, and the same in Federation 1 for a gateway that knows no other.
import { citizenIds, enterprises, hrss, market, medical, postal } from './people.mjs';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])';
const head = (version) => (version === 2 ? LINK : '');
const query = (version) => (version === 2 ? 'type Query' : 'extend type Query');

/** A type that another subgraph owns. */
function foreign(version, name, key, fields, resolvable = true) {
  return version === 2
    ? `type ${name} @key(fields: "${key}"${resolvable ? '' : ', resolvable: false'}) { ${key}: ID! ${fields} }`
    : `extend type ${name} @key(fields: "${key}") { ${key}: ID! @external ${fields} }`;
}
const enterpriseReference = (version) => foreign(version, 'Enterprise', 'creditCode', '', false);

/** The subgraphs in the order of their ports; `sdl` takes the version of Federation. */
export const subgraphs = [
  {
    name: 'hrss',
    sdl: (version) => `${head(version)}
${query(version)} {
  citizen(id: ID!): Citizen
  citizens(first: Int!, offset: Int = 0): [Citizen!]!
}
type Citizen @key(fields: "id") {
  id: ID!
  name: String!
  contributions: [Contribution!]!
  pensionAccount: PensionAccount!
  employments: [Employment!]!
}
type Contribution { month: String! base: Float! amount: Float! province: String! }
type PensionAccount { balance: Float! }
type Employment { id: ID! title: String! from: String! to: String employer: Enterprise! }
${enterpriseReference(version)}
`,
    resolvers: {
      Query: {
        citizen: (_, { id }) => hrss.get(id) ?? null,
        citizens: (_, { first, offset }) => citizenIds.slice(offset, offset + first).map((id) => hrss.get(id)),
      },
      Citizen: { __resolveReference: ({ id }) => hrss.get(id) ?? null },
    },
  },
  {
    name: 'market-regulation',
    sdl: (version) => `${head(version)}
${query(version)} { enterprise(creditCode: ID!): Enterprise }
enum EnterpriseStatus { ACTIVE REVOKED SUSPENDED }
type Enterprise @key(fields: "creditCode") { creditCode: ID! name: String! status: EnterpriseStatus! legalRep: String! }
type RidehailingJob { id: ID! trips: Int! income: Float! platform: Enterprise! }
${foreign(version, 'Citizen', 'id', 'ridehailingJobs: [RidehailingJob!]!')}
`,
    resolvers: {
      Query: { enterprise: (_, { creditCode }) => enterprises.get(creditCode) ?? null },
      Enterprise: { __resolveReference: ({ creditCode }) => enterprises.get(creditCode) ?? null },
      RidehailingJob: { platform: (job) => enterprises.get(job.platform.creditCode) },
      Citizen: { __resolveReference: ({ id }) => market.get(id) ?? null },
    },
  },
  {
    name: 'postal',
    sdl: (version) => `${head(version)}
${query(version)} { postalVersion: String! }
type CourierJob { id: ID! parcels: Int! income: Float! enterprise: Enterprise! }
${foreign(version, 'Citizen', 'id', 'courierJobs: [CourierJob!]!')}
${enterpriseReference(version)}
`,
    resolvers: { Query: { postalVersion: () => '1' }, Citizen: { __resolveReference: ({ id }) => postal.get(id) ?? null } },
  },
  {
    name: 'medical-insurance',
    sdl: (version) => `${head(version)}
${query(version)} { medicalVersion: String! }
type MedicalAccount { balance: Float! status: String! }
type MedicalRelation { id: ID! province: String! from: String! to: String }
${foreign(version, 'Citizen', 'id', 'medicalAccount: MedicalAccount! medicalRelations: [MedicalRelation!]!')}
`,
    resolvers: { Query: { medicalVersion: () => '1' }, Citizen: { __resolveReference: ({ id }) => medical.get(id) ?? null } },
  },
];
