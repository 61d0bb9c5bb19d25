/** Everything that listens, by the name it asks its port by, with its place after the first port. All listen on 127.0.0.1. */
const SERVERS = [
  ['gateway', 0, 'the gateway'],
  ['subgraph-hrss', 1, 'the hrss subgraph'],
  ['subgraph-market-regulation', 2, 'the market-regulation subgraph'],
  ['subgraph-postal', 3, 'the postal subgraph'],
  ['subgraph-medical-insurance', 4, 'the medical-insurance subgraph'],
  ['control', 100, "the sandbox's control endpoint"],
  ['identity-provider', 101, "the sandbox's identity provider"],
  ['hrss-ministry', 110, "the sandbox's ministry"],
  ['hrss-soap', 111, "the sandbox's SOAP provinces"],
  ['hrss-rest', 112, "the sandbox's REST provinces"],
  ['hrss-sftp', 113, "the sandbox's SFTP provinces"],
  ['sql-north', 114, "the sandbox's SQL provinces, north"],
  ['sql-east', 115, "the sandbox's SQL provinces, east"],
  ['sql-south', 116, "the sandbox's SQL provinces, south"],
  ['medical', 120, "the sandbox's medical platform"],
  ['market', 130, "the sandbox's market regulation"],
  ['postal', 140, "the sandbox's postal licences"],
  ['postal-sftp', 141, "the sandbox's postal files"],
  ['postgres', 190, "the sandbox's PostgreSQL"],
  ['store', 191, "the hub's PostgreSQL"],
] as const;

export interface PlannedPort {
  readonly name: string;
  readonly port: number;
  /** Who listens there, for a sentence. */
  readonly part: string;
}

export const DEFAULT_FIRST_PORT = 4000;

/** The ports of a start: all after `firstPort`, the gateway's own choosable. */
export function planPorts(firstPort: number, gatewayPort?: number): readonly PlannedPort[] {
  return SERVERS.map(([name, offset, part]) => ({
    name,
    part,
    port: name === 'gateway' && gatewayPort !== undefined ? gatewayPort : firstPort + offset,
  }));
}

/** Looks a port up by name; 0, which lets the system choose, for a server that is not in the plan. */
export function portLookup(ports: readonly PlannedPort[]): (name: string) => number {
  const byName = new Map(ports.map(({ name, port }) => [name, port]));
  return (name) => byName.get(name) ?? 0;
}
