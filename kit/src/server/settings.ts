import type { DestinationStream } from 'pino';
import type { GrantPolicy } from '../grants/check.js';

/** What an agency's start function needs besides what the agency itself knows. */
export interface SubgraphSettings {
  /** By what the hub's grants are known. */
  readonly grants: GrantPolicy;
  readonly citizenRefKey: string;
  readonly port: number;
  readonly host?: string;
  readonly logLevel?: string;
  readonly logTo?: DestinationStream;
  /** The environment that the agency file's settings name; the process's own unless given. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Another agency file than the subgraph's own. */
  readonly agencyFile?: URL;
}
