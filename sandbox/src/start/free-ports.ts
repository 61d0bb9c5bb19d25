import { createServer } from 'node:net';
import type { PlannedPort } from './ports.js';

/** Above 1023, the ports that the Fetch standard blocks: browsers and Node's fetch refuse to ask a server there. */
const BLOCKED_FOR_HTTP = new Set([
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
]);
const OTHER_PROTOCOLS = /^(sql-|postgres$)|sftp$/;

/** The planned ports that cannot be listened on now, or that nobody could ask, with the reason. */
export async function unusablePorts(ports: readonly PlannedPort[]): Promise<(PlannedPort & { readonly reason: string })[]> {
  const tried = await Promise.all(
    ports.map(async (planned) => ({ ...planned, reason: blocked(planned) ?? (await reasonAgainst(planned.port)) })),
  );
  return tried.flatMap(({ reason, ...planned }) => (reason === undefined ? [] : [{ ...planned, reason }]));
}

function blocked({ name, port }: PlannedPort): string | undefined {
  return BLOCKED_FOR_HTTP.has(port) && !OTHER_PROTOCOLS.test(name) ? 'is one that browsers refuse to ask' : undefined;
}

function reasonAgainst(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      resolve(
        error.code === 'EADDRINUSE'
          ? 'is taken'
          : error.code === 'EACCES'
            ? 'is not allowed to this user'
            : `cannot be used (${error.code ?? ''})`,
      );
    });
    probe.listen(port, '127.0.0.1', () => {
      probe.close(() => {
        resolve(undefined);
      });
    });
  });
}
