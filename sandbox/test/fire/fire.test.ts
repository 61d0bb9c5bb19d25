import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
let stop: () => void = () => undefined;
afterAll(() => {
  stop();
});

it('no fen and no event of any kind of case is lost while gateway, subgraphs, worker, stand-ins and database are killed', async () => {
  const seed = process.env['FIRE_SEED'] ?? '1';
  const args = ['sandbox/src/fire/main.ts', '--cases', '8', '--seed', seed, '--minutes', '2', '--people', '250', '--day', '3'];
  // What Jest's own process is started with is not for this one.
  const child = spawn(process.execPath, ['--conditions=@yichuang/source', '--import', 'tsx', ...args], {
    cwd: ROOT,
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  stop = () => child.kill();
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close') as Promise<[number | null]>]);
  // Shown with the seed when it is otherwise.
  expect([code, code === 0 ? '' : out + err]).toEqual([0, '']);
}, 600_000);
