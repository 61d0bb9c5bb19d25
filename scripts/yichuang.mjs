#!/usr/bin/env -S node --max-semi-space-size=32
// npx yichuang COMMAND …: installs and builds when needed, then runs the command's program in this same process.
import { pathToFileURL } from 'node:url';
import { ensureInstalled, ensureNode } from './install.mjs';
import { program } from './programs.mjs';

const COMMANDS = {
  gateway: { module: 'gateway/src/cli/gateway.ts', what: 'serve any Federation 2 supergraph' },
  rules: { module: 'rules/src/rules.cli.ts', what: 'compute cases of the law: transfers, receiving place, retirement, benefits and more' },
  transfers: { module: 'kit/src/operators/transfers.cli.ts', what: 'inspect, retry, park and resume cases of transfer' },
  documents: { module: 'gateway/src/cli/documents.ts', what: "check a client's GraphQL documents, and write its manifest and types" },
};

const [name, ...args] = process.argv.slice(2);
const command = Object.hasOwn(COMMANDS, name ?? '') ? COMMANDS[name] : undefined;
if (!command) {
  const usage = `yichuang COMMAND [--help]\n\n${Object.entries(COMMANDS)
    .map(([known, { what }]) => `  ${known.padEnd(10)} ${what}\n`)
    .join('')}`;
  if (name === '--help' || name === '-h') process.stdout.write(usage);
  else process.stderr.write(`${name === undefined ? 'Which command?' : `There is no command ${name}.`}\n\n${usage}`);
  process.exit(name === '--help' || name === '-h' ? 0 : 2);
}

ensureNode();
ensureInstalled();
const file = program(command.module);
if (file === undefined) process.exit(1);
// graphql-js checks more, and slower, without it.
process.env.NODE_ENV ??= 'production';
process.argv.splice(1, process.argv.length, file, ...args);
await import(pathToFileURL(file).href);
