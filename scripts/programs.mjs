// Programs joined from TypeScript sources into .data/programs, made again when a source is newer. See sandbox/src/start/build.ts.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './install.mjs';

const builder = join(root, 'sandbox', 'src', 'start', 'build.ts');

/**
 * The joined program of a module, up to date. The work is done by a process of its own, whose memory goes with it.
 * @param module TypeScript file from the root of the repository
 * @returns its JavaScript file, or undefined when it could not be built; the builder has said why
 */
export function program(module) {
  const file = join(root, '.data', 'programs', module.replace(/\.ts$/, '.mjs'));
  const stamp = `${file}.built`;
  // Packages are named by the files they are, so a moved repository or other packages need another program.
  const wanted = `${root}\n${createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')}\n`;
  const since = existsSync(file) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted ? statSync(stamp).mtimeMs : 0;
  const sources = [
    join(root, 'rules', 'src'),
    join(root, 'schema', 'src'),
    join(root, 'kit', 'src'),
    join(root, 'gateway', 'src'),
    builder,
  ];
  if (since > 0 && sources.every((path) => newest(path) < since)) return file;

  const before = Date.now();
  const build = `
    const { register } = await import('tsx/esm/api');
    register();
    const { buildPrograms } = await import(${JSON.stringify(pathToFileURL(builder).href)});
    await buildPrograms(${JSON.stringify(root)}, [${JSON.stringify(module)}]).catch((error) => {
      console.error(error.message);
      process.exitCode = 1;
    });`;
  const { status } = spawnSync(process.execPath, ['--input-type=module', '--eval', build], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  if (status !== 0) return undefined;
  writeFileSync(stamp, wanted);
  // What changed while it was being built is newer than it.
  utimesSync(stamp, before / 1000, before / 1000);
  return file;
}

function newest(path) {
  const found = statSync(path);
  if (!found.isDirectory()) return found.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}
