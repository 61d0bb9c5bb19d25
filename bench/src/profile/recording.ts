import { existsSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { LoadResult } from '../load/wrk.js';
import type { Child } from '../machine/child.js';
import { ROOT } from '../own-program.js';
import { shown, table } from '../statistics.js';
import { originFinder } from './origins.js';
import { summarise, type CpuProfile } from './summary.js';

/** Flags of Node with which a program can be recorded. */
export const RECORDING: readonly string[] = ['--import', fileURLToPath(new URL('./recorder.mjs', import.meta.url))];

const AREAS_SHOWN = 20;

/** Environment of a program that is recorded into this file. */
export function recordedInto(file: string): Readonly<Record<string, string>> {
  return { PROFILE_FILE: file };
}

/**
 * Records a program while it bears a load.
 * @param file what `recordedInto` was given
 * @param top functions shown
 * @returns microseconds per request of folders and functions, and where the profile is
 */
export async function record(child: Child, file: string, top: number, load: () => Promise<LoadResult>): Promise<string> {
  // One written before, under another load, is not this one.
  rmSync(file, { force: true });
  process.kill(child.pid, 'SIGWINCH');
  const { requests } = await load();
  process.kill(child.pid, 'SIGWINCH');
  await untilWritten(file, child);
  return `${describe(JSON.parse(readFileSync(file, 'utf8')) as CpuProfile, requests, top)}\n${file}`;
}

async function untilWritten(file: string, child: Child): Promise<void> {
  while (child.alive && !existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 50));
  if (!existsSync(file)) throw new Error(`${child.name} ended without writing its profile`);
}

function describe(profile: CpuProfile, requests: number, top: number): string {
  const { busy, functions, areas } = summarise(profile, originFinder(ROOT));
  const share = (time: number): string => `${shown((100 * time) / busy, 1)} %`;
  const each = (time: number): string => shown(time / requests, 1);
  return [
    `${requests} requests, ${shown(busy / requests, 0)} µs busy per request`,
    table(
      ['folder or package', 'µs/request with packages and Node it called', 'share', 'µs/request itself', 'share'],
      areas.slice(0, AREAS_SHOWN).map(({ area, self, withCalled }) => [area, each(withCalled), share(withCalled), each(self), share(self)]),
    ),
    table(
      ['function', 'µs/request itself', 'share', 'where'],
      functions.slice(0, top).map(({ name, place, self }) => [name, each(self), share(self), place]),
    ),
  ].join('\n\n');
}
