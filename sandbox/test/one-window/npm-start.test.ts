import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';

const repository = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
/** Far from the default, so that the suite runs beside a developer's own hub. */
const FIRST_PORT = 24000;

let running: ChildProcess | undefined;

afterEach(() => {
  running?.kill('SIGKILL');
});

describe('npm start', () => {
  it('brings the hub up, prints a query that works when pasted, and leaves nothing behind on Ctrl-C', async () => {
    const started = spawn(
      process.execPath,
      [join(repository, 'scripts', 'start.mjs'), '--people', '60', '--port-base', String(FIRST_PORT)],
      { cwd: repository, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    running = started;
    let output = '';
    for (const stream of [started.stdout, started.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    await until(() => output.includes('Ctrl-C stops everything.') || started.exitCode !== null);
    expect(started.exitCode).toBeNull();
    expect(output).toContain('4 of 4 agencies');
    expect(output).toMatch(/From npm start to the first answer: \d+(\.\d+)? s/);

    const command = /^curl [\s\S]*?'$/m.exec(output.slice(output.indexOf('curl ')))?.[0] ?? '';
    const answer = JSON.parse(execFileSync('bash', ['-c', command], { encoding: 'utf8' })) as {
      data: { me: Record<string, unknown> };
      errors?: unknown;
    };
    expect(answer.errors).toBeUndefined();
    expect(answer.data.me['identity']).not.toBeNull();
    expect(answer.data.me['courierWork']).not.toBeNull();

    const family = descendants(started.pid ?? 0);
    expect(family.length).toBeGreaterThanOrEqual(6);
    started.kill('SIGINT');
    const [code] = (await once(started, 'exit')) as [number | null];
    expect(code).toBe(0);
    await until(() => family.every((pid) => !alive(pid)));
  }, 120_000);
});

function descendants(pid: number): number[] {
  const children = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, parent]) => parent === pid)
    .map(([child = 0]) => child);
  return [...children, ...children.flatMap(descendants)];
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 50));
}
