import { createHash } from 'node:crypto';
import { describe, expect, it, jest } from '@jest/globals';
import { decodeProtectedHeader, importJWK, jwtVerify, type JWK, type JWTPayload } from 'jose';
import { newGrantKey, readGrantSigner, readGrantVerifiers, SUITES, type GrantSigner } from '@yichuang/schema';
import type { Caller } from '../../src/access/principal.js';
import { GrantMinter, type GrantOrder } from '../../src/grants/minter.js';
import { GRANT_KEY } from '../setup/grants.js';

const CASEWORKER: Caller = {
  principal: { kind: 'CASEWORKER', user: 'w-1', party: { kind: 'HRSS_OFFICE', code: '440000' }, jurisdiction: undefined },
  purpose: { kind: 'NAMED', code: 'TRANSFER_IN' },
  caseNumber: 'GD-1',
};

function orderTo(audience: string, scope: string): GrantOrder {
  return {
    audience,
    body: `{"query":"{ ${audience} }"}`,
    caller: CASEWORKER,
    release: { groups: [{ subjects: [`c1-of-${audience}`], scopes: [scope], basis: 'MANDATE', ref: 'm-1' }] },
  };
}

function counting(): { signer: GrantSigner; signatures: () => number } {
  const signer = readGrantSigner('intl', GRANT_KEY.key);
  const sign = jest.fn((text: string) => signer.sign(text));
  return { signer: { ...signer, sign }, signatures: () => sign.mock.calls.length };
}

function minted(minter: GrantMinter, orders: readonly GrantOrder[]): Promise<(string | undefined)[]> {
  return Promise.all(
    orders.map(
      (order) =>
        new Promise<string | undefined>((resolve) => {
          minter.mint(order, resolve);
        }),
    ),
  );
}

const minterOf = (signer: GrantSigner): GrantMinter => new GrantMinter(signer, 'yichuang', () => undefined);

/** Reads an SD-JWT by the book: RFC 9901, section 7.1, with jose for the JWT in it. */
async function read(grant: string | undefined): Promise<{ payload: JWTPayload; granted: Record<string, unknown>[] }> {
  const [jwt = '', ...parts] = (grant ?? '').split('~');
  expect(parts.at(-1)).toBe('');
  const disclosures = parts.slice(0, -1);
  const { payload } = await jwtVerify(jwt, await importJWK(GRANT_KEY.publicKey as JWK, 'EdDSA'), {
    issuer: 'yichuang',
    algorithms: ['EdDSA'],
    typ: 'grant+sd-jwt',
    maxTokenAge: 30,
  });
  expect(payload['_sd_alg']).toBe('sha-256');
  const digests = payload['grants'] as { '...': string }[];
  const granted = disclosures.map((disclosure) => {
    const digest = createHash('sha256').update(disclosure, 'ascii').digest('base64url');
    expect(digests.filter((one) => one['...'] === digest)).toHaveLength(1);
    const [salt, value] = JSON.parse(Buffer.from(disclosure, 'base64url').toString()) as [string, Record<string, unknown>];
    expect(Buffer.from(salt, 'base64url')).toHaveLength(16);
    return value;
  });
  return { payload, granted };
}

