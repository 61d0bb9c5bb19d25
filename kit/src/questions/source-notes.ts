import type { GraphQLResolveInfo } from 'graphql';
import type { Provenance } from '../mapping/mapping.js';

/** One source of one field of the answer; an element of `extensions.provenance`. */
export interface SourceNote {
  readonly path: readonly (string | number)[];
  readonly agency: string;
  readonly system: string;
  readonly jurisdiction: string | null;
  readonly asOf: string;
  readonly freshness: Provenance['freshness'];
}

/** Collects where the fields of one answer come from: one note per field and source, however many records the source gave. */
export class SourceNotes {
  readonly #notes = new Map<string, SourceNote>();

  /** Notes the sources of the records that the field being resolved was made of. */
  add(info: Pick<GraphQLResolveInfo, 'path'>, records: Iterable<{ readonly provenance: Provenance }>): void {
    let path: (string | number)[] | undefined;
    for (const { provenance } of records) {
      const { agency, system, jurisdiction, asOf, freshness } = provenance;
      path ??= pathOf(info.path);
      const key = JSON.stringify([path, system, jurisdiction]);
      if (!this.#notes.has(key)) this.#notes.set(key, { path, agency, system, jurisdiction, asOf, freshness });
    }
  }

  list(): readonly SourceNote[] {
    return [...this.#notes.values()];
  }
}

function pathOf(path: GraphQLResolveInfo['path']): (string | number)[] {
  const keys: (string | number)[] = [];
  for (let at: GraphQLResolveInfo['path'] | undefined = path; at; at = at.prev) keys.push(at.key);
  return keys.reverse();
}
