import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { startSandbox, type Sandbox, type SandboxOptions, type SandboxStep } from '../src/sandbox.js';

let sandbox: Sandbox | undefined;

afterEach(async () => {
  await sandbox?.close();
  sandbox = undefined;
});

async function start(options: SandboxOptions): Promise<Sandbox> {
  sandbox = await startSandbox({ people: 60, ...options });
  return sandbox;
}

async function taken(): Promise<{ port: number; holder: Server }> {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const address = holder.address();
  return { port: typeof address === 'object' && address ? address.port : 0, holder };
}

describe('the sandbox', () => {
  it('starts the groups it is asked for, tells how to reach them, and leaves nothing behind when it closes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'yichuang-test-'));
    const steps: SandboxStep[] = [];
    const running = await start({ groups: ['hrss-sql', 'market'], folder, onStep: (step) => steps.push(step) });

    expect([...running.systems.keys()].sort()).toEqual([
      'hrss-sql-east',
      'hrss-sql-north',
      'hrss-sql-south',
      'market-platforms',
      'market-registry',
    ]);
    expect(running.env).toMatchObject({ MARKET_URL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+/) as unknown });
    expect(running.secrets.citizenRefKey).toMatch(/^[0-9a-f]{128}$/);
    expect(steps.map(({ part }) => part).sort()).toEqual(['control', 'hrss-sql', 'identity-provider', 'market', 'people', 'postgres']);

    const personas = (await (await fetch(`${running.controlUrl}/personas`)).json()) as { key: string }[];
    expect(personas.map(({ key }) => key)).toContain('courier-four-provinces');
    expect(await running.identity.tokenFor('caseworker-440000')).toMatch(/^ey/);

    await running.close();
    expect(existsSync(folder)).toBe(false);
    await expect(fetch(`${running.controlUrl}/personas`)).rejects.toThrow();
    await expect(fetch(running.identity.jwksUrl)).rejects.toThrow();
  });

  it('restarts its database on request, and the provinces in it answer again', async () => {
    const running = await start({ groups: ['hrss-sql'] });
    const ask = async (): Promise<number | null> => {
      const client = new pg.Client({ connectionString: running.env.HRSS_SQL_SOUTH_URL });
      client.on('error', () => undefined);
      await client.connect();
      try {
        return (
          await client.query('select * from information_schema.views where table_schema not in ($1, $2)', [
            'pg_catalog',
            'information_schema',
          ])
        ).rowCount;
      } finally {
        await client.end();
      }
    };
    const before = await ask();
    expect(before).toBeGreaterThan(0);
    expect((await fetch(`${running.controlUrl}/postgres/restart`, { method: 'POST' })).status).toBe(204);
    expect(await ask()).toBe(before);
  });

  it('makes the same world from the same seed and other keys at each start', async () => {
    const first = await start({ groups: ['market'], seed: 5 });
    await first.close();
    const second = await start({ groups: ['market'], seed: 5 });
    expect(JSON.stringify(second.world)).toBe(JSON.stringify(first.world));
    expect(second.secrets).not.toEqual(first.secrets);
  });

  it('stops everything it had started when a port is taken, and says which', async () => {
    const { port, holder } = await taken();
    const folder = mkdtempSync(join(tmpdir(), 'yichuang-test-'));
    const steps: SandboxStep[] = [];
    const started = start({
      groups: ['market'],
      folder,
      port: (name) => (name === 'control' ? port : 0),
      onStep: (step) => steps.push(step),
    });
    await expect(started).rejects.toMatchObject({ code: 'EADDRINUSE', port });
    holder.close();
    const issuer = steps.find(({ part }) => part === 'identity-provider')?.detail ?? '';
    expect(issuer).toMatch(/^http/);
    await expect(fetch(`${issuer}/jwks`)).rejects.toThrow();
    expect(existsSync(folder)).toBe(false);
    expect(readdirSync(tmpdir())).not.toContain(folder.split('/').pop());
  });
});
