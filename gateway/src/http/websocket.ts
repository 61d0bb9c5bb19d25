import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { handleProtocols } from 'graphql-ws';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Front } from './front.js';
import type { LastingConnections } from './lasting.js';
import { WebSocketConnection } from './websocket-connection.js';
import { webSocketProtocol } from './websocket-protocol.js';

/** Of all connections in turn, so that thousands of pings do not hold up everybody else at once. */
const ROUNDS = 24;

/** What one connection may do. Times in ms. */
export interface WebSocketLimits {
  /** Bytes of one message. */
  readonly maxBytes: number;
  /** Questions under way at once. @default 100 */
  readonly questions?: number;
  /** Until `connection_init`. @default 3000 */
  readonly initTimeoutMs?: number;
  /** Between two pings; a client that has not answered one by the next is gone. @default 12000 */
  readonly pingMs?: number;
  /** Without a question under way. @default 300000 */
  readonly idleMs?: number;
  /** Told of each connection that was cut off because its client did not answer a ping. */
  readonly silent?: () => void;
}

/**
 * Questions of every kind over WebSocket at /graphql, by the subprotocol `graphql-transport-ws`.
 *
 * The Origin of a page that opens a connection is not looked at: nobody is known by a cookie, so a page of another origin can say no
 * more than it knows itself.
 * @returns ends it; the connections themselves are ended through `lasting`
 */
export function serveWebSockets(server: Server, front: Front, lasting: LastingConnections, limits: WebSocketLimits): () => void {
  const { maxBytes, questions = 100, initTimeoutMs = 3_000, pingMs = 12_000, idleMs = 300_000, silent = () => undefined } = limits;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxBytes,
    handleProtocols,
    clientTracking: false,
    perMessageDeflate: false,
  });
  const protocol = webSocketProtocol(front, questions, initTimeoutMs);
  const rounds = Array.from({ length: ROUNDS }, () => new Set<WebSocketConnection>());
  let round = 0;
  let opened = 0;
  const look = (): void => {
    round = (round + 1) % ROUNDS;
    for (const connection of rounds[round] ?? []) if (connection.look(idleMs) === 'SILENT') silent();
  };
  // When what has come has been read: a hub that was busy must not take those for gone whose answers it has not looked at.
  const looks = setInterval(() => setImmediate(look), pingMs / ROUNDS).unref();
  // Apart from the request that opened it, which is not kept for as long as the connection lasts.
  const open = (socket: WebSocket, connection: WebSocketConnection): void => {
    const own = rounds[opened++ % ROUNDS];
    own?.add(connection);
    const closed = protocol.opened(connection.wire(front), connection);
    socket.once('close', (code, reason) => {
      own?.delete(connection);
      connection.gone();
      void closed(code, reason.toString());
    });
  };
  server.on('upgrade', (request: IncomingMessage, wire: Duplex, head: Buffer) => {
    const refused = lasting.stopping
      ? '503 Service Unavailable'
      : request.url?.split('?', 1)[0] === '/graphql'
        ? undefined
        : '404 Not Found';
    if (refused !== undefined) decline(wire, refused);
    else
      sockets.handleUpgrade(request, wire, head, (socket) => {
        open(socket, new WebSocketConnection(socket, request, lasting));
      });
  });
  return () => {
    clearInterval(looks);
    sockets.close();
  };
}

function decline(wire: Duplex, status: string): void {
  wire.on('error', () => wire.destroy());
  wire.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}
