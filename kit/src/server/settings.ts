import type { DestinationStream } from 'pino';
import type { GrantPolicy } from '../grants/check.js';

/** What an agency's start function needs besides what the agency itself knows. */
export interface SubgraphSettings {
  /** Counts where no grants are checked. */
  readonly hubKey?: string;
  /** By what the hub's grants are known; without it the hub key is what counts. */
  readonly grants?: GrantPolicy;
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
