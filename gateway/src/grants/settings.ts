import { DEFAULT_GRANT_ISSUER, isSuiteName, readGrantSigner, SUITES, type GrantSigner } from '@yichuang/schema';

/** With what, and in whose name, grants are signed. */
export interface GrantSettings {
  /** For agencies with which nothing else was agreed. */
  readonly signer: GrantSigner;
  /** For agencies that have a key of their own, perhaps of another suite, by name. The same signer for the same key. */
  readonly signers: ReadonlyMap<string, GrantSigner>;
  /** Value of `iss`. @default yichuang */
  readonly issuer: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads GRANT_SUITE, GRANT_KEY and GRANT_ISSUER, and for single agencies AGENCY_…_GRANT_SUITE and AGENCY_…_GRANT_KEY.
 * @param agencies name of each, with the beginning of its variables
 * @param problems is told what cannot be used; what is returned must not be used then
 */
export function readGrantSettings(env: Environment, agencies: ReadonlyMap<string, string>, problems: string[]): GrantSettings {
  const text = (name: string): string => env[name]?.trim() ?? '';
  const issuer = text('GRANT_ISSUER') || DEFAULT_GRANT_ISSUER;
  const suite = text('GRANT_SUITE') || 'intl';
  const read = new Map<string, GrantSigner>();
  const signerOf = (prefix: string, of: string, key: string): GrantSigner => {
    const known = read.get(`${of} ${key}`) ?? readSigner(prefix, of, key, problems);
    if (known) read.set(`${of} ${key}`, known);
    return known ?? UNUSABLE;
  };
  const signer = signerOf('', suite, text('GRANT_KEY'));
  const signers = new Map<string, GrantSigner>();
  for (const [name, prefix] of agencies) {
    const [own, key] = [text(`${prefix}GRANT_SUITE`), text(`${prefix}GRANT_KEY`)];
    if (own !== '' || key !== '') signers.set(name, signerOf(prefix, own || suite, key));
  }
  return { signer, signers, issuer };
}

function readSigner(prefix: string, suite: string, key: string, problems: string[]): GrantSigner | undefined {
  if (!isSuiteName(suite)) problems.push(`${prefix}GRANT_SUITE must be intl or gm`);
  else if (key === '')
    problems.push(`${prefix}GRANT_KEY is not set: key by which the hub signs what it grants its calls to agencies, JSON`);
  else
    try {
      return readGrantSigner(suite, key);
    } catch (error) {
      problems.push(`${prefix}GRANT_KEY ${error instanceof Error ? error.message : 'cannot be read'}`);
    }
  return undefined;
}

const UNUSABLE: GrantSigner = { suite: SUITES.intl, keyId: '', sign: () => '' };
