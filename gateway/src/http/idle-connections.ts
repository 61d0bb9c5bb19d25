import type { Server } from 'node:http';
import type { Socket } from 'node:net';

const LOOK_MS = 50;

/**
 * Keeps count of connections, so that a stop waits for none on which nothing is under way. Node by itself closes those that are idle when
 * the stop begins. It keeps one whose answer comes later until it has been idle for long, and takes one on which nobody has said anything
 * for busy until a request is overdue: there are always some, because a client that breaks off a stream opens its next connection ahead
 * (undici does).
 * @returns begins the stop
 */
export function watchIdleConnections(server: Server): () => void {
  const open = new Set<Socket>();
  let stopping = false;
  server.on('connection', (socket: Socket) => {
    if (stopping) {
      socket.destroy();
      return;
    }
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return () => {
    stopping = true;
    for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
    const looks = setInterval(() => {
      server.closeIdleConnections();
    }, LOOK_MS);
    server.once('close', () => {
      clearInterval(looks);
    });
  };
}
