import { ERROR_CATALOGUE } from '@yichuang/schema';
import type { GraphQLFormattedError } from 'graphql';
import { isErrorCode } from '../graph/request-errors.js';
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
  #seen: Set<string> | undefined;
  #places: Set<string> | undefined;
  /** Places with an error at or below them; undefined until somebody asks. */
  #above: Set<string> | undefined;

  /**
   * One error per place, code and text. The text is the catalogue's unless another is given, which only errors of graphs without access
   * rules have: nothing an agency wrote reaches the client otherwise.
   */
  error(code: string, path: ClientPath, extensions: Readonly<Record<string, unknown>> = {}, message?: string): void {
    const key = JSON.stringify([code, path, extensions, message]);
    this.#seen ??= new Set();
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    (this.#places ??= new Set()).add(JSON.stringify(path));
    if (this.#above) addPrefixes(this.#above, path);
    const text = message ?? (isErrorCode(code) ? ERROR_CATALOGUE[code].message : code);
    this.errors.push({ message: text, path, extensions: { code, ...extensions } });
  }

  /** True when an error explains why there is nothing at this place: one at it or above it. */
  explains(path: ClientPath): boolean {
    const places = this.#places;
    if (!places) return false;
    return prefixesOf(path).some((place) => places.has(place));
  }

  /** The same, or something below it that took it along. */
  explainsLoss(path: ClientPath): boolean {
    if (this.explains(path)) return true;
    if (!this.#above) {
      this.#above = new Set();
      for (const { path: place = [] } of this.errors) addPrefixes(this.#above, place);
    }
    return this.#above.has(JSON.stringify(path));
  }
}

/** A place and all above it, from the top, each as JSON text. */
export function prefixesOf(path: ClientPath): string[] {
  return Array.from({ length: path.length + 1 }, (_, length) => JSON.stringify(path.slice(0, length)));
}

function addPrefixes(places: Set<string>, path: ClientPath): void {
  for (const place of prefixesOf(path)) places.add(place);
}
