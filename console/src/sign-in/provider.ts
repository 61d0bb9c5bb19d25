/** What the pages are told: who signs people in, and by which name it knows these pages. */
export interface Settings {
  readonly issuer: string;
  readonly clientId: string;
}

/** The addresses of an OpenID provider that are used here (OpenID Connect Discovery). */
export interface Provider {
  readonly issuer: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
}

/** The provider does not answer, or answers what cannot be used. */
export class ProviderFault extends Error {}

/** Reads where to sign in, from the hub that served these pages. */
export async function readSettings(): Promise<Settings> {
  const settings = await fetchJson(`${import.meta.env.BASE_URL}settings.json`);
  const { issuer, clientId } = settings;
  if (typeof issuer !== 'string' || typeof clientId !== 'string') throw new ProviderFault('settings');
  return { issuer, clientId };
}

/** Asks the issuer for its addresses. */
export async function discover(issuer: string): Promise<Provider> {
  const found = await fetchJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  const { authorization_endpoint: authorizationEndpoint, token_endpoint: tokenEndpoint } = found;
  if (found['issuer'] !== issuer || typeof authorizationEndpoint !== 'string' || typeof tokenEndpoint !== 'string')
    throw new ProviderFault('discovery');
  return { issuer, authorizationEndpoint, tokenEndpoint };
}

/** What a code was exchanged for. */
export interface Issued {
  readonly accessToken: string;
  /** Seconds it counts. */
  readonly lifetime: number;
}

/** Exchanges a code for an access token (RFC 6749, RFC 7636). */
export async function exchange(
  { tokenEndpoint }: Provider,
  parameters: { readonly clientId: string; readonly code: string; readonly verifier: string; readonly redirectUri: string },
): Promise<Issued> {
  const answer = await fetchJson(tokenEndpoint, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: parameters.clientId,
      code: parameters.code,
      code_verifier: parameters.verifier,
      redirect_uri: parameters.redirectUri,
    }),
  });
  const { access_token: accessToken, expires_in: lifetime } = answer;
  if (typeof accessToken !== 'string') throw new ProviderFault('token');
  return { accessToken, lifetime: typeof lifetime === 'number' ? lifetime : 300 };
}

async function fetchJson(url: string, init?: RequestInit): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetch(url, { ...init, credentials: 'omit' }).catch(() => undefined);
  if (!response?.ok) throw new ProviderFault(String(response?.status ?? 'unreachable'));
  const body: unknown = await response.json().catch(() => undefined);
  if (typeof body !== 'object' || body === null) throw new ProviderFault('not JSON');
  return body as Readonly<Record<string, unknown>>;
}
