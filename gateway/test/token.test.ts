import { createHmac, createPublicKey } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT, type JWK } from 'jose';
import { AUDIENCE, ISSUER, OWN_NUMBER, ref, startTestHub, type Answered, type TestHub } from './setup/hub.js';

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub.close());

const claims = { sub: 'u-1', role: 'citizen', citizen_number: OWN_NUMBER };
const asked = (token: string): Promise<Answered> => hub.ask('{ me { id } viewer { role party jurisdiction purpose } }', { token });
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const standard = { iss: ISSUER, aud: AUDIENCE, exp: 4_000_000_000 };

describe('a token', () => {
  it('makes its holder the citizen it names, by sealed reference', async () => {
    expect((await asked(await hub.token(claims))).body.data).toEqual({
      me: { id: ref(OWN_NUMBER) },
      viewer: { role: 'CITIZEN', party: null, jurisdiction: null, purpose: 'OWN_RECORD' },
    });
  });

  it('makes its holder an official of a party', async () => {
    const { body } = await hub.ask('{ me { id } viewer { role party jurisdiction rights { scope basis law } } }', {
      token: await hub.caseworker(),
      headers: { 'yichuang-purpose': 'COUNTER_SERVICE' },
    });
    expect(body.data).toMatchObject({ me: null, viewer: { role: 'CASEWORKER', party: 'HRSS_OFFICE:440000', jurisdiction: '440000' } });
    expect(JSON.stringify(body.data)).toMatch(/"basis":"MANDATE","law":"[^"]*第[^"]*条/);
  });

  it.each<[string, string, () => Promise<string> | string]>([
    ['has expired', 'TOKEN_EXPIRED', () => hub.token({ ...claims, exp: 1_000_000_000 })],
    ['is not valid yet', 'TOKEN_EXPIRED', () => hub.token({ ...claims, nbf: 4_000_000_000 })],
    ['is for another service', 'TOKEN_AUDIENCE', () => hub.token({ ...claims, aud: 'another' })],
    ['is of another issuer', 'TOKEN_INVALID', () => hub.token({ ...claims, iss: 'https://elsewhere.invalid' })],
    ['is signed with another key', 'TOKEN_INVALID', () => hub.token(claims, { key: 'OTHER' })],
    ['is of another type', 'TOKEN_INVALID', () => hub.token(claims, { header: { typ: 'logout+jwt' } })],
    ['names no role', 'TOKEN_INVALID', () => hub.token({ sub: 'u-1' })],
    ['names a role that does not exist', 'TOKEN_INVALID', () => hub.token({ ...claims, role: 'superuser' })],
    ['names a citizen with a number that is none', 'TOKEN_INVALID', () => hub.token({ ...claims, citizen_number: '1' })],
    [
      'names a caseworker of nowhere',
      'TOKEN_INVALID',
      () => hub.token({ sub: 'w', role: 'caseworker', party_kind: 'HRSS_OFFICE', party: '440000' }),
    ],
    ['is not signed', 'TOKEN_INVALID', () => `${encode({ alg: 'none' })}.${encode({ ...standard, ...claims })}.`],
    ...['None', 'NONE', 'nOnE', ''].map((alg): [string, string, () => string] => [
      `is not signed and says „${alg}“`,
      'TOKEN_INVALID',
      () => `${encode({ alg, kid: 'k1', typ: 'at+jwt' })}.${encode({ ...standard, ...claims })}.`,
    ]),
    ...(
      [
        ['its coordinates', ({ x = '' }: JWK) => Buffer.from(x, 'base64url')],
        ['its JSON', (jwk: JWK) => Buffer.from(JSON.stringify(jwk))],
        ['its PEM', (jwk: JWK) => Buffer.from(createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }))],
      ] as const
    ).map(([form, secret]): [string, string, () => string] => [
      `is signed with the public key (${form}) as a shared secret`,
      'TOKEN_INVALID',
      () => {
        const head = `${encode({ alg: 'HS256', kid: 'k1', typ: 'at+jwt' })}.${encode({ ...standard, ...claims })}`;
        return `${head}.${createHmac('sha256', secret(hub.issuerKey)).update(head).digest('base64url')}`;
      },
    ]),
    ...['../../etc/passwd', '/dev/null', 'https://evil.example/jwks', "k1' or '1'='1", '__proto__', 'constructor', 'k1 '].map(
      (kid): [string, string, () => Promise<string>] => [
        `names the key „${kid}“`,
        'TOKEN_INVALID',
        () => hub.token(claims, { header: { kid } }),
      ],
    ),
    ...['jku', 'x5u'].map((name): [string, string, () => Promise<string>] => [
      `says in ${name} where its key is`,
      'TOKEN_INVALID',
      () => hub.token(claims, { key: 'OTHER', header: { [name]: 'https://evil.example/jwks' } }),
    ]),
    [
      'brings its own key',
      'TOKEN_INVALID',
      async () => {
        const { publicKey, privateKey } = await generateKeyPair('EdDSA');
        const header = { alg: 'EdDSA', kid: 'k1', typ: 'at+jwt', jwk: await exportJWK(publicKey) };
        return new SignJWT({ ...standard, ...claims }).setProtectedHeader(header).sign(privateKey);
      },
    ],
    ['is no token', 'TOKEN_INVALID', () => 'hello'],
  ])('that %s is refused with %s, status 401 and a challenge', async (_, code, make) => {
    const { status, headers, body } = await asked(await make());
    expect([status, body.errors?.map(({ extensions }) => extensions['code'])]).toEqual([401, [code]]);
    expect(headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    expect(body).not.toHaveProperty('data');
  });

  it('with a changed claim is refused', async () => {
    const [head = '', , signature = ''] = (await hub.token(claims)).split('.');
    const { status } = await asked(`${head}.${encode({ ...standard, ...claims, sub: 'u-2' })}.${signature}`);
    expect(status).toBe(401);
  });

  it('cannot be checked while the issuer is away; questions without a token go on', async () => {
    const lonely = await startTestHub({ OIDC_JWKS_URL: 'http://127.0.0.1:9/jwks' });
    try {
      const { status, body } = await lonely.ask('{ __typename }', { token: await lonely.citizen() });
      expect([status, body.errors?.[0]?.extensions['code']]).toEqual([503, 'IDENTITY_PROVIDER_UNAVAILABLE']);
      expect((await lonely.ask('{ __typename }')).body.data).toEqual({ __typename: 'Query' });
    } finally {
      await lonely.close();
    }
  });
});
