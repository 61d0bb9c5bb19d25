import { createServer } from 'node:net';
import type { PlannedPort } from './ports.js';

/** The planned ports that cannot be listened on now, with the reason. */
export async function unusablePorts(ports: readonly PlannedPort[]): Promise<(PlannedPort & { readonly reason: string })[]> {
  const tried = await Promise.all(ports.map(async (planned) => ({ ...planned, reason: await reasonAgainst(planned.port) })));
  return tried.flatMap(({ reason, ...planned }) => (reason === undefined ? [] : [{ ...planned, reason }]));
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
