import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SUBGRAPHS, subgraphSdl } from '@yichuang/schema';
import type { GrantPolicy } from '../../src/grants/check.js';
import { grantPolicyFrom } from '../../src/grants/settings.js';
import { startSubgraph, type RunningSubgraph } from '../../src/server/subgraph.js';
import { granted, grantFor, hubKey, policyOf, type Forgery, type HubKey } from './forge.js';

const key = hubKey('intl', 'k-1');
const next = hubKey('intl', 'k-2');
const log: string[] = [];
const opened: RunningSubgraph[] = [];
let subgraph: RunningSubgraph;

const start = (...keys: readonly HubKey[]): Promise<RunningSubgraph> => startWith(policyOf(...keys));

async function startWith(grants: GrantPolicy): Promise<RunningSubgraph> {
  const running = await startSubgraph({
    name: 'postal',
    agency: {
      code: 'postal',
      systems: [],
      systemOf: () => undefined,
      officeEntry: () => undefined,
      open: () => Promise.resolve(),
      close: () => Promise.resolve(),
    },
    resolvers: { Enterprise: { __resolveReference: ({ creditCode }: { creditCode: string }) => ({ creditCode }) } },
    needs: {},
    grants,
    citizenRefKey: '0'.repeat(64),
    port: 0,
    logTo: { write: (line) => void log.push(line) },
  });
  opened.push(running);
  return running;
}
beforeAll(async () => {
  subgraph = await start(key, next);
});
afterAll(() => Promise.all(opened.map((one) => one.close())));

const ENTERPRISES = 'query($representations:[_Any!]!){_entities(representations:$representations){... on Enterprise{creditCode}}}';
const bodyAbout = (creditCode: string): string =>
  JSON.stringify({ query: ENTERPRISES, variables: { representations: [{ __typename: 'Enterprise', creditCode }] } });
const BODY = bodyAbout('91110000MA0000013U');

interface Said {
  readonly status: number;
  readonly code: string | undefined;
}

async function send(grant: string | undefined, body = BODY, to = subgraph, headers: Record<string, string> = {}): Promise<Said> {
  const response = await fetch(to.url, {
    method: 'POST',
    headers: { ...(grant === undefined ? { 'content-type': 'application/json' } : granted(grant)), ...headers },
    body,
  });
  const { errors = [] } = (await response.json()) as { errors?: { extensions: { code: string } }[] };
  return { status: response.status, code: errors[0]?.extensions.code };
}

const ANSWERED: Said = { status: 200, code: undefined };
const INVALID: Said = { status: 401, code: 'GRANT_INVALID' };
const EXPIRED: Said = { status: 401, code: 'GRANT_EXPIRED' };
const seconds = (): number => Math.floor(Date.now() / 1_000);
const forged = async (forgery: Forgery): Promise<Said> => send(await grantFor(key, BODY, [], forgery));

describe('a call to a subgraph', () => {
  it('with a good grant is answered', async () => {
    expect(await send(await grantFor(key, BODY))).toEqual(ANSWERED);
  });

  it('without a grant is refused, whatever it asks for', async () => {
    const questions = [BODY, '{"query":"{_service{sdl}}"}', '{"query":"{__schema{types{name}}}"}', '{"query":"{__typename}"}', 'not json'];
    for (const body of questions) expect(await send(undefined, body)).toEqual({ status: 401, code: 'GRANT_REQUIRED' });
    expect((await fetch(new URL('/systems', subgraph.url))).status).toBe(401);
    expect((await fetch(`${subgraph.url}?query={__typename}`)).status).toBe(401);
  });

  it('is not let in by what used to be enough, or by a token of a person', async () => {
    expect(await send(undefined, BODY, subgraph, { authorization: 'Bearer key' })).toEqual({ status: 401, code: 'GRANT_REQUIRED' });
    expect(await send(undefined, BODY, subgraph, { 'x-forwarded-for': '127.0.0.1' })).toEqual({ status: 401, code: 'GRANT_REQUIRED' });
  });
});

