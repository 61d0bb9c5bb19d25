import type { AccessLogTables } from './access-log-tables.js';

/** Every table of the hub's store, by its name in the schema `yichuang`; each domain describes its own in a file beside this one. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- domains join theirs by extending it
export interface Tables extends AccessLogTables {}
