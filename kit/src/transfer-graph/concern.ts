import { catalogued, jurisdictionOfDivision } from '@yichuang/schema';
import type { SubgraphContext } from '../server/subgraph.js';

/** By which amounts and papers of transfers are released, at every agency. */
const FIGURES = 'transfer.figures:read';

/** A move between two places, handed in or only thought of. */
export interface PersonsMove {
  /** Sealed reference. */
  readonly citizen: string;
  /** Divisions of six digits. */
  readonly source: string;
  readonly target: string;
}

/**
 * An office sees amounts and papers of what leaves its place or comes to it: that it has a case about a person opens nothing of the person's
 * other moves. What rests on anything else than a mandate is bound to no place.
 * @throws GraphQLError ACCESS_DENIED
 */
export function mustConcern({ citizen, source, target }: PersonsMove, { question }: SubgraphContext): void {
  const mandated = question.grantFor(citizen).every(({ scopes, basis }) => basis === 'MANDATE' || !scopes.includes(FIGURES));
  if (!mandated) return;
  const place = question.call.act.jurisdiction;
  if (place === undefined || ![source, target].some((one) => jurisdictionOfDivision(one) === place))
    throw catalogued('ACCESS_DENIED', { scope: FIGURES });
}
