import { DEFAULT_GRANT_ISSUER, isSuiteName, readGrantVerifiers, SUITES } from '@yichuang/schema';
import type { GrantPolicy } from './check.js';

/**
 * Reads GRANT_KEYS, GRANT_SUITE (`intl` unless given) and GRANT_ISSUER.
 * @throws Error naming the variable that is missing or cannot be used
 */
export function grantPolicyFrom(env: Readonly<Record<string, string | undefined>>): GrantPolicy {
  const suite = env['GRANT_SUITE']?.trim() ?? 'intl';
  if (!isSuiteName(suite)) throw new Error('the environment variable GRANT_SUITE is neither intl nor gm');
  const keys = env['GRANT_KEYS']?.trim() ?? '';
  if (keys === '') throw new Error('the environment variable GRANT_KEYS is not set');
  return grantPolicy(suite, keys, env['GRANT_ISSUER']?.trim());
}

/** @param keys JSON as GRANT_KEYS has it. @throws Error naming GRANT_KEYS when it cannot be used */
export function grantPolicy(suite: keyof typeof SUITES, keys: string, issuer = DEFAULT_GRANT_ISSUER): GrantPolicy {
  try {
    return { suite: SUITES[suite], keys: readGrantVerifiers(suite, keys), issuer };
  } catch (error) {
    throw new Error(`the environment variable GRANT_KEYS ${error instanceof Error ? error.message : 'cannot be read'}`, { cause: error });
  }
}
