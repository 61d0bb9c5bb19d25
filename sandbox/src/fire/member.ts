import type { Program } from '../start/build.js';
import { Part } from '../start/part.js';

export interface MemberOptions {
  readonly name: string;
  readonly program: Program;
  readonly launcher: string;
  readonly root: string;
  readonly logFolder: string;
  readonly nodeFlags?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Answers 200 when it is ready. */
  readonly readyUrl: string;
  readonly onMessage?: (message: unknown) => void;
}

const AGAIN_MS = 200;

/** One process under fire: whenever it is gone, however, it is started again, as whoever runs it in earnest would have it. */
export class Member {
  readonly name: string;
  #part: Part | undefined;
  #starts = 0;
  #struck = 0;
  #over = false;
  #running: Promise<void>;

  constructor(private readonly options: MemberOptions) {
    this.name = options.name;
    this.#running = this.#keep();
  }

  /** Times it was killed, and times it ended by itself. */
  get ends(): { readonly struck: number; readonly byItself: number } {
    return { struck: this.#struck, byItself: Math.max(0, this.#starts - 1 - this.#struck) };
  }

  /** SIGKILL to the process and everything it started. */
  strike(): void {
    this.#struck++;
    this.#part?.kill();
  }

  /** Resolves when it answers. @throws when it does not within the time */
  async whole(withinMs: number): Promise<void> {
    const until = Date.now() + withinMs;
    while (!(await answers(this.options.readyUrl))) {
      if (Date.now() > until) throw new Error(`${this.name} does not come back; see ${this.#part?.logFile ?? 'its log'}`);
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }

  async stop(): Promise<void> {
    this.#over = true;
    await this.#part?.stop();
    await this.#running;
  }

  async #keep(): Promise<void> {
    const { environment } = this.options;
    while (!this.#over) {
      this.#starts++;
      this.#part = new Part({ ...this.options, name: `${this.name}-${String(this.#starts).padStart(3, '0')}` });
      this.#part.run(environment);
      await this.#part.failed().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
}
