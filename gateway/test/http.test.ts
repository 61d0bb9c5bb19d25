import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { auditServer } from 'graphql-http';
import { OWN_NUMBER, startTestHub, type TestHub } from './setup/hub.js';

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub({ LIMIT_BYTES: '20000' });
});
afterAll(() => hub.close());

describe('GraphQL over HTTP', () => {
  it('passes the audit of graphql-http without an error and without a warning', async () => {
    const results = await auditServer({ url: `${hub.gateway.url}/graphql` });
    expect(results.length).toBeGreaterThan(50);
    expect(results.filter(({ status }) => status === 'error' || status === 'warn').map((result) => `${result.id} ${result.name} ${'reason' in result ? result.reason : ''}`)).toEqual([]);
  });
});
