/*
 * A hub as one process with everything it started, so that what all of it uses of the machine can be read together: gateway and subgraphs as
 * $PARTS (JSON) says, and where $STORE_FOLDER is set a PostgreSQL of their own, whose address the gateway is told.
 */
import { spawn } from 'node:child_process';
import { startPostgres } from '@yichuang/sandbox/postgres';

/** One process of it. */
export interface WholePart {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Is told where the store is. */
  readonly stores: boolean;
}

const folder = process.env['STORE_FOLDER'];
const store = folder === undefined ? undefined : await startPostgres({ folder, durable: true });
const parts = JSON.parse(process.env['PARTS'] ?? '[]') as readonly WholePart[];
const running = parts.map(({ command: [program = '', ...args], cwd, env, stores }) => {
  const told = stores && store ? { DATABASE_URL: store.superuserUrl } : {};
  return spawn(program, args, { cwd, env: { ...process.env, ...env, ...told }, stdio: 'inherit' });
});
for (const part of running) part.once('exit', () => void end(1));

let ending: Promise<void> | undefined;
function end(code: number): Promise<void> {
  ending ??= (async () => {
    for (const part of running) part.kill('SIGTERM');
    await store?.stop();
    process.exit(code);
  })();
  return ending;
}
process.on('SIGTERM', () => void end(0));
