import { DEFAULT_GRANT_ISSUER, isSuiteName, readGrantSigner, SUITES, type GrantSigner } from '@yichuang/schema';

/** With what, and in whose name, grants are signed. */
export interface GrantSettings {
  readonly signer: GrantSigner;
  /** Value of `iss`. @default yichuang */
  readonly issuer: string;
}

/**
 * Reads GRANT_SUITE, GRANT_KEY and GRANT_ISSUER.
 * @param problems is told what cannot be used; what is returned must not be used then
 */
export function readGrantSettings(env: Readonly<Record<string, string | undefined>>, problems: string[]): GrantSettings {
  const suite = env['GRANT_SUITE']?.trim() ?? 'intl';
  const key = env['GRANT_KEY']?.trim() ?? '';
  const issuer = env['GRANT_ISSUER']?.trim() ?? DEFAULT_GRANT_ISSUER;
  const unusable = { signer: { suite: SUITES.intl, keyId: '', sign: () => '' }, issuer };
  if (!isSuiteName(suite)) {
    problems.push('GRANT_SUITE must be intl or gm');
    return unusable;
  }
  if (key === '') {
    problems.push('GRANT_KEY is not set: key by which the hub signs what it grants its calls to agencies, JSON');
    return unusable;
  }
  try {
    return { signer: readGrantSigner(suite, key), issuer };
  } catch (error) {
    problems.push(`GRANT_KEY ${error instanceof Error ? error.message : 'cannot be read'}`);
    return unusable;
  }
}
