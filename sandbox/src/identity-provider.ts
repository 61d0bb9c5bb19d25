import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type * as library from 'oidc-provider';
import type { Configuration, Grant, JWK, Provider, ResourceServerInstance, TokenEndpointGrantContext } from 'oidc-provider';
import { accountsOf, type AccountDirectory } from './identity/accounts.js';
import { choiceIn, loginPage } from './identity/login.js';
import { memoryStore } from './identity/store.js';
import { isLoopbackHost, listen, type ListeningAddress } from './loopback.js';
import type { World } from './people/model.js';
import { DEFAULT_AUDIENCE, PERSONA_GRANT, SANDBOX_CLIENT, STEP_UP_ACR } from './tokens.js';

const ALGORITHM = 'ES256';
const SCOPE = 'window';
const ONE_HOUR = 3600;

export interface IdentityProviderOptions {
  /** TCP port on 127.0.0.1; 0 lets the system choose. */
  readonly port?: number;
  readonly world: World;
  /** Audience of the tokens; the hub's identifier. */
  readonly audience?: string;
}

export interface TokenOptions {
  /** Seconds the token is valid, at least 1. */
  readonly lifetime?: number;
  /** Another audience than the hub's, to see it refused. */
  readonly audience?: string;
  /** As if the holder had just been looked at anew: claims `acr` and `auth_time`. */
  readonly stepUp?: boolean;
}

export interface IdentityProvider {
  readonly issuer: string;
  readonly jwksUrl: string;
  readonly audience: string;
  /** An access token for a persona, an official or `life-<index>`, got over HTTP like any other. Throws when there is none by that key. */
  tokenFor(key: string, options?: TokenOptions): Promise<string>;
  close(): Promise<void>;
}

/**
 * A development OpenID provider: JWT access tokens (RFC 9068, ES256, a new random key at each start) for everybody of the world, by
 * authorization code with PKCE or by the persona grant. It listens on 127.0.0.1 and answers only requests addressed to this machine.
 */
export async function startIdentityProvider({
  port = 0,
  world,
  audience = DEFAULT_AUDIENCE,
}: IdentityProviderOptions): Promise<IdentityProvider> {
  const { Provider: ProviderClass, errors, interactionPolicy } = await loadLibrary();
  const accounts = accountsOf(world);
  const server = createServer();
  const address = await listen(server, port);
  const issuer = address.url;

  const policy = interactionPolicy.base();
  // The log-in page is the interaction; a second page to allow the hub's own console would ask nothing.
  policy.get('consent')?.checks.remove('native_client_prompt');

  const provider = new ProviderClass(issuer, {
    ...configuration(audience, accounts, (message) => new errors.InvalidTarget(message)),
    interactions: { policy, url: (_context, interaction) => `/interaction/${interaction.uid}` },
    async loadExistingGrant({ oidc }) {
      const grant: Grant = new oidc.provider.Grant({ clientId: SANDBOX_CLIENT, accountId: oidc.session?.accountId ?? '' });
      grant.addOIDCScope('openid');
      grant.addResourceScope(audience, SCOPE);
      await grant.save();
      return grant;
    },
  });
  provider.registerGrantType<PersonaParameters>(
    PERSONA_GRANT,
    (context) => issuePersonaToken(context, accounts, audience, (code, message) => new errors.CustomOIDCProviderError(code, message)),
    ['persona', 'lifetime', 'audience', 'step_up'],
  );

  const standard = provider.callback();
  server.on('request', (request, response) => {
    if (!isLoopbackHost(request.headers.host)) {
      response.writeHead(421, { 'content-type': 'text/plain' }).end('This server answers only requests addressed to this machine.\n');
      return;
    }
    if (request.url?.startsWith('/interaction/')) {
      interact(provider, accounts, request, response).catch(() => {
        if (!response.headersSent) response.writeHead(400, { 'content-type': 'text/plain' });
        response.end('This log-in has ended. Start again from the application.\n');
      });
      return;
    }
    void standard(request, response);
  });

  return {
    issuer,
    jwksUrl: `${issuer}/jwks`,
    audience,
    tokenFor: (key, options) => fetchToken(issuer, key, options),
    close: () => closeServer(address),
  };
}

/** When the holders of persona tokens were looked at anew, seconds since 1970; the library keeps no such thing with a token. */
const steppedUp = new WeakMap<object, number>();

/** What a token says of how its holder was authenticated, where that was more than the choice of a persona. */
function authenticationClaims(token: object, code: AuthenticatedCode | undefined): Record<string, string | number> {
  const at = steppedUp.get(token) ?? (code?.acr === STEP_UP_ACR ? code.authTime : undefined);
  return at === undefined ? {} : { acr: STEP_UP_ACR, auth_time: at };
}

interface AuthenticatedCode {
  readonly acr?: string | undefined;
  readonly authTime?: number | undefined;
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}

interface PersonaParameters {
  persona?: string;
  lifetime?: string;
  audience?: string;
  step_up?: string;
}

