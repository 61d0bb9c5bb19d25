import { buildPrograms } from '@yichuang/sandbox';
import { fileURLToPath } from 'node:url';

/** The repository. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** What results, logs and prepared files are kept in; never committed. */
export const RESULTS = fileURLToPath(new URL('../../.data/bench/', import.meta.url));
export const NODE_PROGRAM = process.execPath;

/** The command `yichuang gateway`. */
export const COMMAND_LINE = 'gateway/src/cli/gateway.ts';
/** The hub as `npm start` runs it. */
export const HUB = 'gateway/src/main.ts';
/** Cases carried beside a bare pipeline. */
export const ROUNDS_OF_TRANSFERS = 'bench/src/transfers/rounds.ts';

/**
 * Builds a program of this repository into one file that node runs directly, so that no parent process is measured with it.
 * @returns the file
 */
export async function ownProgram(module: typeof COMMAND_LINE | typeof HUB | typeof ROUNDS_OF_TRANSFERS): Promise<string> {
  const program = (await buildPrograms(ROOT, [module])).get(module);
  if (!program) throw new Error(`${module} was not built`);
  return program.file;
}
