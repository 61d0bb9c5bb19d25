import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { pinned } from '../machine/child.js';

/** One request of a workload, ready to send. */
export interface PreparedRequest {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What the load generator saw. Latencies in milliseconds; a failure is a status of 400 and above or a broken connection. */
export interface LoadResult {
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly bytesPerRequest: number;
  readonly p50: number;
  readonly p99: number;
  readonly failures: number;
}

const GENERATOR = 'wrk';
const SCRIPT = fileURLToPath(new URL('./post.lua', import.meta.url));

/** @throws with the command that installs it, when the load generator is not there */
export function requireWrk(): void {
  if (spawnSync(GENERATOR, ['-v']).error) {
    throw new Error('The load generator wrk is not installed. On Debian and Ubuntu: apt-get update && apt-get install -y wrk');
  }
}

/** Writes requests as the load generator's script reads them. */
export function writeRequests(file: string, requests: readonly PreparedRequest[]): void {
  writeFileSync(file, `${requests.map(({ headers, body }) => [...Object.entries(headers).flat(), body].join('\t')).join('\n')}\n`);
}

/**
 * Closed-loop load: `callers` connections, each asking as soon as it has its answer. Requests of the file are taken in turn.
 * @param url where they are posted
 */
export async function loadWithWrk(url: string, requestsFile: string, callers: number, seconds: number): Promise<LoadResult> {
  const [program, ...args] = pinned(
    [GENERATOR, '-t1', `-c${callers}`, `-d${seconds}s`, '--timeout', '30s', '-s', SCRIPT, new URL(url).origin],
    'OTHERS',
  );
  const child = spawn(program, args, {
    env: { ...process.env, REQUESTS: requestsFile, REQUEST_PATH: new URL(url).pathname },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  await new Promise((resolve) => child.once('close', resolve));
  const text = /RESULT (\{.*\})/.exec(output)?.[1];
  if (text === undefined) throw new Error(`wrk: ${output.trim()}`);
  const result = JSON.parse(text) as Record<'requests' | 'microseconds' | 'bytes' | 'p50' | 'p99' | 'failures', number>;
  return {
    requests: result.requests,
    requestsPerSecond: (result.requests * 1e6) / result.microseconds,
    bytesPerRequest: result.bytes / Math.max(1, result.requests),
    p50: result.p50,
    p99: result.p99,
    failures: result.failures,
  };
}
