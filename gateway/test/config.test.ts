import { describe, expect, it } from '@jest/globals';
import { newGrantKey } from '@yichuang/schema';
import { ConfigError, readConfig } from '../src/config.js';
import { GRANT_KEY } from './setup/grants.js';

const whole = {
  GRANT_KEY: GRANT_KEY.key,
  CITIZEN_REF_KEY: '5a'.repeat(32),
  OIDC_ISSUER: 'https://id.invalid',
  OIDC_AUDIENCE: 'yichuang',
  OIDC_JWKS_URL: 'https://id.invalid/jwks',
  DATABASE_URL: 'postgres://hub@127.0.0.1/hub',
  AGENCY_HRSS_URL: 'http://127.0.0.1:4001/graphql',
  AGENCY_MARKET_REGULATION_URL: 'http://127.0.0.1:4002/graphql',
  AGENCY_POSTAL_URL: 'http://127.0.0.1:4003/graphql',
  AGENCY_MEDICAL_INSURANCE_URL: 'http://127.0.0.1:4004/graphql',
};

describe('the configuration', () => {
  it('has a default for everything that is no secret and no address', () => {
    expect(readConfig(whole)).toMatchObject({
      port: 4000,
      questionDeadlineMs: 8_000,
      store: { connections: 10, connectTimeoutMs: 2_000, statementTimeoutMs: 3_000 },
      maxPersons: 200,
      limits: { maxBytes: 262_144, maxTokens: 2_000, maxDepth: 15, maxAliases: 30 },
    });
    expect(readConfig(whole).agencies['hrss']).toMatchObject({ deadlineMs: 6_000, maxReplyBytes: 16_777_216 });
  });

  it.each(Object.keys(whole))('names %s when it is missing', (name) => {
    expect(() => readConfig({ ...whole, [name]: undefined })).toThrow(new RegExp(`${name} is not set`));
  });

  it('serves the console from a folder that is named, to who is signed in by a client that is named too', () => {
    expect(readConfig(whole).console).toBeUndefined();
    expect(() => readConfig({ ...whole, CONSOLE_DIR: '/console' })).toThrow(/CONSOLE_CLIENT_ID is not set/);
    expect(readConfig({ ...whole, CONSOLE_DIR: '/console', CONSOLE_CLIENT_ID: 'pages' }).console).toEqual({
      folder: '/console',
      issuer: 'https://id.invalid',
      clientId: 'pages',
    });
  });

  it('takes a suite and a key of its own for one agency, and one signer for one key', () => {
    const [gm, intl] = [newGrantKey('gm', 'of-one').key, newGrantKey('intl', 'of-another').key];
    const { signer, signers } = readConfig({
      ...whole,
      AGENCY_HRSS_GRANT_SUITE: 'gm',
      AGENCY_HRSS_GRANT_KEY: gm,
      AGENCY_MEDICAL_INSURANCE_GRANT_SUITE: 'gm',
      AGENCY_MEDICAL_INSURANCE_GRANT_KEY: gm,
      AGENCY_POSTAL_GRANT_KEY: intl,
    }).grants;
    expect(signer).toMatchObject({ suite: { name: 'intl' }, keyId: 'of-the-tests' });
    expect([...signers].map(([name, { suite, keyId }]) => [name, suite.name, keyId])).toEqual([
      ['hrss', 'gm', 'of-one'],
      ['postal', 'intl', 'of-another'],
      ['medical-insurance', 'gm', 'of-one'],
    ]);
    expect(signers.get('hrss')).toBe(signers.get('medical-insurance'));
  });

  it('never signs for one agency with another’s key: a suite of its own takes a key of its own', () => {
    expect(() => readConfig({ ...whole, AGENCY_POSTAL_GRANT_SUITE: 'gm' })).toThrow(/AGENCY_POSTAL_GRANT_KEY is not set/);
    expect(() => readConfig({ ...whole, AGENCY_POSTAL_GRANT_SUITE: 'gm', AGENCY_POSTAL_GRANT_KEY: GRANT_KEY.key })).toThrow(
      /AGENCY_POSTAL_GRANT_KEY is not/,
    );
    expect(() => readConfig({ ...whole, AGENCY_POSTAL_GRANT_SUITE: 'rsa' })).toThrow(/AGENCY_POSTAL_GRANT_SUITE must be intl or gm/);
  });

  it.each([
    ['CITIZEN_REF_KEY', 'short'],
    ['PORT', 'http'],
    ['QUESTION_DEADLINE_MS', '-1'],
    ['LIMIT_PERSONS', '0'],
    ['OIDC_ALGORITHMS', 'HS256'],
    ['OIDC_ALGORITHMS', 'none'],
    ['AGENCY_POSTAL_URL', 'postal'],
    ['DATABASE_URL', 'mysql://127.0.0.1/hub'],
  ])('refuses %s = %s without repeating the value', (name, value) => {
    const read = (): unknown => readConfig({ ...whole, [name]: value });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(new RegExp(name));
    expect(read).not.toThrow(new RegExp(`${value}\\b`));
  });
});
