import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Program } from './build.js';

export interface PartOptions {
  readonly name: string;
  readonly program: Program;
  /** The built `child.ts`. */
  readonly launcher: string;
  /** Working folder. */
  readonly root: string;
  readonly logFolder: string;
  /** Flags of Node. @default none */
  readonly nodeFlags?: readonly string[];
  /** What the part tells over its channel. */
  readonly onMessage?: (message: unknown) => void;
}

/** A part that ended before it was ready. */
export class PartFailed extends Error {
  constructor(
    readonly part: string,
    readonly reason: string,
    readonly lastLines: readonly string[],
    readonly logFile: string,
  ) {
    super(`${part} ${reason}`);
  }
}

const TAIL_LINES = 15;
const GRACE_MS = 8000;
const READY_MS = 90_000;

/** One process of the running hub: started in a process group of its own, its output in a log file, ready when its URL answers. */
export class Part {
  readonly name: string;
  readonly logFile: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<string>;
  readonly #tail: string[] = [];
  #alive = true;

  constructor({ name, program, launcher, root, logFolder, nodeFlags = [], onMessage }: PartOptions) {
    this.name = name;
    mkdirSync(logFolder, { recursive: true });
    this.logFile = join(logFolder, `${name}.log`);
    const log = createWriteStream(this.logFile);

    // A group of its own: Ctrl-C reaches only the supervisor, which then stops the parts in order.
    this.#child = spawn(process.execPath, ['--enable-source-maps', ...nodeFlags, launcher, program.file, ...program.packages], {
      cwd: root,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, APOLLO_TELEMETRY_DISABLED: '1' },
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        log.write(text);
        this.#remember(text);
      });
    }
    if (onMessage) this.#child.on('message', onMessage);
    this.#ended = new Promise((resolve) => {
      this.#child.once('error', (error) => {
        resolve(`could not be started: ${error.message}`);
      });
      this.#child.once('close', (code, signal) => {
        this.#alive = false;
        log.end();
        resolve(signal ? `was ended by ${signal}` : `ended with exit code ${code ?? 'unknown'}`);
      });
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Hands the part its environment, with which it starts working. */
  run(environment: Readonly<Record<string, string>>): void {
    if (this.#child.connected) this.#child.send({ environment });
  }

  /** Resolves when the URL answers 200; throws PartFailed when the process ends before that. */
  async ready(url: string): Promise<void> {
    const giveUp = AbortSignal.timeout(READY_MS);
    const answered = (async () => {
      while (this.#alive && !(await answers(url))) {
        if (giveUp.aborted) throw this.#failure(`does not answer at ${url} after ${READY_MS / 1000} s`);
        await new Promise((resolve) => setTimeout(resolve, 40));
      }
    })();
    await Promise.race([answered, this.failed()]);
  }

  /** Never resolves; throws PartFailed when the process ends. */
  async failed(): Promise<never> {
    throw this.#failure(await this.#ended);
  }

  /** Asks the process to end and waits; ends it and everything it started when it takes too long. */
  async stop(): Promise<void> {
    if (!this.#alive) return;
    this.#child.kill('SIGTERM');
    const insist = setTimeout(() => {
      this.kill();
    }, GRACE_MS);
    await this.#ended;
    clearTimeout(insist);
  }

  /** Ends the process and everything it started, at once. */
  kill(): void {
    if (this.#alive && this.#child.pid !== undefined) {
      try {
        process.kill(-this.#child.pid, 'SIGKILL');
      } catch {
        this.#child.kill('SIGKILL');
      }
    }
  }

  #failure(reason: string): PartFailed {
    return new PartFailed(this.name, reason, this.#tail.slice(-TAIL_LINES), this.logFile);
  }

  #remember(text: string): void {
    this.#tail.push(...text.split('\n').filter((line) => line.trim() !== ''));
    if (this.#tail.length > 4 * TAIL_LINES) this.#tail.splice(0, this.#tail.length - TAIL_LINES);
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
}
