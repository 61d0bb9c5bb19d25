import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import helmet from '@fastify/helmet';
import type { FastifyPluginAsync } from 'fastify';

/** The console at /console/, served from this process. */
export interface ConsoleOptions {
  /** Where it was built: `index.html`, and `assets/` whose names change with their content. */
  readonly folder: string;
  /** Issuer of the tokens; the pages sign people in there. */
  readonly issuer: string;
  /** The name under which the issuer knows the pages, a public client. */
  readonly clientId: string;
}

const A_YEAR_MS = 365 * 24 * 3600 * 1000;

/**
 * Serves the pages for citizens and officials. They ask /graphql like any other client; all that they are told beside it is where to sign
 * in. The content security policy lets them load from this origin only, with no script or style inside a page, and connect to this origin
 * and the issuer's.
 */
export const consolePages: FastifyPluginAsync<ConsoleOptions> = async (app, { folder, issuer, clientId }) => {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'none'"],
        'script-src': ["'self'"],
        'style-src': ["'self'"],
        'img-src': ["'self'", 'data:'],
        'font-src': ["'self'"],
        'connect-src': ["'self'", new URL(issuer).origin],
        'base-uri': ["'none'"],
        'form-action': ["'none'"],
        'frame-ancestors': ["'none'"],
      },
    },
  });
  const page = join(folder, 'index.html');
  app.get('/console', (_, reply) => reply.redirect('/console/', 308));
  app.get('/console/settings.json', (_, reply) => reply.header('cache-control', 'no-cache').send({ issuer, clientId }));
  await app.register(fastifyStatic, {
    root: join(folder, 'assets'),
    prefix: '/console/assets/',
    index: false,
    decorateReply: false,
    immutable: true,
    maxAge: A_YEAR_MS,
    logLevel: 'silent',
  });
  // Each page of the console has an address of its own, and all of them are this one file.
  app.get('/console/*', async (_, reply) => {
    const text = await readFile(page, 'utf8').catch(() => undefined);
    if (text === undefined) return reply.status(503).type('text/plain; charset=utf-8').send('The console has not been built.\n');
    return reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(text);
  });
};
