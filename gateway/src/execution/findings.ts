import { ERROR_CATALOGUE, type ErrorCode } from '@yichuang/schema';
import type { GraphQLFormattedError } from 'graphql';
import type { ReportedProvenance } from '../agencies/reply.js';

/** Position in the client's answer: response keys and list positions. */
export type ClientPath = readonly (string | number)[];

/** Where one part of an answer comes from. */
export interface Provenance extends ReportedProvenance {
  readonly path: ClientPath;
  readonly agency: string;
}

/** What is said beside the data of one answer: what is missing and why, and where the rest comes from. */
export class Findings {
  readonly errors: GraphQLFormattedError[] = [];
  readonly provenance: Provenance[] = [];
  readonly #seen = new Set<string>();
  readonly #places = new Set<string>();

  /** One error per place and code. The text is the catalogue's: nothing an agency wrote reaches the client. */
  error(code: ErrorCode, path: ClientPath, extensions: Readonly<Record<string, unknown>> = {}): void {
    const key = JSON.stringify([code, path, extensions]);
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#places.add(JSON.stringify(path));
    this.errors.push({ message: ERROR_CATALOGUE[code].message, path, extensions: { code, ...extensions } });
  }

  source(provenance: Provenance): void {
    this.provenance.push(provenance);
  }

  /** True when an error explains why there is nothing at this place: one at it or above it. */
  explains(path: ClientPath): boolean {
    return Array.from({ length: path.length + 1 }, (_, length) => JSON.stringify(path.slice(0, length))).some((place) =>
      this.#places.has(place),
    );
  }
}
