import { Kind, type FieldNode, type SelectionSetNode } from 'graphql';
import type { Subject } from '../access/decide.js';
import type { Verdict } from '../access/verdicts.js';
import { responseKey } from '../graph/active-selections.js';
import type { Graph } from '../graph/graph.js';
import { compositeType } from '../graph/schema-lookup.js';
import { isRecord, type Reply, type ReplyPath } from '../agencies/reply.js';
import type { ClientPath } from './findings.js';
import { asked } from './asked.js';
import { withoutFields, type CompiledFetch, type EntitySelection } from './compiled-fetch.js';
import { Fitter } from './fit.js';
import { reportVerdict, withholdNested } from './nested-subjects.js';
import type { Question } from './question.js';
import { failureError, safeError, type SafeError } from './reported-errors.js';
import type { ExecutionAlarms, Subgraph } from './subgraph.js';

type Representation = Readonly<Record<string, unknown>>;

/** An entity to ask for once, and everywhere in the answer it is wanted. */
interface Wanted {
  readonly representation: Representation;
  readonly type: string;
  /** Positions in the executor's list. */
  readonly indices: number[];
  readonly places: ClientPath[];
}

interface EntityFetch {
  readonly subgraph: Subgraph;
  readonly fetch: CompiledFetch;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly question: Question;
  readonly graph: Graph;
  readonly alarms: ExecutionAlarms;
}

/**
 * Runs an `_entities` call. Every entity is decided on its own before anything is sent: fields that are withheld from all are not
 * asked for, an entity with nothing left is not sent, and entities with the same fields left go in one call.
 * @param path where the entities stand in the answer, with '@' for "each element"
 * @returns one entity, or null, per representation
 */
export async function entityFetch(
  run: EntityFetch,
  representations: readonly Representation[],
  path: readonly string[],
): Promise<unknown[]> {
  const { question } = run;
  const wanted = unique(representations, question.tree.places(path, representations), path);
  const groups = await decideAll(run, wanted);
  const results: unknown[] = representations.map(() => null);
  await Promise.all(
    [...groups].flatMap(([fetch, members]) =>
      chunks(members, run.subgraph.maxBatch).map(async (chunk) => {
        const entities = await askChunk({ ...run, fetch }, chunk);
        for (const [at, member] of chunk.entries()) {
          // Apollo's executor merges into what it is given: no two places may share an object.
          for (const [copy, index] of member.indices.entries()) results[index] = copy === 0 ? entities[at] : structuredClone(entities[at]);
        }
      }),
    ),
  );
  return results;
}

function unique(
  representations: readonly Representation[],
  places: readonly (ClientPath | undefined)[],
  path: readonly string[],
): Wanted[] {
  const byKey = new Map<string, Wanted>();
  for (const [index, representation] of representations.entries()) {
    const key = JSON.stringify(representation);
    const type = typeof representation['__typename'] === 'string' ? representation['__typename'] : '';
    const wanted = byKey.get(key) ?? { representation, type, indices: [], places: [] };
    wanted.indices.push(index);
    wanted.places.push(places[index] ?? path.filter((step) => step !== '@'));
    byKey.set(key, wanted);
  }
  return [...byKey.values()];
}

/** Groups what may be asked for by the fetch that asks for it; says at every place what is withheld. */
async function decideAll(run: EntityFetch, wanted: readonly Wanted[]): Promise<Map<CompiledFetch, Wanted[]>> {
  const { graph, fetch, question } = run;
  const verdicts = await question.judge.judge(
    wanted.map((member) => ({ subject: subjectOf(graph, member), fields: selectionOf(fetch, member)?.requirements ?? new Map() })),
  );
  const masked = new Map<string, CompiledFetch>();
  const groups = new Map<CompiledFetch, Wanted[]>();
  for (const [index, member] of wanted.entries()) {
    const withheld = verdicts[index] ?? new Map<string, Verdict>();
    for (const [key, verdict] of withheld) for (const place of member.places) reportVerdict(question, verdict, [...place, key]);
    const asked = askedKeys(graph, fetch, member);
    if (asked.every((key) => withheld.has(key))) continue;
    const mask = `${member.type} ${[...withheld.keys()].sort().join(' ')}`;
    const pruned = withheld.size === 0 ? fetch : (masked.get(mask) ?? withoutFields(fetch, member.type, new Set(withheld.keys()), graph));
    masked.set(mask, pruned);
    groups.set(pruned, [...(groups.get(pruned) ?? []), member]);
  }
  return groups;
}

function subjectOf(graph: Graph, { type, representation }: Wanted): Subject {
  const subject = graph.access.subject(type);
  const key = String(subject ? representation[subject.field] : '');
  return subject?.kind === 'UNIT' ? { kind: 'UNIT', creditCode: key } : { kind: 'PERSON', ref: key };
}

function selectionOf(fetch: CompiledFetch, { type }: Wanted): EntitySelection | undefined {
  return fetch.entities?.get(type);
}

/** What is asked of an entity beside its name and keys. */
function askedKeys(graph: Graph, fetch: CompiledFetch, member: Wanted): string[] {
  const keys = new Set(['__typename', ...graph.access.keys(member.type)]);
  return [...(selectionOf(fetch, member)?.requirements.keys() ?? [])].filter((key) => !keys.has(key));
}

