import type { DataRange } from '../access/facts.js';

/** What of a scope was granted of one subject, where that is not all of it. */
export interface Bound {
  /** Months of the data. */
  readonly months: DataRange | undefined;
  /** Rows of the caller's own unit only. */
  readonly ownRows: boolean;
  /** Without where it comes from. */
  readonly placeless: boolean;
}

/** What was granted of one subject only in part, by scope. */
export type BoundedScopes = ReadonlyMap<string, Bound>;

/** A field of an entity of which only a part was granted. */
export interface BoundedField extends Bound {
  /** Its place in the entity. */
  readonly path: readonly string[];
}