describe('B1: a grant', () => {
  it('with alg none is refused', async () => {
    expect(await forged({ header: { alg: 'none' }, signature: () => '' })).toEqual(INVALID);
    expect(await forged({ header: { alg: 'none' } })).toEqual(INVALID);
    expect(await forged({ signature: () => '' })).toEqual(INVALID);
  });

  it('signed with the public key as a shared secret is refused', async () => {
    const secret = JSON.stringify(key.publicKey);
    for (const alg of ['HS256', 'EdDSA', 'RS256', 'ES256'])
      expect(
        await forged({ header: { alg }, signature: (input) => createHmac('sha256', secret).update(input).digest('base64url') }),
      ).toEqual(INVALID);
  });

  it.each(['../../etc/passwd', '/dev/null', 'https://evil.example/jwks', 'k-1 OR 1=1', '__proto__', 'constructor', ''])(
    'with the kid %j is refused',
    async (kid) => {
      expect(await forged({ header: { kid } })).toEqual(INVALID);
    },
  );

  it.each([
    ['jku', 'https://evil.example/jwks'],
    ['x5u', 'https://evil.example/chain'],
    ['x5c', ['MIIB']],
    ['crit', ['b64']],
    ['b64', false],
  ])('with %s in its header is refused', async (name, value) => {
    expect(await forged({ header: { [name]: value } })).toEqual(INVALID);
  });

  it('that brings its own key is refused', async () => {
    const own = hubKey('intl', 'k-1');
    expect(await send(await grantFor(own, BODY))).toEqual(INVALID);
    expect(await send(await grantFor(own, BODY, [], { header: { jwk: own.publicKey } }))).toEqual(INVALID);
  });

  it('of another kind of token is refused', async () => {
    expect(await forged({ header: { typ: 'at+jwt' } })).toEqual(INVALID);
    expect(await forged({ header: { typ: undefined } })).toEqual(INVALID);
  });

  it('of another issuer is refused', async () => {
    expect(await forged({ payload: { iss: 'https://evil.example' } })).toEqual(INVALID);
  });

  it('whose signature or payload was altered is refused', async () => {
    const [head = '', body = '', rest = ''] = (await grantFor(key, BODY)).split('.');
    expect(await send(`${head}.${body}.${rest.startsWith('A') ? 'B' : 'A'}${rest.slice(1)}`)).toEqual(INVALID);
    const payload = JSON.parse(Buffer.from(body, 'base64url').toString()) as { exp: number };
    const longer = Buffer.from(JSON.stringify({ ...payload, exp: payload.exp + 1 })).toString('base64url');
    expect(await send(`${head}.${longer}.${rest}`)).toEqual(INVALID);
  });

  it.each(['', '~', '~~', 'x', 'a.b.c', 'a.b.c~', 'a.b.c~d', 'a.b.c~d~e', '....~x~', '\u00e9~x~', 'a'.repeat(30_000)])(
    'that is the text %.20j is refused',
    async (text) => {
      expect((await send(text)).status).toBe(401);
    },
  );

  it('with a disclosure that was not signed, two of them, or none is refused', async () => {
    const grant = await grantFor(key, BODY);
    const [jwt = '', disclosure = ''] = grant.split('~');
    const [, other = ''] = (await grantFor(key, BODY)).split('~');
    for (const text of [`${jwt}~${other}~`, `${jwt}~${disclosure}~${other}~`, `${jwt}~~`, `${jwt}~${disclosure}`])
      expect(await send(text)).toEqual(INVALID);
    expect(await send(grant)).toEqual(ANSWERED);
  });

  it('that is signed and not a grant is refused', async () => {
    const { signer } = key;
    const disclosure = Buffer.from(JSON.stringify(['salt', { aud: 'postal' }])).toString('base64url');
    expect(await forged({ disclosure, payload: { grants: [{ '...': signer.suite.digest(disclosure) }] } })).toEqual(INVALID);
    expect(await forged({ payload: { grants: 'all' } })).toEqual(INVALID);
  });
});

describe('B2: a grant for another agency', () => {
  it('is refused', async () => {
    for (const aud of ['hrss', 'postal2', '', 'POSTAL']) expect(await forged({ call: { aud } })).toEqual(INVALID);
  });
});

