// node prepare.mjs FOLDER: writes what a run needs and nobody edits: the SDL of each subgraph, the supergraph, Grafbase's configuration,
// and each workload with its requests and some right answers.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { referenceAnswers } from './reference.mjs';
import { subgraphs } from './subgraphs/schemas.mjs';
import { workloads } from './workloads.mjs';

const folder = process.argv[2];
const firstPort = Number(process.env.FIRST_PORT);
const CHECKED = [0, 3, 11, 42, 137];

mkdirSync(folder, { recursive: true });
const write = (name, text) => writeFileSync(join(folder, name), text);

const services = subgraphs.map(({ name, sdl }, index) => ({ name, text: sdl(2), url: `http://127.0.0.1:${firstPort + index}/graphql` }));
const { supergraphSdl, errors } = composeServices(services.map(({ name, text, url }) => ({ name, url, typeDefs: parse(text) })));
if (errors) throw new Error(`the subgraphs do not compose: ${errors.map(String).join('; ')}`);
write('supergraph.graphql', supergraphSdl);
for (const { name, text } of services) write(`${name}.graphql`, text);
write(
  'grafbase.toml',
  [
    '[graph]\nintrospection = false\n',
    ...services.map(({ name, url }) => `[subgraphs.${name}]\nurl = "${url}"\nschema_path = "${name}.graphql"\n`),
  ].join('\n'),
);

const answerTo = referenceAnswers(supergraphSdl);
for (const { key, title, query, operationName, requests, variables } of workloads) {
  const bodies = Array.from({ length: requests }, (_, i) => ({ operationName, query, variables: variables(i) }));
  const checks = CHECKED.map((i) => ({ request: i, answer: answerTo(bodies[i]) }));
  write(`${key}.json`, JSON.stringify({ key, title, bodies: bodies.map((body) => JSON.stringify(body)), checks }));
}
