import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { buildPrograms } from '../src/start/build.js';
import { unusablePorts } from '../src/start/free-ports.js';
import { readOptions } from '../src/start/options.js';
import { Part, PartFailed } from '../src/start/part.js';
import { planPorts, portLookup } from '../src/start/ports.js';

const repository = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

describe('the options of npm start', () => {
  it('are 2000 people, seed 1 and ports from 4000 when nothing is said', () => {
    expect(readOptions([], {})).toEqual({ kind: 'START', options: { people: 2000, seed: 1, gatewayPort: undefined, firstPort: 4000 } });
  });

  it('are read from the command line, the first port also from the environment', () => {
    expect(readOptions(['--people', '50', '--seed=7', '--port', '8080'], { YICHUANG_PORT_BASE: '6000' })).toEqual({
      kind: 'START',
      options: { people: 50, seed: 7, gatewayPort: 8080, firstPort: 6000 },
    });
    expect(readOptions(['--port-base', '7000'], { YICHUANG_PORT_BASE: '6000' })).toMatchObject({ options: { firstPort: 7000 } });
  });

  it.each([
    [['--people', 'many'], '--people must be a whole number'],
    [['--port', '70000'], '--port must be a whole number from 1 to 65535'],
    [['--colour'], '--colour'],
  ])('are refused with a reason: %j', (args, message) => {
    expect(readOptions(args, {})).toEqual({ kind: 'WRONG', message: expect.stringContaining(message) as unknown });
  });
});

describe('the ports', () => {
  it('are all different and follow the first one; the gateway can stand apart', () => {
    const ports = planPorts(5000, 80);
    expect(new Set(ports.map(({ port }) => port)).size).toBe(ports.length);
    const port = portLookup(ports);
    expect([port('gateway'), port('subgraph-hrss'), port('control'), port('postgres'), port('unheard-of')]).toEqual([
      80, 5001, 5100, 5190, 0,
    ]);
  });

  it('are named with their part when something else holds them', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const address = holder.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const ports = [
      { name: 'gateway', port, part: 'the gateway' },
      { name: 'free', port: 0, part: 'another' },
    ];
    expect(await unusablePorts(ports)).toEqual([{ name: 'gateway', port, part: 'the gateway', reason: 'is taken' }]);
    holder.close();
    await once(holder, 'close');
    expect(await unusablePorts(ports)).toEqual([]);
  });

  it('are refused where no browser would ask, but only for servers that browsers ask', async () => {
    const unusable = await unusablePorts(planPorts(6000).filter(({ name }) => name === 'gateway'));
    expect(unusable).toMatchObject([{ port: 6000, reason: 'is one that browsers refuse to ask' }]);
    const postgres = planPorts(4000).filter(({ name }) => name === 'postgres');
    expect((await unusablePorts(postgres)).map(({ reason }) => reason)).not.toContain('is one that browsers refuse to ask');
  });
});

describe('a program joined from the sources', () => {
  it('has the threads it starts joined beside it, so that they run without the sources’ loader', async () => {
    const module = 'gateway/src/planning/planner.ts';
    const file = (await buildPrograms(repository, [module])).get(module)?.file ?? '';
    const program = `
      import { readFileSync } from 'node:fs';
      import { buildSchema, parse } from 'graphql';
      import { startPlanner } from ${JSON.stringify(pathToFileURL(file).href)};
      const api = buildSchema('type Query { viewer: Viewer } type Viewer { party: String }');
      const supergraphSdl = readFileSync('schema/supergraph.graphql', 'utf8');
      const answer = await startPlanner({ api, supergraphSdl, interfaceObjects: new Map() }).plan(parse('{ viewer { party } }').definitions[0]);
      process.stdout.write(answer.plan.node.serviceName);
    `;
    const options = { cwd: repository, encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } } as const;
    expect(execFileSync(process.execPath, ['--input-type=module', '-e', program], options)).toBe('hub');
    expect(readFileSync(file, 'utf8')).not.toMatch(/import\.meta|new URL\("file:[^"]*\.ts"\)/);
  });

  it('is written after the parts it names, so that who loads it meanwhile finds them', async () => {
    const module = 'gateway/src/cli/gateway.ts';
    const file = (await buildPrograms(repository, [module])).get(module)?.file ?? '';
    const parts = [...readFileSync(file, 'utf8').matchAll(/"([./]+\/parts\/[\w-]+\.mjs)"/g)].map(([, part = '']) =>
      join(dirname(file), part),
    );
    expect(parts.length).toBeGreaterThan(0);
    const written = (path: string): bigint => statSync(path, { bigint: true }).mtimeNs;
    expect(parts.filter((part) => written(part) > written(file))).toEqual([]);
  });
});

describe('a part of the hub', () => {
  let root: string;
  let part: Part | undefined;
  let launcher: string;

  beforeAll(async () => {
    const programs = await buildPrograms(repository, ['sandbox/src/start/child.ts']);
    launcher = programs.get('sandbox/src/start/child.ts')?.file ?? '';
  });

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'yichuang-part-'));
  });

  afterEach(async () => {
    part?.kill();
    await part?.stop();
    part = undefined;
    rmSync(root, { recursive: true, force: true });
  });

  function start(source: string): { part: Part; address: Promise<{ port: number; pid: number; child?: number }> } {
    writeFileSync(join(root, 'module.mjs'), source);
    let told: (value: { port: number; pid: number }) => void;
    const address = new Promise<{ port: number; pid: number; child?: number }>((resolve) => (told = resolve));
    const started = new Part({
      name: 'probe',
      program: { file: join(root, 'module.mjs'), packages: [] },
      launcher,
      root,
      logFolder: join(root, 'logs'),
      onMessage: (message) => {
        told(message as { port: number; pid: number });
      },
    });
    part = started;
    return { part: started, address };
  }

  const SERVER = `
    import { createServer } from 'node:http';
    const server = createServer((request, response) => response.end(process.env.GREETING));
    server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port, pid: process.pid }));
  `;

  it('runs with the environment it is given, is ready when it answers, and is gone after stop', async () => {
    const { part: running, address } = start(SERVER);
    running.run({ GREETING: 'hello' });
    const { port, pid } = await address;
    await running.ready(`http://127.0.0.1:${port}/`);
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('hello');
    await running.stop();
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  it('that dies says how, shows its last lines and keeps them in its log', async () => {
    const { part: running } = start(`console.log('looking for the register'); console.error('the register is gone'); process.exit(3);`);
    running.run({});
    const failure: unknown = await running.ready('http://127.0.0.1:9/').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(PartFailed);
    expect(failure).toMatchObject({
      message: 'probe ended with exit code 3',
      lastLines: ['looking for the register', 'the register is gone'],
    });
    // The log is written beside: its last line may come a moment after the failure is told.
    const log = join(root, 'logs', 'probe.log');
    while (!readFileSync(log, 'utf8').includes('the register is gone')) await new Promise((resolve) => setImmediate(resolve));
  });

  it('that does not obey is ended with everything it started', async () => {
    const { part: running, address } = start(`
      import { spawn } from 'node:child_process';
      process.on('SIGTERM', () => undefined);
      const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'ignore' });
      setInterval(() => undefined, 1000);
      process.send({ port: 0, pid: process.pid, child: child.pid });
    `);
    running.run({});
    const { pid, child = 0 } = await address;
    const stopped = running.stop();
    expect(() => process.kill(pid, 0)).not.toThrow();
    running.kill();
    await stopped;
    await gone(pid);
    await gone(child);
  });

  async function gone(pid: number): Promise<void> {
    for (;;) {
      try {
        process.kill(pid, 0);
      } catch {
        return;
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
});
