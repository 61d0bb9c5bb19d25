/** How one agency's subgraph is reached. */
export interface AgencySettings {
  /** Address of its GraphQL endpoint. */
  readonly url: string;
  /** Sockets kept to it. @default 16 */
  readonly connections: number;
  /** Longest wait for a connection, ms; all a dead agency can cost. @default 1000 */
  readonly connectTimeoutMs: number;
  /** Longest time for one call, ms. @default 6000 */
  readonly deadlineMs: number;
  /** Largest reply, bytes. @default 16 MiB */
  readonly maxReplyBytes: number;
  /** Most representations in one call. @default 100 */
  readonly maxBatch: number;
}

export const DEFAULT_AGENCY: Omit<AgencySettings, 'url'> = {
  connections: 16,
  connectTimeoutMs: 1_000,
  deadlineMs: 6_000,
  maxReplyBytes: 16 * 1024 * 1024,
  maxBatch: 100,
};
