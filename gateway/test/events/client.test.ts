import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { Pool } from 'pg';
import { testDatabase, type TestDatabase } from '../setup/database.js';
import { OWN_NUMBER, ref, startTestHub, type TestHub } from '../setup/hub.js';
import { until } from '../setup/until.js';
import { append } from './setup/appended.js';

let database: TestDatabase;
let hub: TestHub;
let pool: Pool;
let folder: string;
let program: string;
let client: ChildProcessWithoutNullStreams | undefined;
beforeAll(async () => {
  database = await testDatabase();
  hub = await startTestHub({ DATABASE_URL: database.url });
  pool = new Pool({ connectionString: database.url });
  pool.on('error', () => undefined);
  folder = await mkdtemp(join(tmpdir(), 'follow-'));
  const page = await readFile(new URL('../../../docs/events.md', import.meta.url), 'utf8');
  program = /```js\n(.*?)```/s.exec(page)?.[1] ?? '';
  await writeFile(join(folder, 'follow.mjs'), program);
});
afterAll(async () => {
  client?.kill('SIGKILL');
  await hub.close();
  await pool.end();
  await database.stop();
  await rm(folder, { recursive: true, force: true });
});

jest.setTimeout(90_000);

it('the client of docs/events.md is whole in thirty lines', () => {
  expect(program.trimEnd().split('\n').length).toBeLessThanOrEqual(30);
});

it('the client of docs/events.md, killed again and again, prints every event, in order, and none twice but those it had not noted', async () => {
  const token = await hub.citizen();
  const file = join(folder, 'cursor');
  const printed: string[] = [];
  const start = (): ChildProcessWithoutNullStreams => {
    const started = spawn(process.execPath, [join(folder, 'follow.mjs'), hub.gateway.url, token, file]);
    let rest = '';
    started.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      printed.push(...lines.map((line) => line.split(' ').at(-1) ?? ''));
    });
    return started;
  };
  client = start();
  await until(() =>
    readFile(file, 'utf8').then(
      (cursor) => cursor !== '',
      () => false,
    ),
  );
  const case_id = randomUUID();
  const steps = Array.from({ length: 30 }, (_, i) => `STEP${String(i + 1).padStart(2, '0')}`);
  for (const [i, step] of steps.entries()) {
    await append(pool, { case_id, citizen: ref(OWN_NUMBER), step, case_version: i + 1 });
    if (i % 10 !== 5) continue;
    client.kill('SIGKILL');
    await once(client, 'close');
    client = start();
  }
  await until(() => printed.includes('STEP30'));
  const each = printed.filter((step, i) => step.startsWith('STEP') && step !== printed[i - 1]);
  expect(each).toEqual(steps);
});
