import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { NODE_PROGRAM, ownProgram, ROUNDS_OF_TRANSFERS } from '../own-program.js';

/**
 * `npm run bench -- transfers`: as programs that were built, since what a source needs to be run as it is would be measured, and the
 * machinery has more of it.
 */
export async function measureTransfers(args: readonly string[]): Promise<void> {
  const child = spawn(NODE_PROGRAM, [await ownProgram(ROUNDS_OF_TRANSFERS), ...args], { stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  process.exitCode = code ?? 1;
}
