// The four subgraphs in one process: Federation 2 on FIRST_PORT and the three after it, Federation 1 a hundred ports higher.
// NEAR_FREE=1 answers a body seen before from its bytes, so that the gateway and not the subgraph is what two cores are busy with.
import { createServer } from 'node:http';
import { buildSubgraphSchema } from '@apollo/subgraph';
import Fastify from 'fastify';
import { parse } from 'graphql';
import mercurius from 'mercurius';
import { subgraphs } from './schemas.mjs';

const FIRST_PORT = Number(process.env.FIRST_PORT);
const NEAR_FREE = process.env.NEAR_FREE === '1';
const HOST = '127.0.0.1';
const BODIES_KEPT = 50_000;
const KEEP_ALIVE_MS = 120_000;

for (const [index, subgraph] of subgraphs.entries()) {
  for (const version of [2, 1]) {
    const schema = buildSubgraphSchema({ typeDefs: parse(subgraph.sdl(version)), resolvers: subgraph.resolvers });
    const app = Fastify({ logger: false, keepAliveTimeout: KEEP_ALIVE_MS, bodyLimit: 64 << 20 });
    app.register(mercurius, { schema, jit: 1, graphiql: false, path: '/graphql' });
    app.get('/health', async () => 'ok');
    const port = FIRST_PORT + index + (version === 1 ? 100 : 0);
    if (NEAR_FREE) await listenNearFree(app, port);
    else await app.listen({ port, host: HOST });
  }
}

async function listenNearFree(app, port) {
  await app.ready();
  const answers = new Map();
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    if (request.method !== 'POST') return void response.end('ok');
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', async () => {
      const key = (chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)).latin1Slice();
      let answer = answers.get(key);
      if (!answer) {
        const payload = Buffer.concat(chunks);
        const answered = await app.inject({ method: 'POST', url: '/graphql', payload, headers: { 'content-type': 'application/json' } });
        answer = answered.rawPayload;
        if (answers.size < BODIES_KEPT) answers.set(key, answer);
      }
      response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': answer.length });
      response.end(answer);
    });
  });
  server.listen(port, HOST);
}
