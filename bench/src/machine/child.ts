import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, openSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { family } from './usage.js';

/** How a process is started. */
export interface ChildOptions {
  readonly name: string;
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Processor it may use: the one that is measured has one to itself, everything else shares the other. */
  readonly processor: keyof typeof PROCESSORS;
  readonly logFolder: string;
}

/** A process of the benchmark. */
export interface Child {
  readonly name: string;
  readonly pid: number;
  /** True until it ended. */
  readonly alive: boolean;
  /** Ends it and everything it started, and waits until it is gone. */
  stop(): Promise<void>;
}

const PROCESSORS = { MEASURED: '0', OTHERS: '1' } as const;
const GRACE_MS = 3_000;
const READY_MS = 60_000;
const POLL_MS = 50;

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) if (child.pid !== undefined) for (const member of family(child.pid)) end(member);
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

/** A command held to one processor, where the machine has two: this process itself may be held to one already. */
export function pinned(command: readonly string[], processor: keyof typeof PROCESSORS): readonly [string, ...string[]] {
  const [program, ...args] = command;
  if (program === undefined) throw new Error('an empty command');
  return cpus().length > 1 ? ['taskset', '-c', PROCESSORS[processor], program, ...args] : [program, ...args];
}

/** Starts a process; what it writes goes to a log file of its name. It does not outlive this process. */
export function startChild({ name, command, cwd, env, processor, logFolder }: ChildOptions): Child {
  mkdirSync(logFolder, { recursive: true });
  const log = openSync(join(logFolder, `${name}.log`), 'a');
  const [program, ...args] = pinned(command, processor);
  // taskset becomes the program it starts, so this is the process id of the program.
  const child = spawn(program, args, { cwd, env: { ...process.env, NODE_ENV: 'production', ...env }, stdio: ['ignore', log, log] });
  running.add(child);
  const ended = new Promise<void>((resolve) => {
    const leave = (): void => {
      running.delete(child);
      resolve();
    };
    child.once('exit', leave);
    child.once('error', leave);
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${name} cannot be started: ${program}`);
  return {
    name,
    pid,
    get alive() {
      return running.has(child);
    },
    async stop() {
      if (!running.has(child)) return;
      const members = family(pid);
      child.kill('SIGTERM');
      const insist = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
      await ended;
      clearTimeout(insist);
      for (const member of members.slice(1)) end(member);
    },
  };
}

/** Waits until the address answers without a fault of the server. Throws when the process ends first, or takes longer than a minute. */
export async function untilAnswering(url: string, child: Child): Promise<void> {
  const giveUp = performance.now() + READY_MS;
  while (child.alive && performance.now() < giveUp) {
    const status = await fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
      async (response) => {
        await response.arrayBuffer();
        return response.status;
      },
      () => 503,
    );
    if (status < 500) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`${child.name} ${child.alive ? `does not answer at ${url}` : 'ended before it answered'}; its log says why`);
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended by itself
  }
}