async function issuePersonaToken(
  context: TokenEndpointGrantContext<PersonaParameters>,
  accounts: AccountDirectory,
  audience: string,
  refusal: (code: string, message: string) => Error,
): Promise<void> {
  const { client, params, provider } = context.oidc;
  if (!params.persona) throw refusal('invalid_request', 'The parameter persona is missing.');
  const account = accounts.byKey(params.persona);
  // The key is not repeated: somebody may have put a citizen number there.
  if (!account)
    throw refusal('invalid_grant', 'The sandbox has no persona or official by that key. GET /personas of the control endpoint lists them.');
  const lifetime = params.lifetime === undefined ? ONE_HOUR : Number(params.lifetime);
  if (!Number.isSafeInteger(lifetime) || lifetime < 1)
    throw refusal('invalid_request', 'The parameter lifetime must be whole seconds, at least 1.');

  const grant = new provider.Grant({ clientId: client.clientId, accountId: account.subject });
  const token = new provider.AccessToken({
    accountId: account.subject,
    client,
    expiresIn: lifetime,
    grantId: await grant.save(),
    gty: PERSONA_GRANT,
    scope: SCOPE,
    resourceServer: hub(params.audience ?? audience),
  });
  if (params.step_up === 'true') steppedUp.set(token, now());
  context.body = { access_token: await token.save(), expires_in: lifetime, scope: SCOPE, token_type: 'Bearer' };
}

function configuration(audience: string, accounts: AccountDirectory, unknownTarget: (message: string) => Error): Configuration {
  return {
    adapter: memoryStore(),
    clients: [
      {
        client_id: SANDBOX_CLIENT,
        client_name: 'Yichuang sandbox',
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', PERSONA_GRANT],
        response_types: ['code'],
        redirect_uris: [
          'http://127.0.0.1/callback',
          'http://localhost/callback',
          'http://127.0.0.1/console/callback',
          'http://localhost/console/callback',
        ],
        id_token_signed_response_alg: ALGORITHM,
      },
    ],
    jwks: { keys: [signingKey()] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    claims: { openid: ['sub'] },
    scopes: ['openid'],
    pkce: { required: () => true },
    clientBasedCORS: (_context, origin) => isLoopbackHost(URL.canParse(origin) ? new URL(origin).host : undefined),
    findAccount(_context, subject) {
      const account = accounts.bySubject(subject);
      return account && { accountId: subject, claims: () => ({ sub: subject }) };
    },
    extraTokenClaims: ({ oidc }, token) => {
      const claims = 'accountId' in token ? accounts.bySubject(token.accountId)?.claims : undefined;
      return claims && { ...claims, ...authenticationClaims(token, oidc.entities.AuthorizationCode) };
    },
    renderError(context, out) {
      context.type = 'text';
      context.body = `${out.error}: ${out.error_description ?? ''}\n`;
    },
    ttl: { AccessToken: ONE_HOUR, AuthorizationCode: 60, Grant: ONE_HOUR, IdToken: ONE_HOUR, Interaction: ONE_HOUR, Session: ONE_HOUR },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => audience,
        useGrantedResource: () => true,
        getResourceServerInfo(_context, resource) {
          if (resource !== audience) throw unknownTarget('The only resource here is the hub.');
          return hub(audience);
        },
      },
    },
  };
}

function hub(audience: string): ResourceServerInstance {
  return {
    scope: SCOPE,
    scopes: new Set([SCOPE]),
    audience,
    accessTokenTTL: ONE_HOUR,
    accessTokenFormat: 'jwt',
    jwt: { sign: { alg: ALGORITHM } },
    identifier: () => audience,
  };
}

function signingKey(): JWK {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...privateKey.export({ format: 'jwk' }), kty: 'EC', use: 'sig', alg: ALGORITHM, kid: randomBytes(8).toString('base64url') };
}

async function interact(provider: Provider, accounts: AccountDirectory, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { uid } = await provider.interactionDetails(request, response);
  if (request.method === 'POST') {
    const { persona, stepUp } = await choiceIn(request);
    const account = accounts.byKey(persona ?? '');
    const login = account && { accountId: account.subject, ...(stepUp ? { acr: STEP_UP_ACR, ts: now() } : {}) };
    if (login) return provider.interactionFinished(request, response, { login });
  }
  response
    .writeHead(request.method === 'POST' ? 400 : 200, {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      // Chromium applies form-action to the redirects that follow a form, so the client's callback must be allowed too.
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; form-action 'self' http://127.0.0.1:* http://localhost:*",
    })
    .end(loginPage(accounts.listed, `/interaction/${uid}`));
}

async function fetchToken(issuer: string, key: string, options: TokenOptions = {}): Promise<string> {
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: PERSONA_GRANT,
      client_id: SANDBOX_CLIENT,
      persona: key,
      ...(options.lifetime === undefined ? {} : { lifetime: String(options.lifetime) }),
      ...(options.audience === undefined ? {} : { audience: options.audience }),
      ...(options.stepUp === true ? { step_up: 'true' } : {}),
    }),
  });
  const answer = (await response.json()) as { access_token?: string; error?: string; error_description?: string };
  if (answer.access_token === undefined)
    throw new Error(`The identity provider gave no token: ${answer.error ?? response.status} ${answer.error_description ?? ''}`);
  return answer.access_token;
}

async function closeServer({ server }: ListeningAddress): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

/** The library objects to every Node before 22 when it is loaded; what is used of it here is tested on 20, so that line is left out. */
async function loadLibrary(): Promise<typeof library> {
  /* eslint-disable no-console -- the library writes its objection to the console and offers no switch */
  const warn = console.warn;
  console.warn = (...message: unknown[]) => {
    if (!String(message[0]).includes('Unsupported runtime')) warn(...message);
  };
  try {
    return await import('oidc-provider');
  } finally {
    console.warn = warn;
  }
  /* eslint-enable no-console */
}
