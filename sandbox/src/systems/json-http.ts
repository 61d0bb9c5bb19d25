import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { ORDER_FAULTS, type FaultKind, type FaultSwitch, type StandIn } from './stand-in.js';

/** What the stand-ins that speak JSON over HTTP have in common: bodies, API keys, and the ways they can misbehave. */

const FAULTS: ReadonlySet<FaultKind> = new Set([
  'latency',
  'hang',
  'drop',
  'error-in-200',
  'truncate',
  'wrong-encoding',
  'duplicate-rows',
  'wrong-person',
  'closed',
  'rate-limit',
]);

/** A service as the sandbox's control sees it. */
export function jsonStandIn(id: string, faults: FaultSwitch, takesOrders = false): StandIn {
  return {
    id,
    faults: takesOrders ? new Set([...FAULTS, ...ORDER_FAULTS]) : FAULTS,
    setFault: (fault) => {
      faults.set(fault);
    },
    calls: () => faults.calls(),
    resetCalls: () => {
      faults.resetCalls();
    },
  };
}

/** Stops a server, whoever is still connected. */
export async function stopServer(server: Server): Promise<void> {
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
}

/** The body of a request as JSON; undefined for anything else. */
export async function readJsonBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  try {
    return JSON.parse(Buffer.concat(chunks).toString()) as unknown;
  } catch {
    return undefined;
  }
}

/** Sends an answer, or bytes that should have been one. */
export function sendJson(response: ServerResponse, status: number, body: object): void {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'content-length': bytes.length }).end(bytes);
}

/** True for a request with the API key. */
export function hasApiKey(request: IncomingMessage, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  const given = request.headers['x-api-key'];
  return timingSafeEqual(digest(typeof given === 'string' ? given : ''), digest(expected));
}
