import type { DocumentNode } from 'graphql';
import type { AccessCatalogue } from '@yichuang/schema';
import { readSubgraph, type DeclaredSubgraph } from './annotations.js';
import { checkActs } from './lint-acts.js';
import { checkAgreement } from './lint-agreement.js';
import { checkEntities } from './lint-entities.js';
import { checkFields } from './lint-fields.js';
import type { LintFailure } from './lint-failure.js';
import { checkLists } from './lint-lists.js';
import { checkMonths } from './lint-months.js';
import { checkOwnRows } from './lint-own-rows.js';
import { checkPaths } from './lint-paths.js';

/** A subgraph as it goes into composition. */
export interface SubgraphSource {
  readonly name: string;
  readonly sdl: DocumentNode;
}

/**
 * The composition lint: nothing is open by default. Every field says whether it is personal; every personal field can be null, belongs
 * to a subject, and is reached only through an entity call, where the access decision is taken.
 * @returns every failure, in the order of the subgraphs and their fields; empty when the graph may be composed.
 */
export function lint(sources: readonly SubgraphSource[], catalogue: AccessCatalogue): LintFailure[] {
  const subgraphs: DeclaredSubgraph[] = sources.map((source) => readSubgraph(source.name, source.sdl));
  return [
    ...checkFields(subgraphs, catalogue),
    ...checkAgreement(subgraphs),
    ...checkEntities(subgraphs),
    ...checkActs(subgraphs),
    ...checkLists(subgraphs),
    ...checkMonths(subgraphs, catalogue),
    ...checkOwnRows(subgraphs, catalogue),
    ...checkPaths(subgraphs),
  ];
}
