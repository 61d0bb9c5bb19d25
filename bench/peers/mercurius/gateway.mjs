// mercurius' own gateway, which knows Federation 1 only: over the twins of the subgraphs, a hundred ports higher.
import mercuriusGateway from '@mercuriusjs/gateway';
import Fastify from 'fastify';

const firstTwin = Number(process.env.FIRST_PORT) + 100;
const names = ['hrss', 'market-regulation', 'postal', 'medical-insurance'];
const app = Fastify({ logger: false });
app.register(mercuriusGateway, {
  jit: 1,
  gateway: { services: names.map((name, index) => ({ name, url: `http://127.0.0.1:${firstTwin + index}/graphql`, mandatory: true })) },
});
app.get('/health', async () => 'ok');
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
