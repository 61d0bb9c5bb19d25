import { readFileSync } from 'node:fs';

/** How this hub tells hubs at other sites what happens, and hears of it from them. */
export interface SiteSettings {
  /** Of this site, among those that share the bus: 1 to 32 of a–z, 0–9 and hyphens. */
  readonly name: string;
  /** Addresses of NATS servers. */
  readonly servers: readonly string[];
  /** What a file of credentials of NATS holds; absent where the addresses say who connects. */
  readonly credentials: Uint8Array | undefined;
}

/**
 * Reads the settings of the bus between sites from the environment.
 * @param problems takes what is wrong, without values
 * @returns undefined where there is no bus
 */
export function readSiteSettings(env: Readonly<Record<string, string | undefined>>, problems: string[]): SiteSettings | undefined {
  const servers = (env['NATS_SERVERS'] ?? '').split(',').flatMap((text) => (text.trim() === '' ? [] : [text.trim()]));
  if (servers.length === 0) return undefined;
  if (!servers.every((one) => /^(nats|tls):\/\/[^\s/]+$/.test(one)))
    problems.push('NATS_SERVERS must be addresses of the kind nats:// or tls://, with commas between them');
  const name = env['SITE_NAME']?.trim() ?? '';
  if (!/^[a-z0-9-]{1,32}$/.test(name)) problems.push('SITE_NAME must be 1 to 32 of a-z, 0-9 and hyphens where NATS_SERVERS is set');
  const file = env['NATS_CREDENTIALS_FILE']?.trim() ?? '';
  let credentials: Uint8Array | undefined;
  try {
    if (file !== '') credentials = readFileSync(file);
  } catch {
    problems.push('NATS_CREDENTIALS_FILE cannot be read');
  }
  return { name, servers, credentials };
}
