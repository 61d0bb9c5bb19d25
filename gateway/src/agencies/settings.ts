/** How one agency's subgraph is reached, and how much of the hub it may take. */
export interface AgencySettings {
  /** Address of its GraphQL endpoint. */
  readonly url: string;
  /** Most calls under way at a time, and so the most sockets to it; more wait. @default 256 */
  readonly connections: number;
  /** Most calls that wait for their turn; more are refused at once. @default 1024 */
  readonly maxWaiting: number;
  /** Longest wait for a connection, ms; all a dead agency can cost. @default 1000 */
  readonly connectTimeoutMs: number;
  /** Longest time for one call, ms, waiting for its turn and a second attempt included. @default 6000 */
  readonly deadlineMs: number;
  /** Largest reply, bytes. @default 16 MiB */
  readonly maxReplyBytes: number;
  /** Most representations in one call. @default 100 */
  readonly maxBatch: number;
  /** Failures in a row after which the agency is left alone. @default 10 */
  readonly breakAfter: number;
  /** How long it is left alone before one call tries again, ms. @default 5000 */
  readonly breakForMs: number;
}

export const DEFAULT_AGENCY: Omit<AgencySettings, 'url'> = {
  connections: 256,
  maxWaiting: 1_024,
  connectTimeoutMs: 1_000,
  deadlineMs: 6_000,
  maxReplyBytes: 16 * 1024 * 1024,
  maxBatch: 100,
  breakAfter: 10,
  breakForMs: 5_000,
};