async function askChunk(run: EntityFetch, chunk: readonly Wanted[]): Promise<unknown[]> {
  const { subgraph, fetch, variables, question } = run;
  const representations = chunk.map(({ representation }) => representation);
  const reply = await asked(subgraph, fetch.text, { ...variables, representations }, question);
  if (!reply.ok) return failAll(run, chunk, failureError(reply.failure));
  const entities: unknown = reply.data?.['_entities'];
  if (!Array.isArray(entities) || entities.length !== chunk.length) {
    const [reported] = reply.errors;
    return failAll(
      run,
      chunk,
      reported && reply.data === null
        ? safeError(reported, subgraph.name)
        : { code: 'AGENCY_BAD_RESPONSE', extensions: { agency: subgraph.name } },
    );
  }
  const accepted = entities.map((entity: unknown, index) => accept(run, chunk[index], entity));
  reportAll(run, chunk, reply, accepted);
  return fitAll(run, chunk, accepted);
}

/** The entity as it came, or null when it is none, or is not the one that was asked for. */
function accept(run: EntityFetch, member: Wanted | undefined, entity: unknown): Record<string, unknown> | null {
  if (!member || entity === null) return null;
  const { graph, question, subgraph, alarms } = run;
  if (!isRecord(entity)) {
    failAll(run, [member], { code: 'AGENCY_BAD_RESPONSE', extensions: { agency: subgraph.name } });
    return null;
  }
  const checks = ['__typename', ...graph.access.keys(member.type)].filter((key) => key in member.representation);
  if (checks.every((key) => entity[key] === member.representation[key])) return entity;
  const missing = checks.some((key) => entity[key] === undefined || entity[key] === null);
  if (!missing) alarms.subjectMismatch(subgraph.name, question.questionId);
  failAll(run, [member], { code: missing ? 'AGENCY_BAD_RESPONSE' : 'SUBJECT_MISMATCH', extensions: { agency: subgraph.name } });
  return null;
}

function reportAll(run: EntityFetch, chunk: readonly Wanted[], reply: Extract<Reply, { ok: true }>, accepted: readonly unknown[]): void {
  const { subgraph, question } = run;
  for (const error of reply.errors) {
    const safe = safeError(error, subgraph.name);
    const path = error.path && askedPath(run, chunk, error.path);
    // An error at the entity itself takes each of its fields; one that names no place takes each that is missing.
    if (path && path.length > 2) for (const place of clientPaths(chunk, path)) question.findings.error(safe.code, place, safe.extensions);
    else failAll(run, path ? chunk.filter((_, index) => index === path[1]) : chunk.filter((_, index) => accepted[index] === null), safe);
  }
  for (const source of reply.provenance) {
    if (typeof source.path[1] !== 'number' || accepted[source.path[1]] === null) continue;
    if (askedPath(run, chunk, source.path).length < source.path.length) continue;
    for (const place of clientPaths(chunk, source.path)) question.findings.source({ ...source, path: place, agency: subgraph.name });
  }
}

async function fitAll(
  run: EntityFetch,
  chunk: readonly Wanted[],
  accepted: readonly (Record<string, unknown> | null)[],
): Promise<unknown[]> {
  const { graph, fetch, variables, question, subgraph } = run;
  const fitter = new Fitter(graph, variables);
  const fitted = accepted.map((entity, index) => {
    const member = chunk[index];
    const type = compositeType(graph.full, member?.type);
    const selection = member && selectionOf(fetch, member);
    return (entity && type && selection && fitter.fit(entity, type, selection.selectionSet, ['_entities', index])) ?? null;
  });
  for (const path of fitter.broken) {
    for (const place of clientPaths(chunk, path))
      if (!question.findings.explains(place)) question.findings.error('AGENCY_BAD_RESPONSE', place, { agency: subgraph.name });
  }
  await withholdNested(fitter.nested, question, (path) => clientPaths(chunk, path));
  return fitted;
}

/** The same error at every asked field of every place of these entities. */
function failAll(run: EntityFetch, members: readonly Wanted[], { code, extensions }: SafeError): null[] {
  for (const member of members) {
    for (const place of member.places)
      for (const key of askedKeys(run.graph, run.fetch, member)) run.question.findings.error(code, [...place, key], extensions);
  }
  return members.map(() => null);
}

/** A reported place as far as it was asked for: its steps are text an agency wrote, and none that the question does not hold may pass. */
function askedPath({ fetch }: EntityFetch, chunk: readonly Wanted[], path: ReplyPath): ReplyPath {
  const [, index, ...rest] = path;
  const member = typeof index === 'number' ? chunk[index] : undefined;
  let sets = [member && selectionOf(fetch, member)?.selectionSet].filter((set) => set !== undefined);
  for (const [at, step] of rest.entries()) {
    if (typeof step === 'number') continue;
    const nodes = fieldsOf(sets).filter((node) => responseKey(node) === step);
    if (nodes.length === 0) return path.slice(0, at + 2);
    sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
  }
  return path;
}

function fieldsOf(sets: readonly SelectionSetNode[]): FieldNode[] {
  return sets.flatMap(({ selections }) =>
    selections.flatMap((selection) =>
      selection.kind === Kind.FIELD ? [selection] : selection.kind === Kind.INLINE_FRAGMENT ? fieldsOf([selection.selectionSet]) : [],
    ),
  );
}

/** Where a place of the reply stands in the answer. The planner's own aliases are taken off again. */
function clientPaths(chunk: readonly Wanted[], path: ReplyPath): ClientPath[] {
  const [, index, ...rest] = path;
  const member = typeof index === 'number' ? chunk[index] : undefined;
  const inside = rest.map((step) => (typeof step === 'string' ? step.replace(/__alias_\d+$/, '') : step));
  return (member?.places ?? []).map((place) => [...place, ...inside]);
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
}
