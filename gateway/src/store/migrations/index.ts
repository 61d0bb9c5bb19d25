import type { Migration } from 'kysely';

/** By name, in the order in which they are applied. A migration that has been released is never changed; what it did wrong the next mends. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {};
