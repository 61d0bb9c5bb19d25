import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const repository = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** A hook of Node for which nothing of the workspace has been built. */
const NOTHING_BUILT = `export const resolve = async (specifier, context, next) => {
  const found = await next(specifier, context);
  const own = found.url.startsWith(${JSON.stringify(pathToFileURL(`${repository}/`).href)}) && !found.url.includes('/node_modules/');
  if (own && found.url.includes('/dist/')) throw new Error('nothing is built in a fresh clone: ' + specifier + ' of ' + context.parentURL);
  return found;
};`;
const dataUrl = (code: string): string => `data:text/javascript,${encodeURIComponent(code)}`;
const BEFORE = dataUrl(`import { register } from 'node:module'; register(${JSON.stringify(dataUrl(NOTHING_BUILT))});`);

/** Runs `npm start -- --help` so: all that the command is made of is loaded, and nothing is started. */
function help(): { readonly status: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', BEFORE, join(repository, 'scripts', 'start.mjs'), '--help'], {
    cwd: repository,
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  return { status, output: stdout + stderr };
}

describe('npm start on a fresh clone', () => {
  it('takes the packages of the workspace from their sources, as nothing has been built', () => {
    const { status, output } = help();
    expect(output).toMatch(/--people/);
    expect(status).toBe(0);
  });
});
