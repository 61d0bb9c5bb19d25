import { createHash, randomBytes } from 'node:crypto';
import { request, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify, type JWTPayload } from 'jose';
import { startIdentityProvider, type IdentityProvider } from '../src/identity-provider.js';
import { PERSONA_GRANT, SANDBOX_CLIENT } from '../src/tokens.js';
import { smallWorld } from './runtime.world.js';

const world = smallWorld();
const AUDIENCE = 'https://hub.test';
let identity: IdentityProvider;
const printed: unknown[] = [];

beforeAll(async () => {
  for (const method of ['log', 'info', 'warn', 'error'] as const) {
    jest.spyOn(console, method).mockImplementation((...message) => void printed.push(...message));
  }
  identity = await startIdentityProvider({ world, audience: AUDIENCE });
});

afterAll(async () => {
  await identity.close();
  jest.restoreAllMocks();
});

async function verify(token: string, now?: Date): Promise<JWTPayload> {
  const keys = createRemoteJWKSet(new URL(identity.jwksUrl));
  const { payload } = await jwtVerify(token, keys, {
    issuer: identity.issuer,
    audience: AUDIENCE,
    typ: 'at+jwt',
    algorithms: ['ES256', 'EdDSA'],
    ...(now ? { currentDate: now } : {}),
  });
  return payload;
}

async function askToken(parameters: Record<string, string>): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${identity.issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: PERSONA_GRANT, client_id: SANDBOX_CLIENT, ...parameters }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('a token for a persona', () => {
  it('is a signed access token that names the citizen by an opaque subject and carries the number only in its own claim', async () => {
    const token = await identity.tokenFor('courier-four-provinces');
    expect(decodeProtectedHeader(token)).toMatchObject({ typ: 'at+jwt', alg: 'ES256' });
    const payload = await verify(token);
    const number = world.personas[0]?.life.number;
    expect(payload).toMatchObject({ role: 'citizen', citizen_number: number, aud: AUDIENCE });
    expect(payload.sub).not.toContain(number);
    expect(payload).not.toHaveProperty('party');
    expect((await verify(await identity.tokenFor('courier-four-provinces'))).sub).toBe(payload.sub);
  });

  it('names an official by party and jurisdiction and carries no citizen number', async () => {
    const payload = await verify(await identity.tokenFor('caseworker-510000'));
    expect(payload).toMatchObject({ role: 'caseworker', party_kind: 'HRSS_OFFICE', party: '510000', jurisdiction: '510000' });
    expect(payload).not.toHaveProperty('citizen_number');
  });

  it.each([
    ['regulator-market-440000', { role: 'regulator', party_kind: 'MARKET_REGULATION', jurisdiction: '440000' }],
    ['regulator-postal-440000', { role: 'regulator', party_kind: 'POSTAL', jurisdiction: '440000' }],
    ['employer-1', { role: 'employer', party_kind: 'EMPLOYER', party: world.units[0]?.creditCode }],
    ['caseworker-440000-2', { role: 'caseworker', party_kind: 'HRSS_OFFICE', party: '440000' }],
    ['medical-officer-440000', { role: 'caseworker', party_kind: 'MEDICAL_OFFICE', jurisdiction: '440000' }],
    ['statistician-440000', { role: 'regulator', party_kind: 'STATISTICS', jurisdiction: '440000' }],
    ['legal-aid-1', { role: 'integrator', party_kind: 'LEGAL_AID' }],
    ['integrator-1', { role: 'integrator', party_kind: 'INTEGRATOR' }],
  ])('exists for %s', async (key, claims) => {
    expect(await verify(await identity.tokenFor(key))).toMatchObject(claims);
  });

  it('exists for a caseworker of each of the 32 jurisdictions', async () => {
    for (const code of ['110000', '340000', '440000', '620000', '660000']) {
      expect(await verify(await identity.tokenFor(`caseworker-${code}`))).toMatchObject({ jurisdiction: code });
    }
  });

  it('exists for any life of the world by its index', async () => {
    expect(await verify(await identity.tokenFor('life-1'))).toMatchObject({ role: 'citizen', citizen_number: world.lives[1]?.number });
    await expect(identity.tokenFor('life-2')).rejects.toThrow('invalid_grant');
  });

  it('expires after the lifetime that was asked for', async () => {
    const token = await identity.tokenFor('courier-four-provinces', { lifetime: 5 });
    await expect(verify(token)).resolves.toBeDefined();
    await expect(verify(token, new Date(Date.now() + 6000))).rejects.toMatchObject({ code: 'ERR_JWT_EXPIRED' });
  });

  it('says that its holder was looked at anew when that was asked for, and only then', async () => {
    const payload = await verify(await identity.tokenFor('caseworker-440000', { stepUp: true }));
    expect(payload).toMatchObject({ role: 'caseworker', acr: 'urn:yichuang:acr:step-up' });
    expect(Math.abs(Number(payload['auth_time']) - Date.now() / 1000)).toBeLessThan(30);
    expect(await verify(await identity.tokenFor('caseworker-440000'))).not.toHaveProperty('acr');
  });

  it('is for another audience when that was asked for', async () => {
    const token = await identity.tokenFor('courier-four-provinces', { audience: 'https://elsewhere.test' });
    await expect(verify(token)).rejects.toMatchObject({ code: 'ERR_JWT_CLAIM_VALIDATION_FAILED', claim: 'aud' });
  });

  it('is refused with a clear OAuth error for an unknown persona, without repeating what was asked', async () => {
    const { status, body } = await askToken({ persona: 'nobody-by-this-key' });
    expect(status).toBe(400);
    expect(body).toEqual({
      error: 'invalid_grant',
      error_description: expect.stringContaining('no persona or official by that key') as unknown,
    });
    expect(JSON.stringify(body)).not.toContain('nobody-by-this-key');
    await expect(identity.tokenFor('nobody-by-this-key')).rejects.toThrow('no persona or official by that key');
  });

  it.each([
    [{}, 'persona is missing'],
    [{ persona: 'courier-four-provinces', lifetime: '0' }, 'lifetime'],
    [{ persona: 'courier-four-provinces', lifetime: 'soon' }, 'lifetime'],
  ])('is refused for %j', async (parameters, message) => {
    const { status, body } = await askToken(parameters);
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: 'invalid_request', error_description: expect.stringContaining(message) as unknown });
  });
});

