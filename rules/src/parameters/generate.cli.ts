import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readParameterFile } from './file.js';
import { refusalsPage } from '../refusals-page.js';
import { parameterModule } from './typescript.js';

/*
 * `npm run generate` makes a TypeScript module of every file in rules/parameters, so that nothing is read at run time, and writes
 * docs/rules-refusals.md.
 * With --check it writes nothing and fails, naming the files, when any is stale or left over.
 */

const parameters = new URL('../../parameters/', import.meta.url);
const generated = new URL('../generated/', import.meta.url);
const page = new URL('../../../docs/rules-refusals.md', import.meta.url);

/** Text by the file it belongs to. */
const wanted = new Map([[page.href, refusalsPage()]]);
for (const file of readdirSync(parameters)
  .filter((name) => name.endsWith('.yaml'))
  .sort()) {
  const name = file.replace(/\.yaml$/, '');
  wanted.set(
    new URL(`${name}.ts`, generated).href,
    parameterModule(name, readParameterFile(file, readFileSync(new URL(file, parameters), 'utf8'))),
  );
}

mkdirSync(generated, { recursive: true });
const held = readdirSync(generated).map((file) => new URL(file, generated));
const leftOver = held.filter((file) => !wanted.has(file.href));
const stale = [...wanted].filter(([href, text]) => read(new URL(href)) !== text);

if (!process.argv.includes('--check')) {
  for (const [href, text] of stale) writeFileSync(new URL(href), text);
  for (const file of leftOver) rmSync(file);
} else if (stale.length + leftOver.length > 0) {
  const names = [...stale.map(([href]) => href), ...leftOver.map(({ href }) => href)];
  process.stderr.write(`stale, run npm run generate:\n${names.map((href) => `${new URL(href).pathname}\n`).join('')}`);
  process.exitCode = 1;
}

function read(file: URL): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}
