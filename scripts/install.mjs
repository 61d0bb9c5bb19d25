// What every command does first: refuse a Node that cannot run this, and install what package-lock.json says when that has not been
// done. Nothing here may need an installed package, and the syntax must be readable by old versions of Node.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

export function ensureNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const fits = (major === 20 && minor >= 19) || (major === 22 && minor >= 13) || major === 24;
  if (fits) return;
  console.error(`Yichuang needs Node.js 20.19 or later of 20, 22.13 or later of 22, or 24. This is ${process.versions.node}.`);
  process.exit(1);
}

export function ensureInstalled() {
  const lockFile = join(root, 'package-lock.json');
  const installed = join(root, 'node_modules', '.package-lock.json');
  const stamp = join(root, 'node_modules', '.yichuang-lock');
  const wanted = createHash('sha256').update(readFileSync(lockFile)).digest('hex');
  if (existsSync(installed)) {
    if (statSync(installed).mtimeMs >= statSync(lockFile).mtimeMs) return;
    // A checkout can make the lockfile newer without changing it.
    if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  }

  console.log('Installing packages (npm ci) …');
  // npm names its own program to the scripts it runs; a plain `node scripts/…` finds npm on the path.
  const npm = process.env.npm_execpath;
  const [command, first] = npm && npm.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  const { status, error } = spawnSync(command, [...first, 'ci', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (error || status !== 0) {
    console.error(`The packages could not be installed${error ? `: ${error.message}` : ''}. Run npm ci to see why.`);
    process.exit(1);
  }
  writeFileSync(stamp, wanted);
}
