import { composeServices } from '@apollo/composition';
import { loadAccessCatalogue, SUBGRAPHS, subgraphSdl, type AccessCatalogue } from '@yichuang/schema';
import { parse } from 'graphql';
import { lint, type SubgraphSource } from './lint.js';
import type { LintFailure } from './lint-failure.js';

/** Either the supergraph as text, or everything that keeps it from being composed. */
export type Composition =
  | { readonly ok: true; readonly supergraphSdl: string }
  | { readonly ok: false; readonly lint: readonly LintFailure[]; readonly errors: readonly string[] };

/** The SDL of every subgraph as it goes into composition. */
export function subgraphSources(): SubgraphSource[] {
  return SUBGRAPHS.map((name) => ({ name, sdl: parse(subgraphSdl(name)) }));
}

/** The supergraph names no real address: where an agency answers is configuration, not schema. */
export function placeholderUrl(subgraph: string): string {
  return `http://${subgraph}.agency.invalid/graphql`;
}

/**
 * Lints and composes. The lint comes first, because its failures say how to mend them.
 * @param sources the subgraphs; those of `schema/sdl` unless told otherwise
 */
export function composeSupergraph(
  sources: readonly SubgraphSource[] = subgraphSources(),
  catalogue: AccessCatalogue = loadAccessCatalogue(),
): Composition {
  const failures = lint(sources, catalogue);
  if (failures.length > 0) return { ok: false, lint: failures, errors: [] };
  const result = composeServices(sources.map(({ name, sdl }) => ({ name, url: placeholderUrl(name), typeDefs: sdl })));
  if (result.errors) return { ok: false, lint: [], errors: result.errors.map((error) => error.message) };
  return { ok: true, supergraphSdl: `${result.supergraphSdl.trim()}\n` };
}
