import { catalogued, type AccessCatalogue } from '@yichuang/schema';
import { partyText } from '../acting/actor.js';
import type { OpenCase, OpenCases } from '../acting/open-cases.js';
import { prospect } from '../access/decide.js';
import type { Caller } from '../access/principal.js';
import { isRecord } from '../agencies/reply.js';
import type { Question } from '../execution/question.js';
import { NUMBERED, pageAsked, pageOf, type Page, type PageAsked } from '../pages.js';
import { askWithin, type AskWithin } from './ask-within.js';

/** What the worklist of findings is made from. */
export interface WorklistSources {
  readonly ask: AskWithin;
  readonly openCases: OpenCases;
  readonly catalogue: AccessCatalogue;
}

const SCOPE = 'risk.findings:read';
const PAGE_BOUND = 20;
/** Persons looked at for one page at most, and of these at a time. */
const EXAMINED_MOST = 40;
const AT_A_TIME = 5;
/** Share of a question's time that has to be left to look at more persons. */
const TIME_LEFT = 0.3;

/** Codes of what is withheld from a caller whenever they ask. */
const WITHHELD: ReadonlySet<string> = new Set(['ACCESS_DENIED', 'CASE_REQUIRED', 'NOT_SHARED', 'PURPOSE_NOT_ALLOWED', 'STEP_UP_REQUIRED']);

const DOCUMENT = `query Look($id: ID!) {
  citizen(id: $id) { findings { findings { code jurisdictions } missing { code } } }
}`;

type Arguments = Readonly<Record<string, unknown>>;

/** What of a screening is looked for. */
interface Filter {
  readonly codes: ReadonlySet<string> | undefined;
  readonly jurisdictions: ReadonlySet<string> | undefined;
}

interface Shown {
  readonly number: string;
  readonly openedAt: string;
  readonly citizen: { readonly id: string };
}

type Worklist = Omit<Page<Shown>, 'nodes'> & {
  readonly nodes: readonly Shown[];
  readonly examined: number;
  readonly undecided: readonly { readonly number: string; readonly code: string }[];
};

/**
 * `FindingCaseConnection` of the graph: persons of the open cases of an office. What the filter looks for is asked of each as the caller would
 * ask it in that case; nothing of it is kept.
 * @throws GraphQLError for who has no mandate for findings for the stated purpose, and PAGE_INVALID
 */
export async function findingsWorklist(question: Question, args: Arguments, sources: WorklistSources): Promise<Worklist> {
  const { caller } = question.profile;
  const office = mandatedOffice(caller, sources.catalogue);
  const given = isRecord(args['filter']) ? args['filter'] : {};
  const asked = pageAsked(args, NUMBERED, PAGE_BOUND);
  const filter: Filter = { codes: setOf(given['codes']), jurisdictions: setOf(given['jurisdictions']) };
  const read = (page: PageAsked<string>): Promise<readonly OpenCase[]> =>
    sources.openCases({ ...office, user: given['colleagues'] === true ? undefined : office.user }, page);
  if (!filter.codes && !filter.jurisdictions) return { ...pageOf(await read(asked), asked, NUMBERED, placeOf, shown), ...NONE_EXAMINED };
  return sifted(question, filter, asked, read, sources.ask);
}

const NONE_EXAMINED = { examined: 0, undecided: [] };

/** Who asks, as an office with a mandate. A case is stated for each person when it comes to that. */
function mandatedOffice(
  caller: Caller,
  catalogue: AccessCatalogue,
): { readonly user: string; readonly party: string; readonly purpose: string } {
  const { principal, purpose } = caller;
  const chance = prospect({ ...caller, caseNumber: '' }, SCOPE, 'PERSON', catalogue, Date.now());
  if (chance.kind === 'NEVER') throw catalogued(chance.code);
  if (!('party' in principal) || purpose.kind !== 'NAMED' || !chance.ways.some(({ kind }) => kind === 'MANDATED'))
    throw catalogued('ACCESS_DENIED');
  return { user: principal.user, party: partyText(principal.party), purpose: purpose.code };
}

