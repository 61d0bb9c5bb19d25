import type { DivisionCode } from '@yichuang/schema';
import type { LegacySystem } from '../systems/system.js';

/** Facts about the system a connector is made for. */
export interface ConnectorContext {
  readonly id: string;
  readonly jurisdictions: readonly DivisionCode[];
  /** Milliseconds a call may take; limits within a call (to connect, say) are as long unless the settings say otherwise. */
  readonly deadlineMs?: number;
}

/** Makes a connector from the settings of an agency file. @throws Error naming the setting that does not fit. */
export type Connector = (settings: unknown, context: ConnectorContext) => LegacySystem;
