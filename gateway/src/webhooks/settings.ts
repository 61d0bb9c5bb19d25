import { parseNetwork, type Network } from './addresses.js';

/** How webhooks are sent. */
export interface WebhookSettings {
  /** Receivers may be reached by http: for development. */
  readonly plainHttp: boolean;
  /** Networks that may be sent to although they are special: those of an intranet. */
  readonly networks: readonly Network[];
  /** Addresses of the name servers that are asked where receivers stand; none: those of the system. */
  readonly nameServers: readonly string[];
  /** How long one attempt may take, ms. */
  readonly timeoutMs: number;
  /** After which time whoever sends something is given up, s. Longer than a decision and an attempt may take. */
  readonly claimS: number;
}

export const DEFAULT_WEBHOOKS: WebhookSettings = { plainHttp: false, networks: [], nameServers: [], timeoutMs: 10_000, claimS: 60 };

/** Reads networks and name servers from the environment. @param problems takes what is wrong, without values */
export function readWebhookSettings(
  env: Readonly<Record<string, string | undefined>>,
  plainHttp: boolean,
  problems: string[],
): WebhookSettings {
  const listed = (name: string): readonly string[] =>
    (env[name] ?? '').split(',').flatMap((text) => (text.trim() === '' ? [] : [text.trim()]));
  const networks = listed('WEBHOOK_NETWORKS').map(parseNetwork);
  if (networks.includes(undefined)) problems.push('WEBHOOK_NETWORKS must be networks such as 10.20.0.0/16, with commas between them');
  const nameServers = listed('WEBHOOK_NAME_SERVERS');
  if (!nameServers.every((one) => /^(\[[0-9a-f:.]+\]|[0-9a-f:]+|[0-9.]+)(:\d{1,5})?$/i.test(one)))
    problems.push('WEBHOOK_NAME_SERVERS must be addresses, with commas between them');
  return { ...DEFAULT_WEBHOOKS, plainHttp, networks: networks.filter((one) => one !== undefined), nameServers };
}
