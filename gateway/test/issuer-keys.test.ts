import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { citizenSeal } from '@yichuang/schema';
import { DEFAULT_ALGORITHMS, TokenVerifier } from '../src/access/token.js';
import { FakeAgency } from './setup/fake-agency.js';
import { AUDIENCE, ISSUER, OWN_NUMBER } from './setup/hub.js';

const keyOf = async (kid: string): Promise<{ jwk: object; token: (user: string) => Promise<string> }> => {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA');
  const token = (user: string): Promise<string> =>
    new SignJWT({ sub: user, role: 'citizen', citizen_number: OWN_NUMBER })
      .setProtectedHeader({ alg: 'EdDSA', kid })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setExpirationTime('2h')
      .sign(privateKey);
  return { jwk: { ...(await exportJWK(publicKey)), kid, alg: 'EdDSA' }, token };
};

let issuer: FakeAgency;
let verifier: TokenVerifier;
beforeEach(async () => {
  issuer = await new FakeAgency(() => ({ keys: [] })).start();
  verifier = new TokenVerifier(
    { issuer: ISSUER, audience: AUDIENCE, jwksUrl: issuer.url, algorithms: DEFAULT_ALGORITHMS },
    citizenSeal('5a'.repeat(32)),
  );
});
afterEach(async () => {
  jest.restoreAllMocks();
  await issuer.stop();
});

describe("the issuer's keys", () => {
  it.each<[string, () => unknown]>([
    ['are no list of keys', () => ({ keys: [null, 5] })],
    ['are no JSON', () => 'keys'],
    ['are larger than any list of keys', () => ({ keys: [], padding: 'x'.repeat(2_000_000) })],
  ])('that %s leave tokens unchecked, and the next answer is looked at', async (_, answer) => {
    const { jwk, token } = await keyOf('k1');
    issuer.behaviour = answer;
    expect(await verifier.verify(await token('u-1'))).toEqual({ ok: false, code: 'IDENTITY_PROVIDER_UNAVAILABLE' });
    issuer.behaviour = () => ({ keys: [jwk] });
    expect(await verifier.verify(await token('u-1'))).toMatchObject({ ok: true });
  });

  it('that are old are used while the issuer is away, which is not asked again for every token', async () => {
    const { jwk, token } = await keyOf('k1');
    issuer.behaviour = () => ({ keys: [jwk] });
    expect(await verifier.verify(await token('u-1'))).toMatchObject({ ok: true });
    const later = Date.now() + 3_600_000;
    jest.spyOn(Date, 'now').mockImplementation(() => later);
    jest.spyOn(performance, 'now').mockImplementation(() => later);
    issuer.behaviour = (_, response) => void response.writeHead(503).end('{}');
    for (const user of ['u-2', 'u-3', 'u-4']) expect(await verifier.verify(await token(user))).toMatchObject({ ok: true });
    expect(issuer.received).toHaveLength(2);
  });

  it('are looked at again when a token names one that is not known', async () => {
    const [before, after] = [await keyOf('k1'), await keyOf('k2')];
    issuer.behaviour = () => ({ keys: [before.jwk] });
    expect(await verifier.verify(await before.token('u-1'))).toMatchObject({ ok: true });
    issuer.behaviour = () => ({ keys: [after.jwk] });
    const later = performance.now() + 60_000;
    jest.spyOn(performance, 'now').mockImplementation(() => later);
    expect(await verifier.verify(await after.token('u-2'))).toMatchObject({ ok: true });
    expect(await verifier.verify(await before.token('u-3'))).toEqual({ ok: false, code: 'TOKEN_INVALID' });
    expect(issuer.received).toHaveLength(2);
  });
});
