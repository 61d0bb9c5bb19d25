import type { Generated, GeneratedAlways } from 'kysely';
import type { DivisionCode } from '@yichuang/schema';
import type { OfficialRole } from '../access/principal.js';
import type { Interest } from '../events/happening.js';

/** STOPPED: the receiver said that it is gone for good (410). REMOVED: its party took it away; its rows are deleted later. */
export type WebhookState = 'OPEN' | 'STOPPED' | 'REMOVED';
/** DEAD: it was tried until its time was over. */
export type DeliveryState = 'WAITING' | 'DELIVERED' | 'DEAD';

/** An address to which events are posted, and on whose behalf. */
export interface WebhookTable {
  seq: GeneratedAlways<string>;
  id: string;
  state: Generated<WebhookState>;
  url: string;
  description: string;
  /** Whoever registered it; asks for every event. */
  registered_by: string;
  role: OfficialRole;
  party_kind: string;
  party_code: string;
  jurisdiction: DivisionCode | null;
  purpose: string;
  interest: Interest;
  /** Sealed. */
  secret: Buffer;
  /** The one before, while both are good. */
  former_secret: Buffer | null;
  former_until: Date | null;
  created_at: Generated<Date>;
  valid_to: Date;
  /** Failures in a row, in whatever cases. */
  faults: Generated<number>;
  /** Nothing is sent before. */
  rest_until: Generated<Date>;
  tested_at: Date | null;
  /** When it last took something. */
  taken_at: Date | null;
}

/** What of one case waits for an endpoint: it is sent one after the other. */
export interface WebhookLaneTable {
  webhook: string;
  /** Of the case. */
  lane: string;
  /** Not before; while it is claimed: when whoever has claimed it is given up. */
  due_at: Date;
  claim: string | null;
}

/** That an event is to be, or was, sent to an endpoint. */
export interface WebhookDeliveryTable {
  id: Generated<string>;
  webhook: string;
  /** Of the event. */
  event: string;
  lane: string;
  cursor: string;
  state: Generated<DeliveryState>;
  attempts: Generated<number>;
  created_at: Generated<Date>;
  /** Tried until then, and at least once. */
  expires_at: Date;
  /** Of the last attempt. */
  tried_at: Date | null;
  fault: string | null;
  status: number | null;
  milliseconds: number | null;
}

/** Up to where in the stream deliveries have been made. One row. */
export interface WebhookReaderTable {
  single: Generated<boolean>;
  place: string;
}

/** What an endpoint is to be sent again. */
export interface WebhookReplayTable {
  webhook: string;
  place: string;
  up_to: string;
}

/** Tables of webhooks. */
export interface WebhookTables {
  webhook: WebhookTable;
  webhook_lane: WebhookLaneTable;
  webhook_delivery: WebhookDeliveryTable;
  webhook_reader: WebhookReaderTable;
  webhook_replay: WebhookReplayTable;
}
