import { jurisdictionOfDivision, type Release } from '@yichuang/schema';
import type { AgencyFacts } from '../access/facts.js';
import { askedOf, type Answers } from '../agencies/asked-of.js';
import { fetchDocument, isRecord, type AgencyFailure, type AskContext, type FetchDocument, type Reply } from '../agencies/reply.js';
import { safeError } from '../execution/reported-errors.js';

/** The agency that keeps the national index of relations (全国参保关系索引) and the registers of employments. */
export const INDEX_AGENCY = 'hrss';

interface LookUp {
  readonly document: FetchDocument;
  readonly scope: string;
}

const lookUp = (selection: string, scope: string): LookUp => ({
  document: fetchDocument(
    `query($representations:[_Any!]!){_entities(representations:$representations){__typename ... on Citizen{id ${selection}}}}`,
  ),
  scope,
});
const JURISDICTIONS = lookUp('jurisdictions', 'identity.jurisdictions:read');
const EMPLOYMENTS = lookUp('employments{to enterprise{creditCode}}', 'employment.registered:read');
const DEATHS = lookUp('identity{alive diedOn}', 'identity.person:read');

interface IndexAgency extends Answers {
  readonly maxBatch: number;
}

/** Facts for decisions, and for what the hub itself keeps. */
export interface IndexFacts extends AgencyFacts {
  /** Whether a register says that a person has died (AAC060). Whom no register knows is not known to be dead. */
  dead(refs: readonly string[], context: AskContext): Promise<ReadonlyMap<string, boolean | AgencyFailure>>;
}

/**
 * Facts that decisions rest on, asked on the hub's own behalf. The agency shares the answers with other look-ups of the same question. A
 * person whose entry cannot be had now is a failure, not an empty one; of one the agency does not know there is nothing.
 * @param agency undefined where the hub has no such agency
 */
export function agencyFacts(agency: IndexAgency | undefined): IndexFacts {
  return {
    jurisdictions: (refs, context) => {
      return ask<ReadonlySet<string>>(agency, JURISDICTIONS, refs, context, new Set(), ({ jurisdictions }) =>
        Array.isArray(jurisdictions)
          ? new Set(jurisdictions.flatMap((code) => (typeof code === 'string' ? (jurisdictionOfDivision(code) ?? []) : [])))
          : undefined,
      );
    },
    worksFor: async (refs, creditCode, context) =>
      withoutPlaces(
        await ask<boolean>(agency, EMPLOYMENTS, refs, context, false, ({ employments }) => {
          if (!Array.isArray(employments)) return undefined;
          if (employments.some((one: unknown) => isWith(one, creditCode))) return true;
          // A register that did not answer may be the one that knows.
          return employments.includes(null) ? undefined : false;
        }),
      ),
    dead: (refs, context) =>
      ask<boolean>(agency, DEATHS, refs, context, false, ({ identity }) => {
        if (!isRecord(identity)) return null;
        if (identity['alive'] === false || (identity['diedOn'] ?? null) !== null) return true;
        return identity['alive'] === true ? false : null;
      }),
  };
}

/** An employer is told of a register that did not answer, not of which: it would tell where somebody is known. */
function withoutPlaces(answers: ReadonlyMap<string, boolean | AgencyFailure>): ReadonlyMap<string, boolean | AgencyFailure> {
  return new Map(
    [...answers].map(([ref, answer]) => [
      ref,
      typeof answer === 'boolean' ? answer : { code: answer.code, detail: { agency: INDEX_AGENCY } },
    ]),
  );
}

function isWith(employment: unknown, creditCode: string): boolean {
  if (!isRecord(employment) || employment['to'] !== null) return false;
  return isRecord(employment['enterprise']) && employment['enterprise']['creditCode'] === creditCode;
}

/** @param read undefined for an entity that does not say what it has to; null for one of which there is nothing to say */
async function ask<T>(
  agency: IndexAgency | undefined,
  { document, scope }: LookUp,
  refs: readonly string[],
  context: AskContext,
  unknown: T,
  read: (entity: Readonly<Record<string, unknown>>) => T | null | undefined,
): Promise<ReadonlyMap<string, T | AgencyFailure>> {
  const answers = new Map<string, T | AgencyFailure>();
  if (!agency) {
    for (const ref of refs) answers.set(ref, { code: 'AGENCY_UNAVAILABLE', detail: { agency: INDEX_AGENCY } });
    return answers;
  }
  const askBatch = async (batch: readonly string[]): Promise<void> => {
    const representations = batch.map((id) => ({ __typename: 'Citizen', id }));
    const release: Release = { groups: [{ subjects: batch, scopes: [scope], basis: 'DECISION' }] };
    const reply = await askedOf(agency, { document, variables: JSON.stringify({ representations }), release }, context);
    const entities: unknown = reply.ok ? reply.data?.['_entities'] : undefined;
    for (const [index, ref] of batch.entries()) {
      const entity: unknown = Array.isArray(entities) && entities.length === batch.length ? entities[index] : undefined;
      const own = isRecord(entity) && entity['id'] === ref ? entity : undefined;
      const said = own ? read(own) : entity === null ? null : undefined;
      answers.set(ref, said ?? (reply.ok ? failureAt(reply, index, unknown, said === null) : reply.failure));
    }
  };
  const starts = Array.from({ length: Math.ceil(refs.length / agency.maxBatch) }, (_, index) => index * agency.maxBatch);
  await Promise.all(starts.map((start) => askBatch(refs.slice(start, start + agency.maxBatch))));
  return answers;
}

/** @param absent there is nothing: without an error that is how an agency says that it does not know the person */
function failureAt<T>(reply: Extract<Reply, { ok: true }>, index: number, unknown: T, absent: boolean): T | AgencyFailure {
  const error = reply.errors.find(({ path }) => path === undefined || path[1] === index);
  if (!error) return absent ? unknown : badResponse();
  const { code, extensions } = safeError(error, INDEX_AGENCY);
  if (code === 'PERSON_NOT_FOUND') return unknown;
  if (code !== 'AGENCY_UNAVAILABLE' && code !== 'AGENCY_TIMEOUT' && code !== 'AGENCY_RATE_LIMITED') return badResponse();
  return { code, detail: { agency: INDEX_AGENCY, ...extensions } };
}

function badResponse(): AgencyFailure {
  return { code: 'AGENCY_BAD_RESPONSE', detail: { agency: INDEX_AGENCY } };
}