/** Goes through the cases until a page is full, enough persons were looked at, or time is short. */
async function sifted(
  question: Question,
  filter: Filter,
  asked: PageAsked<string>,
  read: (page: PageAsked<string>) => Promise<readonly OpenCase[]>,
  ask: AskWithin,
): Promise<Worklist> {
  const cases = await read({ first: asked.first === 0 ? 0 : EXAMINED_MOST, after: asked.after });
  const matching: OpenCase[] = [];
  const undecided: { readonly number: string; readonly code: string }[] = [];
  let examined = 0;
  const most = Math.min(cases.length, EXAMINED_MOST);
  const enough = (): boolean =>
    matching.length >= asked.first || examined >= most || (examined > 0 && question.remainingMs() < question.deadlineMs * TIME_LEFT);
  while (!enough()) {
    const batch = cases.slice(examined, Math.min(most, examined + AT_A_TIME));
    const looks = await Promise.all(batch.map((one) => look(question, one, filter, ask)));
    for (const [i, one] of batch.entries()) {
      // Who was looked at with the last of a full page comes again on the next.
      if (matching.length >= asked.first) break;
      examined++;
      const found = looks[i];
      if (found === true) matching.push(one);
      else if (typeof found === 'string') undecided.push({ number: one.number, code: found });
    }
  }
  const last = cases[examined - 1];
  const { edges, nodes, pageInfo } = pageOf(matching, asked, NUMBERED, placeOf, shown);
  return {
    edges,
    nodes,
    // It goes on after whom was looked at last, whether there was something or not.
    pageInfo: { ...pageInfo, hasNextPage: cases.length > examined, endCursor: last ? cursorOf(last) : (pageInfo.endCursor ?? null) },
    examined,
    undecided,
  };
}

/** Whether a person has such a finding; a code where nobody can say. */
async function look(question: Question, { number, citizen }: OpenCase, filter: Filter, ask: AskWithin): Promise<boolean | string> {
  const { data, errors } = await askWithin({ query: DOCUMENT, variables: { id: citizen } }, question, ask, number);
  const person = isRecord(data) ? data['citizen'] : undefined;
  const screening = isRecord(person) ? person['findings'] : undefined;
  if (!isRecord(screening)) return codeOf(errors[0]?.extensions) ?? 'ACCESS_DENIED';
  const { findings, missing } = screening;
  if (rowsOf(findings).some((one) => fits(one, filter))) return true;
  // While a source does not answer nobody knows; what the office never sees changes nothing for it.
  return (
    rowsOf(missing)
      .map(codeOf)
      .find((code) => code !== undefined && !WITHHELD.has(code)) ?? false
  );
}

function fits({ code, jurisdictions }: Arguments, filter: Filter): boolean {
  const places: readonly unknown[] = Array.isArray(jurisdictions) ? jurisdictions : [];
  return (
    (filter.codes === undefined || filter.codes.has(String(code))) &&
    (filter.jurisdictions === undefined || places.some((place) => filter.jurisdictions?.has(String(place))))
  );
}

function setOf(values: unknown): ReadonlySet<string> | undefined {
  return Array.isArray(values) && values.length > 0 ? new Set(values.map(String)) : undefined;
}

function rowsOf(list: unknown): readonly Arguments[] {
  return Array.isArray(list) ? list.filter(isRecord) : [];
}

function codeOf(row: Arguments | undefined): string | undefined {
  const code = row?.['code'];
  return typeof code === 'string' ? code : undefined;
}

function placeOf({ place }: OpenCase): string {
  return place;
}

function cursorOf(one: OpenCase): string {
  return Buffer.from(NUMBERED.text(one.place)).toString('base64url');
}

function shown({ number, openedAt, citizen }: OpenCase): Shown {
  return { number, openedAt: openedAt.toISOString(), citizen: { id: citizen } };
}
