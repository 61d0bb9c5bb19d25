/**
 * Key, as a text of SQL, of the advisory lock under which the programs that share the hub's database bring their tables up to date, one
 * after the other: who looks through PostgreSQL's catalogue while another drops a column is told of a column that does not exist.
 */
export const MIGRATION_LOCK = `hashtextextended('yichuang.migrations', 0)`;
