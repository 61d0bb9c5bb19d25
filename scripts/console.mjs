// Builds the console into .data/console, from where the gateway serves it; again only when its sources or packages have changed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureInstalled, ensureNode, root } from './install.mjs';

export const folder = join(root, '.data', 'console');

/** @returns true when the console stands in `folder`, as its sources are now */
export function buildConsole() {
  const stamp = join(folder, '.built');
  const wanted = sourcesHash();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return true;
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const args = ['build', join(root, 'console'), '--config', join(root, 'console', 'vite.config.mjs'), '--outDir', folder];
  const { status } = spawnSync(process.execPath, [vite, ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '', NODE_ENV: 'production' },
  });
  if (status !== 0) return false;
  writeFileSync(stamp, wanted);
  return true;
}

function sourcesHash() {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  const own = join(root, 'console');
  for (const file of ['index.html', 'vite.config.mjs', ...filesIn(own, 'src')])
    hash.update(`${file}\n`).update(readFileSync(join(own, file)));
  return hash.digest('hex');
}

function filesIn(base, path) {
  return readdirSync(join(base, path), { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? filesIn(base, join(path, entry.name)) : [join(path, entry.name)]))
    .sort();
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  ensureNode();
  ensureInstalled();
  process.exit(buildConsole() ? 0 : 1);
}
