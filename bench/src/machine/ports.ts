import { createServer } from 'node:net';

/** @throws when something listens there already: most likely another benchmark, and two of them would measure each other */
export async function requireFree(port: number): Promise<void> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
  } catch {
    throw new Error(`Port ${port} is in use. Is another benchmark running? Two of them would measure each other.`);
  }
  await new Promise((resolve) => server.close(resolve));
}
