import { jurisdictionOfDivision, type Release } from '@yichuang/schema';
import type { JurisdictionAnswer } from '../access/region-facts.js';
import { askedOf, type Answers } from '../agencies/asked-of.js';
import { fetchDocument, isRecord, type AgencyFailure, type AskContext, type Reply } from '../agencies/reply.js';
import { safeError } from '../execution/reported-errors.js';

/** The agency that keeps the national index of relations (全国参保关系索引). */
export const INDEX_AGENCY = 'hrss';

const INDEX_SCOPE = 'identity.jurisdictions:read';
const DOCUMENT = fetchDocument(
  'query($representations:[_Any!]!){_entities(representations:$representations){__typename ... on Citizen{id jurisdictions}}}',
);

interface IndexAgency extends Answers {
  readonly maxBatch: number;
}

/**
 * Where persons are insured, asked of the index on the hub's own behalf. The agency shares the answer with other look-ups of the same
 * question. A person whose entry cannot be had now is a failure, not an empty set; one the index does not know has an empty set.
 */
export async function jurisdictionsOf(
  agency: IndexAgency,
  refs: readonly string[],
  context: AskContext,
): Promise<ReadonlyMap<string, JurisdictionAnswer>> {
  const answers = new Map<string, JurisdictionAnswer>();
  const starts = Array.from({ length: Math.ceil(refs.length / agency.maxBatch) }, (_, index) => index * agency.maxBatch);
  await Promise.all(starts.map((start) => askBatch(agency, refs.slice(start, start + agency.maxBatch), context, answers)));
  return answers;
}

async function askBatch(
  agency: IndexAgency,
  refs: readonly string[],
  context: AskContext,
  answers: Map<string, JurisdictionAnswer>,
): Promise<void> {
  const representations = refs.map((id) => ({ __typename: 'Citizen', id }));
  const release: Release = { groups: [{ subjects: refs, scopes: [INDEX_SCOPE], basis: 'DECISION' }] };
  const reply = await askedOf(agency, { document: DOCUMENT, variables: JSON.stringify({ representations }), release }, context);
  const entities: unknown = reply.ok ? reply.data?.['_entities'] : undefined;
  for (const [index, ref] of refs.entries()) {
    const entity: unknown = Array.isArray(entities) && entities.length === refs.length ? entities[index] : undefined;
    if (!reply.ok) answers.set(ref, reply.failure);
    else answers.set(ref, readEntity(entity, ref) ?? failureAt(reply, index));
  }
}

function readEntity(entity: unknown, ref: string): ReadonlySet<string> | undefined {
  if (!isRecord(entity) || entity['id'] !== ref || !Array.isArray(entity['jurisdictions'])) return undefined;
  return new Set(entity['jurisdictions'].flatMap((code) => (typeof code === 'string' ? (jurisdictionOfDivision(code) ?? []) : [])));
}

function failureAt(reply: Extract<Reply, { ok: true }>, index: number): JurisdictionAnswer {
  const error = reply.errors.find(({ path }) => path === undefined || path[1] === index);
  if (!error) return badResponse();
  const { code, extensions } = safeError(error, INDEX_AGENCY);
  if (code === 'PERSON_NOT_FOUND') return new Set();
  if (code !== 'AGENCY_UNAVAILABLE' && code !== 'AGENCY_TIMEOUT' && code !== 'AGENCY_RATE_LIMITED') return badResponse();
  return { code, detail: { agency: INDEX_AGENCY, ...extensions } };
}

function badResponse(): AgencyFailure {
  return { code: 'AGENCY_BAD_RESPONSE', detail: { agency: INDEX_AGENCY } };
}