/** A browser of one page: keeps cookies, follows nothing. */
class Browser {
  readonly #cookies = new Map<string, string>();

  async go(url: string, form?: Record<string, string>): Promise<Response> {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '), accept: 'text/html' },
      ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';');
      const at = pair.indexOf('=');
      this.#cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return response;
  }
}

function locationOf(response: Response, base: string): string {
  return new URL(response.headers.get('location') ?? '', base).href;
}

describe('logging in with a browser', () => {
  const redirect = 'http://127.0.0.1:5999/callback';
  const verifier = randomBytes(32).toString('base64url');

  function authorizationUrl(extra: Record<string, string> = {}): string {
    const parameters = {
      client_id: SANDBOX_CLIENT,
      response_type: 'code',
      scope: 'openid window',
      redirect_uri: redirect,
      state: 'abc',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    };
    return `${identity.issuer}/auth?${new URLSearchParams({ ...parameters, ...extra }).toString()}`;
  }

  it('lists the personas, and gives a code that buys a token for the chosen one with the right verifier only', async () => {
    const browser = new Browser();
    const page = locationOf(await browser.go(authorizationUrl()), identity.issuer);
    const login = await browser.go(page);
    const html = await login.text();
    expect(login.status).toBe(200);
    expect(html).toContain('courier-four-provinces');
    expect(html).toContain('caseworker-440000');
    expect(html).not.toContain(world.personas[0]?.life.number);
    expect(html).not.toMatch(/(src|href)=/);

    expect((await browser.go(page, { persona: 'nobody' })).status).toBe(400);
    const resume = locationOf(await browser.go(page, { persona: 'caseworker-340000' }), identity.issuer);
    const callback = new URL(locationOf(await browser.go(resume), identity.issuer));
    expect(callback.href.startsWith(redirect)).toBe(true);
    expect(callback.searchParams.get('state')).toBe('abc');
    const code = callback.searchParams.get('code') ?? '';

    const exchange = (proof: string): ReturnType<typeof askToken> =>
      askToken({ grant_type: 'authorization_code', code, redirect_uri: redirect, code_verifier: proof });
    expect((await exchange(randomBytes(32).toString('base64url'))).body).toMatchObject({ error: 'invalid_grant' });
    const { body } = await exchange(verifier);
    expect(await verify(String(body.access_token))).toMatchObject({ role: 'caseworker', jurisdiction: '340000' });
    expect((await exchange(verifier)).body).toMatchObject({ error: 'invalid_grant' });
  });

  it('gives a token that says its holder was looked at anew to who ticked that box', async () => {
    const browser = new Browser();
    const page = locationOf(await browser.go(authorizationUrl()), identity.issuer);
    const resume = locationOf(await browser.go(page, { persona: 'caseworker-340000', step_up: 'true' }), identity.issuer);
    const code = new URL(locationOf(await browser.go(resume), identity.issuer)).searchParams.get('code') ?? '';
    const { body } = await askToken({ grant_type: 'authorization_code', code, redirect_uri: redirect, code_verifier: verifier });
    const payload = await verify(String(body.access_token));
    expect(payload).toMatchObject({ jurisdiction: '340000', acr: 'urn:yichuang:acr:step-up' });
    expect(Math.abs(Number(payload['auth_time']) - Date.now() / 1000)).toBeLessThan(30);
  });

  it('refuses a request without PKCE and a redirect to another machine', async () => {
    const browser = new Browser();
    const without = await browser.go(
      `${identity.issuer}/auth?client_id=${SANDBOX_CLIENT}&response_type=code&scope=openid&redirect_uri=${redirect}`,
    );
    expect(new URL(locationOf(without, identity.issuer)).searchParams.get('error')).toBe('invalid_request');
    expect((await browser.go(authorizationUrl({ redirect_uri: 'https://elsewhere.test/callback' }))).status).toBe(400);
  });
});

describe('the identity provider', () => {
  it('answers only requests addressed to this machine', async () => {
    const { port } = new URL(identity.issuer);
    const asked = request({ host: '127.0.0.1', port, path: '/jwks', headers: { host: 'rebound.example' } }).end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(421);
    response.resume();
  });

  it('prints nothing: no advice of its library and no personal data', () => {
    expect(printed).toEqual([]);
  });
});