describe('B3: a grant', () => {
  it('that has expired is refused, with no grace', async () => {
    const now = seconds();
    expect(await forged({ payload: { iat: now - 31, exp: now - 1 } })).toEqual(EXPIRED);
    expect(await forged({ payload: { iat: now - 30, exp: now } })).toEqual(EXPIRED);
  });

  it('that is not valid yet is refused beyond a minute of difference between the clocks', async () => {
    const now = seconds();
    expect(await forged({ payload: { iat: now + 90, exp: now + 120 } })).toEqual(EXPIRED);
    expect(await forged({ payload: { nbf: now + 90 } })).toEqual(EXPIRED);
    expect(await forged({ payload: { iat: now + 50, exp: now + 80 } })).toEqual(ANSWERED);
  });

  it('that would live longer than half a minute is refused', async () => {
    const now = seconds();
    expect(await forged({ payload: { iat: now, exp: now + 31 } })).toEqual(INVALID);
    expect(await forged({ payload: { iat: now - 3_600, exp: now + 20 } })).toEqual(INVALID);
  });
});

describe('B4: a grant that was used', () => {
  it('is refused the second time', async () => {
    const grant = await grantFor(key, BODY);
    expect(await send(grant)).toEqual(ANSWERED);
    expect(await send(grant)).toEqual({ status: 403, code: 'GRANT_REPLAYED' });
  });

  it('is refused all times but one when it is sent twenty times at once', async () => {
    const grant = await grantFor(key, BODY);
    const said = await Promise.all(Array.from({ length: 20 }, () => send(grant)));
    expect(said.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(said.filter(({ code }) => code === 'GRANT_REPLAYED')).toHaveLength(19);
  });

  it('brings at another process of the agency what it brought at the first, once, and nothing else', async () => {
    const sibling = await start(key);
    const grant = await grantFor(key, BODY);
    const said = async (to: RunningSubgraph): Promise<string> =>
      (await fetch(to.url, { method: 'POST', headers: granted(grant), body: BODY })).text();
    expect(await said(sibling)).toBe(await said(subgraph));
    expect(await send(grant, BODY, sibling)).toEqual({ status: 403, code: 'GRANT_REPLAYED' });
    const other = await grantFor(key, BODY);
    expect(await send(other)).toEqual(ANSWERED);
    expect(await send(other, bodyAbout('91110000MA0000021M'), sibling)).toEqual({ status: 403, code: 'GRANT_MISMATCH' });
    const late = await grantFor(key, BODY, [], { payload: { iat: seconds() - 31, exp: seconds() - 1 } });
    expect(await send(late, BODY, sibling)).toEqual(EXPIRED);
  });

  // Acts of who moves rights go through kit's transfer-graph, and that none is done twice is shown in subgraphs/hrss/test/transfers.access.test.ts.
  it.each(SUBGRAPHS.filter((name) => !name.startsWith('hub') && name !== 'hrss' && name !== 'medical-insurance'))(
    'changes nothing, because nothing at %s does',
    (name) => {
      expect(subgraphSdl(name)).not.toMatch(/\btype\s+Mutation\b/);
    },
  );

  describe('where the processes of an agency share what they have taken', () => {
    let folder: string;
    const keys = JSON.stringify({ keys: [key.publicKey] });
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'grants-'));
    });
    afterAll(() => rm(folder, { recursive: true }));

    it('is refused by all of them, also when they are asked at once, and by one that has just started', async () => {
      const policy = grantPolicyFrom({ GRANT_KEYS: keys, GRANT_SPENT_DIR: folder });
      const [one, other] = [await startWith(policy), await startWith(policy)];
      const grant = await grantFor(key, BODY);
      const said = await Promise.all(Array.from({ length: 20 }, (_, i) => send(grant, BODY, i % 2 === 0 ? one : other)));
      expect(said.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(said.filter(({ code }) => code === 'GRANT_REPLAYED')).toHaveLength(19);
      expect(await send(grant, BODY, await startWith(policy))).toEqual({ status: 403, code: 'GRANT_REPLAYED' });
      expect(await send(await grantFor(key, BODY), BODY, other)).toEqual(ANSWERED);
    });

    it('is not taken when it cannot be noted, and says nothing of it', async () => {
      const gone = await mkdtemp(join(folder, 'gone-'));
      const running = await startWith(grantPolicyFrom({ GRANT_KEYS: keys, GRANT_SPENT_DIR: gone }));
      await rm(gone, { recursive: true });
      await writeFile(gone, '');
      expect(await send(await grantFor(key, BODY), BODY, running)).toEqual({ status: 403, code: 'GRANT_REPLAYED' });
      expect(log.at(-1)).toContain('it cannot be noted as used');
    });

    it('needs a folder that can be written to', () => {
      expect(() => grantPolicyFrom({ GRANT_KEYS: keys, GRANT_SPENT_DIR: join(folder, 'nowhere') })).toThrow(/GRANT_SPENT_DIR/);
    });
  });
});

