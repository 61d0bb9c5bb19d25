import fastifyStatic from '@fastify/static';
import helmet from '@fastify/helmet';
import altair from 'altair-static';
import type { FastifyPluginAsync } from 'fastify';

/** The explorer at /, served from this process. */
export interface ExplorerOptions {
  /** Query shown at first. */
  readonly initialQuery?: string;
  /** Headers shown at first, e.g. an example of Authorization. */
  readonly initialHeaders?: Readonly<Record<string, string>>;
}

// Altair advertises a plug-in that it would load from outside; it takes this for its having been shown.
const NO_ADVERTISEMENT = `localStorage.setItem('altair:db:ai-plugin-showcased', '{"value":true}');\n`;

/**
 * Serves Altair with no internet: every file comes from the package, and the content security policy lets the page load from and
 * connect to this origin only.
 */
export const explorer: FastifyPluginAsync<ExplorerOptions> = async (app, options) => {
  const settings = {
    baseURL: '/',
    endpointURL: '/graphql',
    disableAccount: true,
    ...(options.initialQuery === undefined ? {} : { initialQuery: options.initialQuery }),
    ...(options.initialHeaders === undefined ? {} : { initialHeaders: { ...options.initialHeaders } }),
    serveInitialOptionsInSeperateRequest: 'initial_options.js',
  };
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'none'"],
        'script-src': ["'self'"],
        // Angular writes the styles of its components into the page.
        'style-src': ["'self'", "'unsafe-inline'"],
        'img-src': ["'self'", 'data:'],
        'font-src': ["'self'", 'data:'],
        'connect-src': ["'self'"],
        'worker-src': ["'self'", 'blob:'],
        'manifest-src': ["'self'"],
        'base-uri': ["'self'"],
        'form-action': ["'none'"],
        'frame-ancestors': ["'none'"],
      },
    },
  });
  const page = altair.renderAltair(settings);
  const start = `${NO_ADVERTISEMENT}${altair.renderInitSnippet(settings)}`;
  app.get('/', (_, reply) => reply.type('text/html; charset=utf-8').send(page));
  app.get('/initial_options.js', (_, reply) => reply.type('text/javascript; charset=utf-8').send(start));
  await app.register(fastifyStatic, {
    root: altair.getDistDirectory(),
    prefix: '/',
    index: false,
    decorateReply: false,
    logLevel: 'silent',
  });
};
