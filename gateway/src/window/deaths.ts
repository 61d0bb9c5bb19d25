import type { Release } from '@yichuang/schema';
import { askedOf, type Answers } from '../agencies/asked-of.js';
import { fetchDocument, isRecord, type AgencyFailure, type AskContext } from '../agencies/reply.js';
import { safeError } from '../execution/reported-errors.js';
import { INDEX_AGENCY } from './agency-facts.js';

const SCOPE = 'identity.person:read';
const DOCUMENT = fetchDocument(
  'query($representations:[_Any!]!){_entities(representations:$representations){__typename ... on Citizen{id identity{alive diedOn}}}}',
);

/**
 * Whether a register says that a person has died (AAC060), asked on the hub's own behalf. Whom no register knows is not known to be dead.
 * @returns why that cannot be said now
 */
export async function isDead(agency: Answers, ref: string, context: AskContext): Promise<boolean | AgencyFailure> {
  const variables = JSON.stringify({ representations: [{ __typename: 'Citizen', id: ref }] });
  const release: Release = { groups: [{ subjects: [ref], scopes: [SCOPE], basis: 'DECISION' }] };
  const reply = await askedOf(agency, { document: DOCUMENT, variables, release }, context);
  if (!reply.ok) return reply.failure;
  const [error] = reply.errors;
  if (error) {
    const { code, extensions } = safeError(error, INDEX_AGENCY);
    if (code === 'PERSON_NOT_FOUND') return false;
    if (code === 'AGENCY_UNAVAILABLE' || code === 'AGENCY_TIMEOUT' || code === 'AGENCY_RATE_LIMITED')
      return { code, detail: { agency: INDEX_AGENCY, ...extensions } };
    return badResponse();
  }
  const entities: unknown = reply.data?.['_entities'];
  const entity: unknown = Array.isArray(entities) ? entities[0] : undefined;
  if (!isRecord(entity) || entity['id'] !== ref) return badResponse();
  const { identity } = entity;
  if (!isRecord(identity)) return false;
  return identity['alive'] === false || (identity['diedOn'] ?? null) !== null;
}

function badResponse(): AgencyFailure {
  return { code: 'AGENCY_BAD_RESPONSE', detail: { agency: INDEX_AGENCY } };
}