describe('a grant', () => {
  it('says to whom it is given, for whom, for what, for which operation and for half a minute, and jose takes its signature', async () => {
    const order = orderTo('hrss', 'pension.relations:read');
    const [grant] = await minted(minterOf(counting().signer), [order]);
    const { payload, granted } = await read(grant);
    expect(decodeProtectedHeader(grant?.split('~')[0] ?? '')).toEqual({ alg: 'EdDSA', kid: 'of-the-tests', typ: 'grant+sd-jwt' });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(30);
    expect(granted).toEqual([
      {
        aud: 'hrss',
        jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
        act: { role: 'CASEWORKER', user: 'w-1', party: { kind: 'HRSS_OFFICE', code: '440000' } },
        purpose: 'TRANSFER_IN',
        case: 'GD-1',
        release: [{ subjects: ['c1-of-hrss'], scopes: ['pension.relations:read'], basis: 'MANDATE', ref: 'm-1' }],
        op: createHash('sha256').update(order.body).digest('base64url'),
      },
    ]);
  });

  it('without a caller is the hub’s own, and without a release names nobody', async () => {
    const [grant] = await minted(minterOf(counting().signer), [{ audience: 'hrss', body: '', caller: undefined, release: undefined }]);
    expect((await read(grant)).granted).toMatchObject([{ act: { role: 'HUB' }, release: [] }]);
  });

  it('to one agency of four that are asked at once says nothing of what the others may see', async () => {
    const { signer, signatures } = counting();
    const orders = ['hrss', 'postal', 'market-regulation', 'medical-insurance'].map((name, i) => orderTo(name, `scope.${i}:read`));
    const grants = await minted(minterOf(signer), orders);
    expect(signatures()).toBe(1);
    for (const [i, grant] of grants.entries()) {
      const { payload, granted } = await read(grant);
      expect(granted).toMatchObject([{ aud: orders[i]?.audience }]);
      expect(payload['grants']).toHaveLength(4);
      for (const other of orders.filter((_, j) => j !== i)) {
        const seen = JSON.stringify([payload, granted]);
        expect(seen).not.toContain(`c1-of-${other.audience}`);
        expect(seen).not.toContain(other.release?.groups[0]?.scopes[0] ?? '');
      }
    }
    expect(new Set(grants.map((grant) => grant?.split('~')[0])).size).toBe(1);
    expect(new Set(grants.map((grant) => grant?.split('~')[1])).size).toBe(4);
  });

  it('of a later round has a signature of its own', async () => {
    const { signer, signatures } = counting();
    const minter = minterOf(signer);
    await minted(minter, [orderTo('hrss', 'a:read')]);
    await minted(minter, [orderTo('hrss', 'a:read')]);
    expect(signatures()).toBe(2);
  });

  it('is not signed together with so many that its header would grow without bound', async () => {
    const { signer, signatures } = counting();
    const grants = await minted(
      minterOf(signer),
      Array.from({ length: 100 }, () => orderTo('hrss', 'pension.relations:read')),
    );
    expect(signatures()).toBe(4);
    expect(Math.max(...grants.map((grant) => grant?.length ?? 0))).toBeLessThan(4_096);
    expect(new Set(grants).size).toBe(100);
  });

  it('by a signer that takes its time is there when that is done', async () => {
    const signer = readGrantSigner('intl', GRANT_KEY.key);
    const slow: GrantSigner = { ...signer, sign: async (text) => Promise.resolve(signer.sign(text)) };
    const [grant] = await minted(minterOf(slow), [orderTo('hrss', 'a:read')]);
    expect((await read(grant)).granted).toHaveLength(1);
  });

  it('is none when the key cannot be used, and the operators are told', async () => {
    const broken: unknown[] = [];
    const signers: GrantSigner['sign'][] = [
      () => {
        throw new Error('the module is down');
      },
      () => Promise.reject(new Error('the module is down')),
    ];
    for (const sign of signers) {
      const minter = new GrantMinter({ suite: SUITES.intl, keyId: 'k', sign }, 'yichuang', (error) => broken.push(error));
      expect(await minted(minter, [orderTo('hrss', 'a:read'), orderTo('postal', 'a:read')])).toEqual([undefined, undefined]);
    }
    expect(broken).toHaveLength(2);
  });

  it('of the national suite is signed by SM2 and digested by SM3', async () => {
    const { key, publicKey } = newGrantKey('gm', 'gm-1');
    const order = orderTo('hrss', 'a:read');
    const [grant = ''] = await minted(minterOf(readGrantSigner('gm', key)), [order]);
    const [jwt = '', disclosure = ''] = grant.split('~');
    const [header = '', payload = '', signature = ''] = jwt.split('.');
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({ alg: 'SM2', kid: 'gm-1', typ: 'grant+sd-jwt' });
    const verifier = readGrantVerifiers('gm', JSON.stringify({ keys: [publicKey] })).get('gm-1');
    expect(verifier?.verify(`${header}.${payload}`, signature)).toBe(true);
    const sm3 = (text: string): string => createHash('sm3').update(text).digest('base64url');
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({
      _sd_alg: 'sm3',
      grants: [{ '...': sm3(disclosure) }],
    });
    expect(JSON.parse(Buffer.from(disclosure, 'base64url').toString())).toMatchObject([expect.any(String), { op: sm3(order.body) }]);
  });
});
