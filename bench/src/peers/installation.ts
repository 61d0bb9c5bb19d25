import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { INSTALLATIONS, PEERS_FOLDER } from './lineup.js';

/** Installs the peers as their lockfiles say, where that has not been done. Their install scripts are not run: none is needed. */
export function ensurePeers(): void {
  for (const folder of INSTALLATIONS) {
    const at = join(PEERS_FOLDER, folder);
    const stamp = join(at, 'node_modules', '.yichuang-lock');
    const wanted = createHash('sha256')
      .update(readFileSync(join(at, 'package-lock.json')))
      .digest('hex');
    if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) continue;
    process.stderr.write(`installing bench/peers/${folder === '.' ? '' : folder} …\n`);
    const { status } = spawnSync('npm', ['ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: at,
      env: ownSettings(),
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    if (status !== 0) throw new Error(`The peers in bench/peers/${folder} could not be installed; run npm ci there to see why.`);
    writeFileSync(stamp, wanted);
  }
}

/** `npm run` hands on the settings of the repository; here those of the folder count. */
function ownSettings(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.toLowerCase().startsWith('npm_')));
}