describe('B5: a grant for another request', () => {
  it('is refused for other representations, another operation, other variables and other bytes of the same meaning', async () => {
    const others = [
      bodyAbout('91110000MA0000021M'),
      BODY.replace('{creditCode}', '{creditCode expressLicence{number}}'),
      BODY.replace('{"query"', '{"operationName":null,"query"'),
      `${BODY} `,
    ];
    for (const body of others) {
      const grant = await grantFor(key, BODY);
      expect(await send(grant, body)).toEqual({ status: 403, code: 'GRANT_MISMATCH' });
      // It was not used up by that.
      expect(await send(grant)).toEqual(ANSWERED);
    }
  });

  it('is refused for a body of another content type, and for a question in a URL', async () => {
    const grant = await grantFor(key, '{__typename}');
    expect((await send(grant, '{__typename}', subgraph, { 'content-type': 'application/graphql' })).status).toBeGreaterThanOrEqual(400);
    const systems = await grantFor(key, '');
    const answer = await fetch(`${subgraph.url}?query={_service{sdl}}`, { headers: granted(systems) });
    expect(answer.status).toBe(405);
    expect((await fetch(new URL('/systems', subgraph.url), { headers: granted(await grantFor(key, '')) })).status).toBe(200);
  });
});

describe('B10: while the hub goes from one key to the next', () => {
  it('no call is refused', async () => {
    const said = await Promise.all(
      Array.from({ length: 200 }, async (_, n) => send(await grantFor(n < 90 ? key : n < 110 ? ([key, next][n % 2] ?? key) : next, BODY))),
    );
    expect(said.filter(({ status }) => status !== 200)).toEqual([]);
  });

  it('the old key counts for nothing once it has been taken away', async () => {
    const after = await start(next);
    expect(await send(await grantFor(key, BODY), BODY, after)).toEqual(INVALID);
    expect(await send(await grantFor(next, BODY), BODY, after)).toEqual(ANSWERED);
  });
});

describe('B11: an agency that was told the national suite', () => {
  const national = hubKey('gm', 'gm-1');

  it('takes SM2 with SM3, and nothing of the other suite under any name', async () => {
    const gm = await start(national);
    expect(await send(await grantFor(national, BODY), BODY, gm)).toEqual(ANSWERED);
    for (const header of [{ kid: 'gm-1' }, { kid: 'gm-1', alg: 'SM2' }])
      expect(await send(await grantFor(key, BODY, [], { header }), BODY, gm)).toEqual(INVALID);
    expect(await send(await grantFor(national, BODY, [], { payload: { _sd_alg: 'sha-256' } }), BODY, gm)).toEqual(INVALID);
    expect(await send(await grantFor(national, BODY))).toEqual(INVALID);
  });
});

it('B12: nothing of a grant is in the log, and every refusal says there what was wrong', () => {
  const text = log.join('');
  for (const secret of ['c1-', '91110000MA0000013U', 'u-1', 'evil.example', 'passwd', '~']) expect(text).not.toContain(secret);
  for (const reason of [
    'it is for another agency',
    'it has expired',
    'it has been used',
    'it is for another request',
    'it is of another issuer',
  ])
    expect(text).toContain(reason);
});
