import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { catalogued, ERROR_CATALOGUE, GRANT_HEADER, type GrantedCall } from '@yichuang/schema';
import type { GrantCheck, GrantRefusal, OpenGrant } from './check.js';

const EMPTY = new Uint8Array();

/** Grants of the requests under way. */
export class GrantGate {
  readonly #grants = new WeakMap<FastifyRequest, OpenGrant>();
  readonly #bodies = new WeakMap<FastifyRequest, Buffer>();

  constructor(readonly check: GrantCheck) {}

  /**
   * Lets only requests with a good grant through to the routes of this part of the server: refused before a body is read where that can
   * be known, and before anything is done with it.
   */
  guard(app: FastifyInstance): void {
    app.addHook('onRequest', async (request, reply) => {
      const header = request.headers[GRANT_HEADER];
      const read = this.check.read(typeof header === 'string' ? header : undefined);
      if (!read.ok) return refuse(read, request, reply);
      this.#grants.set(request, read.grant);
      return undefined;
    });
    // A question in a URL has no body that a grant could be bound to.
    app.addHook('onRoute', (route) => {
      if (route.url === '/graphql' && route.method !== 'POST') route.handler = (_request, reply) => void reply.code(405).send();
    });
    const parse = app.getDefaultJsonParser('error', 'error');
    app.removeAllContentTypeParsers();
    // The digest in a grant is that of the bytes, so they are kept until it has been compared.
    app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
      this.#bodies.set(request, body);
      void parse(request, body.toString(), done);
    });
    app.addHook('preHandler', async (request, reply) => {
      const grant = this.#grants.get(request);
      const body = this.#bodies.get(request) ?? EMPTY;
      const refusal = grant ? await this.check.spend(grant, body) : MISSING;
      return refusal ? refuse(refusal, request, reply) : undefined;
    });
  }

  /** What a request that was let through is granted. */
  of(request: FastifyRequest): GrantedCall | undefined {
    return this.#grants.get(request)?.call;
  }
}

const MISSING: GrantRefusal = { ok: false, code: 'GRANT_REQUIRED', reason: 'there is none' };

function refuse({ code, reason }: GrantRefusal, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  request.log.warn({ code, reason }, 'a call was refused');
  return reply.code(ERROR_CATALOGUE[code].status).send({ errors: [catalogued(code).toJSON()] });
}
