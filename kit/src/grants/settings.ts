import { accessSync, constants } from 'node:fs';
import { DEFAULT_GRANT_ISSUER, isSuiteName, readGrantVerifiers, SUITES } from '@yichuang/schema';
import type { GrantPolicy } from './check.js';

/**
 * Reads GRANT_KEYS, GRANT_SUITE (`intl` unless given), GRANT_ISSUER and GRANT_SPENT_DIR.
 * @throws Error naming the variable that is missing or cannot be used
 */
export function grantPolicyFrom(env: Readonly<Record<string, string | undefined>>): GrantPolicy {
  const suite = env['GRANT_SUITE']?.trim() ?? 'intl';
  if (!isSuiteName(suite)) throw new Error('the environment variable GRANT_SUITE is neither intl nor gm');
  const keys = env['GRANT_KEYS']?.trim() ?? '';
  if (keys === '') throw new Error('the environment variable GRANT_KEYS is not set');
  const policy = grantPolicy(suite, keys, env['GRANT_ISSUER']?.trim());
  const spentFolder = env['GRANT_SPENT_DIR']?.trim() ?? '';
  return spentFolder === '' ? policy : { ...policy, spentFolder: writable(spentFolder) };
}

function writable(folder: string): string {
  try {
    accessSync(folder, constants.W_OK);
    return folder;
  } catch (error) {
    throw new Error('the environment variable GRANT_SPENT_DIR does not name a folder that can be written to', { cause: error });
  }
}

/** @param keys JSON as GRANT_KEYS has it. @throws Error naming GRANT_KEYS when it cannot be used */
export function grantPolicy(suite: keyof typeof SUITES, keys: string, issuer = DEFAULT_GRANT_ISSUER): GrantPolicy {
  try {
    return { suite: SUITES[suite], keys: readGrantVerifiers(suite, keys), issuer };
  } catch (error) {
    throw new Error(`the environment variable GRANT_KEYS ${error instanceof Error ? error.message : 'cannot be read'}`, { cause: error });
  }
}
