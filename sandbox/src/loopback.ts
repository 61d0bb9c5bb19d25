import { once } from 'node:events';
import type { Server } from 'node:http';

/** True for a Host header (or the host of an origin) that names this machine. Anything else may be a page that rebinds its DNS name to us. */
export function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i.test(host);
}

export interface ListeningAddress {
  readonly server: Server;
  readonly port: number;
  readonly url: string;
}

/** Listens on 127.0.0.1. Throws Node's error, with `code` EADDRINUSE and `port`, when the port is taken. */
export async function listen(server: Server, port: number): Promise<ListeningAddress> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no TCP address.');
  return { server, port: address.port, url: `http://127.0.0.1:${address.port}` };
}
