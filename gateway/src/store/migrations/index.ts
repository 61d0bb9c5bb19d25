import type { Migration } from 'kysely';
import { ACCESS_LOG } from './access-log.js';
import { ACCESS_LOG_OWN_ACTS } from './access-log-own-acts.js';
import { ACTING } from './acting.js';
import { ACTING_OPEN_CASES } from './acting-open-cases.js';
import { ACTING_USE } from './acting-use.js';
import { ACCESS_LOG_UNNAMED } from './access-log-unnamed.js';
import { CONSENT } from './consent.js';
import { PERSON_LOG } from './person-log.js';
import { SITE_EVENTS } from './site-events.js';
import { TRANSFER_EVENTS } from './transfer-events.js';
import { WEBHOOKS } from './webhooks.js';

/** By name, in the order in which they are applied. A migration that has been released is never changed; what it did wrong the next mends. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001_consent': CONSENT,
  '0002_access_log': ACCESS_LOG,
  '0003_acting': ACTING,
  '0004_access_log_unnamed': ACCESS_LOG_UNNAMED,
  '0005_acting_use': ACTING_USE,
  '0006_person_log': PERSON_LOG,
  '0007_transfer_events': TRANSFER_EVENTS,
  '0008_webhooks': WEBHOOKS,
  '0009_access_log_own_acts': ACCESS_LOG_OWN_ACTS,
  '0010_site_events': SITE_EVENTS,
  '0011_acting_open_cases': ACTING_OPEN_CASES,
};
