import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DEFAULT_GRANT_ISSUER, readGrantSigner, SUITES, type GrantedCall } from '@yichuang/schema';
import { AgencyClient } from '../../src/agencies/client.js';
import { fetchDocument, type Reply } from '../../src/agencies/reply.js';
import { DEFAULT_AGENCY } from '../../src/agencies/settings.js';
import { GrantMinter } from '../../src/grants/minter.js';
import { within } from '../agencies/setup.js';
import { FakeAgency } from '../setup/fake-agency.js';
import { GRANT_KEY } from '../setup/grants.js';

const DOCUMENT = fetchDocument('query($n:Int){n(n:$n)}');
let agency: FakeAgency;
beforeEach(async () => {
  agency = await new FakeAgency(() => ({ data: { n: 1 } })).start();
});
afterEach(() => agency.stop());

function clientWith(minter: GrantMinter | undefined): AgencyClient {
  return new AgencyClient('postal', { ...DEFAULT_AGENCY, url: agency.url }, minter);
}

const working = (): GrantMinter => new GrantMinter(readGrantSigner('intl', GRANT_KEY.key), DEFAULT_GRANT_ISSUER, () => undefined);

function ask(client: AgencyClient): Promise<Reply> {
  return new Promise((resolve) => {
    const release = { groups: [{ subjects: ['c1-somebody'], scopes: ['employment.courier:read'], basis: 'SELF' as const }] };
    client.ask({ document: DOCUMENT, variables: '{"n":1}', release }, within(5_000), resolve);
  });
}

/** What the grants of the calls say that have come so far. */
function granted(): GrantedCall[] {
  return agency.received.map(({ headers }) => {
    const [, disclosure = ''] = String(headers['yichuang-grant']).split('~');
    const [, call] = JSON.parse(Buffer.from(disclosure, 'base64url').toString()) as [string, GrantedCall];
    return call;
  });
}

describe('the grant of a call', () => {
  it('is for this agency, this body and what was decided', async () => {
    const client = clientWith(working());
    await ask(client);
    await client.close();
    expect(granted()).toMatchObject([
      {
        aud: 'postal',
        release: [{ subjects: ['c1-somebody'], scopes: ['employment.courier:read'], basis: 'SELF' }],
        op: SUITES.intl.digest(agency.received[0]?.body ?? ''),
      },
    ]);
  });

  it('is another one when the call is sent a second time', async () => {
    let calls = 0;
    agency.behaviour = (_, response) => (calls++ === 0 ? void response.destroy() : { data: { n: 2 } });
    const client = clientWith(working());
    expect(await ask(client)).toMatchObject({ ok: true });
    await client.close();
    const [first, second] = granted();
    expect(second?.op).toBe(first?.op);
    expect(second?.jti).not.toBe(first?.jti);
  });

  it('that cannot be signed keeps the call from being sent, and is not the agency’s fault', async () => {
    const broken = new GrantMinter(
      { suite: SUITES.intl, keyId: 'k', sign: () => Promise.reject(new Error('the module is down')) },
      DEFAULT_GRANT_ISSUER,
      () => undefined,
    );
    const client = clientWith(broken);
    for (let time = 0; time < DEFAULT_AGENCY.breakAfter + 1; time++)
      expect(await ask(client)).toEqual({ ok: false, failure: { code: 'AGENCY_UNAVAILABLE', detail: { agency: 'postal', sent: false } } });
    expect(agency.received).toHaveLength(0);
    expect(client.pressure).toEqual({ underWay: 0, waiting: 0, open: 0, circuit: 'CLOSED' });
    await client.close();
  });

  it('to a subgraph that knows nothing of grants is none', async () => {
    const client = clientWith(undefined);
    await ask(client);
    await client.close();
    expect(agency.received[0]?.headers).not.toHaveProperty('yichuang-grant');
  });

  it('about the agency’s systems names nobody', async () => {
    const client = clientWith(working());
    await client.systems(within(5_000));
    await client.close();
    expect(agency.received[0]?.path).toBe('/systems');
    expect(granted()).toMatchObject([{ aud: 'postal', act: { role: 'HUB' }, release: [], op: SUITES.intl.digest('') }]);
  });
});
