import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SUPERGRAPH_FILE } from '@yichuang/schema';
import { composeServices as composeAgain } from '@theguild/federation-composition';
import { composeSupergraph, placeholderUrl, subgraphSources } from './compose.js';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** `npm run compose`: writes schema/supergraph.graphql. With --check it writes nothing, fails when the file is stale, and asks a second composer. */
function main(check: boolean): number {
  const composition = composeSupergraph();
  if (!composition.ok) {
    for (const failure of composition.lint) say(`${failure.rule} ${failure.coordinate} (${failure.subgraph}): ${failure.message}`);
    for (const error of composition.errors) say(error);
    say(`The graph cannot be composed: ${composition.lint.length + composition.errors.length} thing(s) to mend in schema/sdl.`);
    return 1;
  }
  const file = fileURLToPath(SUPERGRAPH_FILE);
  if (!check) {
    writeFileSync(file, composition.supergraphSdl);
    say(`wrote ${file}`);
    return 0;
  }
  const second = composeAgain(subgraphSources().map(({ name, sdl }) => ({ name, url: placeholderUrl(name), typeDefs: sdl })));
  for (const error of second.errors ?? []) say(`@theguild/federation-composition: ${error.message}`);
  if (second.errors) return 1;
  if (readFileSync(file, 'utf8') !== composition.supergraphSdl) {
    say('schema/supergraph.graphql is stale: run npm run compose and commit the result');
    return 1;
  }
  say('schema/supergraph.graphql is up to date, and both composers accept it');
  return 0;
}

process.exitCode = main(process.argv.includes('--check'));
