import type { Connector, ConnectorContext } from './connector.js';
import type { LegacySystem, Transport } from '../systems/system.js';
import { batchSystem } from './batch.js';
import { envelope } from './envelope.js';
import { rest } from './rest.js';
import { soap } from './soap.js';
import { sql } from './sql.js';

const CONNECTORS: Readonly<Record<Transport, Connector>> = { batch: batchSystem, envelope, rest, soap, sql };

/** Connects one system by its transport. */
export function connect(transport: Transport, settings: unknown, context: ConnectorContext): LegacySystem {
  return CONNECTORS[transport](settings, context);
}
