import { WebSocket } from 'ws';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** The joined generic gateway as a process of its own. */
export interface Program {
  readonly url: string;
  readonly child: ChildProcess;
  /** A figure of its metrics, summed over labels. */
  figure(name: string): Promise<number>;
  /** Bytes in use in the heap of its main thread, after a collection. */
  heap(): Promise<number>;
  threads(): Promise<number>;
  stop(): Promise<void>;
}

const PROGRAMS = new URL('../../../../scripts/programs.mjs', import.meta.url);

/** Builds the program when it is not up to date, and starts it. @param heapMb MiB of its old generation */
export async function startProgram(supergraphFile: string, heapMb: number): Promise<Program> {
  const { program } = (await import(PROGRAMS.href)) as { program(module: string): string | undefined };
  const file = program('gateway/src/cli/gateway.ts');
  if (file === undefined) throw new Error('the gateway cannot be built');
  const args = [`--max-old-space-size=${heapMb}`, '--inspect=127.0.0.1:0', file, '--supergraph', supergraphFile, '--port', '0'];
  const child = spawn(process.execPath, args, {
    cwd: fileURLToPath(new URL('../../../../', import.meta.url)),
    env: { ...process.env, NODE_OPTIONS: '', NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  const [url, inspector] = await new Promise<[string, string]>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        out = (out + chunk.toString()).slice(-10_000);
        const found = /graphql +(http\S+)\/graphql/.exec(out)?.[1];
        const listening = /Debugger listening on (ws:\S+)/.exec(out)?.[1];
        if (found !== undefined && listening !== undefined) resolve([found, listening]);
      });
    child.once('exit', () => {
      reject(new Error(`it ended: ${out}`));
    });
  });
  return {
    url,
    child,
    figure: async (name) => {
      const text = await (await fetch(`${url}/metrics`)).text();
      const lines = text.split('\n').filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));
      if (lines.length === 0) throw new Error(`no figure ${name}`);
      return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
    },
    heap: () => heapAfterCollection(inspector),
    threads: async () => Number(/^Threads:\s+(\d+)/m.exec(await readFile(`/proc/${String(child.pid)}/status`, 'utf8'))?.[1]),
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Collects what is garbage, twice, because finalisers run between, and says what is left (Chrome DevTools Protocol). */
async function heapAfterCollection(inspector: string): Promise<number> {
  const socket = new WebSocket(inspector);
  await once(socket, 'open');
  let id = 0;
  const call = async (method: string): Promise<unknown> => {
    const own = ++id;
    socket.send(JSON.stringify({ id: own, method }));
    for (;;) {
      const [data] = (await once(socket, 'message')) as [Buffer];
      const message = JSON.parse(data.toString()) as { id?: number; result?: unknown };
      if (message.id === own) return message.result;
    }
  };
  await call('HeapProfiler.collectGarbage');
  await call('HeapProfiler.collectGarbage');
  const { usedSize } = (await call('Runtime.getHeapUsage')) as { usedSize: number };
  socket.close();
  await once(socket, 'close');
  return usedSize;
}
