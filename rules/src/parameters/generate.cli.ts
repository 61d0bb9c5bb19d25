import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readParameterFile } from './file.js';
import { parameterModule } from './typescript.js';

/*
 * `npm run generate` makes a TypeScript module of every file in rules/parameters, so that nothing is read at run time.
 * With --check it writes nothing and fails, naming the files, when any is stale or left over.
 */

const parameters = new URL('../../parameters/', import.meta.url);
const generated = new URL('../generated/', import.meta.url);

const wanted = new Map<string, string>();
for (const file of readdirSync(parameters)
  .filter((name) => name.endsWith('.yaml'))
  .sort()) {
  const name = file.replace(/\.yaml$/, '');
  wanted.set(`${name}.ts`, parameterModule(name, readParameterFile(file, readFileSync(new URL(file, parameters), 'utf8'))));
}

mkdirSync(generated, { recursive: true });
const held = new Map(readdirSync(generated).map((file) => [file, readFileSync(new URL(file, generated), 'utf8')]));
const stale = [...wanted].filter(([file, text]) => held.get(file) !== text).map(([file]) => file);
const leftOver = [...held.keys()].filter((file) => !wanted.has(file));

if (!process.argv.includes('--check')) {
  for (const file of stale) writeFileSync(new URL(file, generated), wanted.get(file) ?? '');
  for (const file of leftOver) rmSync(new URL(file, generated));
} else if (stale.length + leftOver.length > 0) {
  process.stderr.write(`stale, run npm run generate:\n${[...stale, ...leftOver].map((file) => `rules/src/generated/${file}\n`).join('')}`);
  process.exitCode = 1;
}
