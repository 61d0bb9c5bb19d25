import type { DivisionCode } from '@yichuang/schema';
import type { LegacySystem, Transport } from '../systems/system.js';
import { batchSystem } from './batch.js';
import { envelope } from './envelope.js';
import { rest } from './rest.js';
import { soap } from './soap.js';
import { sql } from './sql.js';

/** Facts about the system a connector is made for. */
export interface ConnectorContext {
  readonly id: string;
  readonly jurisdictions: readonly DivisionCode[];
  /** Milliseconds a call may take; limits within a call (to connect, say) are as long unless the settings say otherwise. */
  readonly deadlineMs?: number;
}

/** Makes a connector from the settings of an agency file. @throws Error naming the setting that does not fit. */
export type Connector = (settings: unknown, context: ConnectorContext) => LegacySystem;

const CONNECTORS: Readonly<Record<Transport, Connector>> = { batch: batchSystem, envelope, rest, soap, sql };

/** Connects one system by its transport. */
export function connect(transport: Transport, settings: unknown, context: ConnectorContext): LegacySystem {
  return CONNECTORS[transport](settings, context);
}
