import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Pool } from 'undici';
import { DEFAULT_GRANT_ISSUER, disclosureOf, GRANT_HEADER, loadAccessCatalogue, readGrantSigner, signingInputOf } from '@yichuang/schema';

/*
 * A process of its own in front of the agencies: asks the real one about a body it has not seen, and answers one it has seen from its
 * bytes. Under load the agencies are near-free then, and what they say is still what they would say.
 */

interface Front {
  readonly name: string;
  readonly port: number;
  /** GraphQL address behind it. */
  readonly target: string;
}

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
}

const signer = readGrantSigner('intl', process.env['GRANT_KEY'] ?? '');
const EVERY_SCOPE = [...loadAccessCatalogue().scopes.keys()];
const fronts = JSON.parse(process.env['FRONTS'] ?? '[]') as Front[];
let misses = 0;

for (const { name, port, target } of fronts) {
  const { origin, pathname: path } = new URL(target);
  const pool = new Pool(origin, { connections: 32, pipelining: 1 });
  const known = new Map<string, Answer>();

  const ask = async (body: string): Promise<Answer> => {
    misses++;
    const headers = { 'content-type': 'application/json', [GRANT_HEADER]: await grantOf(name, body) };
    const response = await pool.request({ path, method: 'POST', headers, body });
    const bytes = Buffer.from(await response.body.arrayBuffer());
    const answer = { status: response.statusCode, contentType: String(response.headers['content-type']), body: bytes };
    // What a system could not say just now is asked again.
    if (answer.status === 200 && !bytes.includes('"AGENCY_')) known.set(body, answer);
    return answer;
  };

  createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
    // How often a real agency was asked, all fronts together.
    if (request.method !== 'POST') return void response.end(String(misses));
    readBody(request, (body) => {
      const answer = known.get(body);
      if (answer) send(response, answer);
      else {
        ask(body).then(
          (given) => {
            send(response, given);
          },
          () => {
            send(response, { status: 502, contentType: 'text/plain', body: Buffer.from('the agency does not answer') });
          },
        );
      }
    });
  }).listen(port, '127.0.0.1');
}

/** A grant for everything of everybody a body names: what is measured is the gateway in front, with the rules on or off. */
async function grantOf(aud: string, body: string): Promise<string> {
  const { suite } = signer;
  const { variables = {} } = JSON.parse(body) as { readonly variables?: Readonly<Record<string, unknown>> };
  const named = Object.values(variables).flatMap((value) => (Array.isArray(value) ? (value as unknown[]) : []));
  const subjects = named.flatMap((one) => {
    const { id, creditCode } = (one ?? {}) as { readonly id?: string; readonly creditCode?: string };
    return [id, creditCode].filter((key) => key !== undefined);
  });
  const disclosure = disclosureOf(randomBytes(16).toString('base64url'), {
    aud,
    jti: randomUUID(),
    act: { role: 'HUB' },
    release: [{ subjects, scopes: EVERY_SCOPE, basis: 'DECISION' }],
    op: suite.digest(body),
  });
  const input = signingInputOf([suite.digest(disclosure)], signer, { issuer: DEFAULT_GRANT_ISSUER, now: Math.floor(Date.now() / 1_000) });
  return `${input}.${await signer.sign(input)}~${disclosure}~`;
}

function readBody(request: IncomingMessage, whole: (body: string) => void): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    whole(Buffer.concat(chunks).toString());
  });
}

function send(response: ServerResponse, { status, contentType, body }: Answer): void {
  response.writeHead(status, { 'content-type': contentType, 'content-length': body.length });
  response.end(body);
}
