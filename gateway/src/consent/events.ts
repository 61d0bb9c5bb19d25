import type { Selectable } from 'kysely';
import type { ChangeChannel } from '../store/change-channel.js';
import { ChangeEvents } from '../store/change-events.js';
import type { ConsentRecordRow } from '../store/consent-tables.js';
import { isOwn, type Actor } from './actor.js';
import type { ConsentReadings } from './readings.js';

/** An event as `ConsentEvent` of the graph is made of. */
export interface ConsentHappening {
  readonly epoch: string;
  readonly at: string;
  readonly act: string;
  readonly requestId: string;
  readonly consentId: string | null;
}

type Subscriber = Exclude<Actor, { kind: 'HUB' }>;

/** Brings what happens to requests and consents to those it concerns. */
export class ConsentEvents extends ChangeEvents<Selectable<ConsentRecordRow>, Subscriber, ConsentHappening> {
  constructor(channel: Pick<ChangeChannel, 'hear'>, readings: Pick<ConsentReadings, 'records'>) {
    super(channel, { read: (epochs) => readings.records(epochs), tell: told });
  }
}

function told(record: Selectable<ConsentRecordRow>, actor: Subscriber): ConsentHappening | undefined {
  const { subject, recipient_kind: kind, recipient_code: code } = record;
  if (!record.told.includes(actor.kind) || !isOwn({ subject, recipient: { kind, code } }, actor)) return undefined;
  return {
    epoch: record.epoch,
    at: record.at.toISOString(),
    act: record.act,
    requestId: record.request_id,
    consentId: record.consent_id,
  };
}
