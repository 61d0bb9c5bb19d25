import type { AccessLogTables } from './access-log-tables.js';
import type { ActingTables } from './acting-tables.js';
import type { ConsentTables } from './consent-tables.js';
import type { WebhookTables } from './webhook-tables.js';

/** Every table of the hub's store, by its name in the schema `yichuang`; each domain describes its own in a file beside this one. */
export interface Tables extends AccessLogTables, ActingTables, ConsentTables, WebhookTables {}
