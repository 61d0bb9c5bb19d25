import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestHub, type TestHub } from './setup/hub.js';
import { entities } from './setup/fake-agency.js';

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub.close());

const unit = (creditCode: string) => ({ __typename: 'Enterprise', creditCode });

describe('places in an answer', () => {
  it('are exact for errors and provenance when list elements are null or repeated', async () => {
    hub.agencies.hrss.behaviour = entities(() => ({
      employments: [
        { jurisdiction: '440000', enterprise: null },
        null,
        { jurisdiction: '440000', enterprise: unit('A') },
        { jurisdiction: '440000', enterprise: unit('B') },
        { jurisdiction: '440000', enterprise: unit('A') },
      ],
    }));
    hub.agencies['market-regulation'].behaviour = ({ representations }) => ({
      data: { _entities: representations.map((r) => ({ ...r, name: r['creditCode'] === 'A' ? null : 'B 公司' })) },
      errors: [
        {
          message: 'x',
          path: ['_entities', 0, 'name'],
          extensions: { code: 'AGENCY_RATE_LIMITED', system: 'gs-44', retryAfterSeconds: 3 },
        },
      ],
      extensions: {
        provenance: [
          {
            path: ['_entities', 1, 'name'],
            agency: 'x',
            system: 'gs-44',
            jurisdiction: '440000',
            asOf: '2026-11-20T00:00:00+08:00',
            freshness: 'LIVE',
          },
        ],
      },
    });
    const { body } = await hub.ask('{ me { jobs: employments { enterprise { name } } } }', { token: await hub.citizen() });
    expect(body.data).toEqual({
      me: {
        jobs: [
          { enterprise: null },
          null,
          { enterprise: { name: null } },
          { enterprise: { name: 'B 公司' } },
          { enterprise: { name: null } },
        ],
      },
    });
    expect(body.errors?.map(({ path }) => path)).toEqual([
      ['me', 'jobs', 2, 'enterprise', 'name'],
      ['me', 'jobs', 4, 'enterprise', 'name'],
    ]);
    expect(body.errors?.[0]?.extensions).toEqual({
      code: 'AGENCY_RATE_LIMITED',
      agency: 'market-regulation',
      system: 'gs-44',
      retryAfterSeconds: 3,
    });
    expect(body.extensions?.provenance).toEqual([
      {
        path: ['me', 'jobs', 3, 'enterprise', 'name'],
        agency: 'market-regulation',
        system: 'gs-44',
        jurisdiction: '440000',
        asOf: '2026-11-20T00:00:00+08:00',
        freshness: 'LIVE',
      },
    ]);
    expect(hub.agencies['market-regulation'].questions.at(-1)?.representations).toEqual([unit('A'), unit('B')]);
  });
});
