import type { Kysely } from 'kysely';
import { catalogued, type AccessCatalogue, type CitizenRef } from '@yichuang/schema';
import { Question } from '../execution/question.js';
import type { AccessLogTables } from '../store/access-log-tables.js';
import { reachingOr } from '../store/unavailable.js';
import { cursorOf } from './cursor.js';
import { deferredNotices, entriesAbout, entriesBy, entriesOfDecision, type LogPage, type RecordedEntry } from './entries.js';
import type { Readings } from './reading.js';
import { shownEntry, type Reader } from './words.js';

/** What the record of access is read from. */
export interface AccessLogSources {
  readonly db: Kysely<AccessLogTables>;
  readonly catalogue: AccessCatalogue;
  readonly readings: Readings;
}

type Arguments = Readonly<Record<string, unknown>>;
type Resolver = (parent: Arguments, args: Arguments, context: unknown) => unknown;

/** Fields of the hub's own types that show the record of access. */
export interface AccessLogResolvers {
  readonly Citizen: Readonly<Record<'accessLog', Resolver>>;
  readonly Query: Readonly<Record<'myFootprint' | 'explainDecision' | 'deferredNotices', Resolver>>;
}

const PAGE_BOUND = 100;
const DAY_MS = 24 * 60 * 60_000;

/** Resolvers of schema/sdl/hub-access-log.graphql. */
export function accessLogResolvers({ db, catalogue, readings }: AccessLogSources): AccessLogResolvers {
  const shownTo =
    (reader: Reader) =>
    (entry: RecordedEntry): Record<string, unknown> =>
      shownEntry(entry, reader, catalogue);
  const footprint =
    (reader: Reader) =>
    (entry: RecordedEntry): Record<string, unknown> => ({
      entry: shownEntry(entry, reader, catalogue),
      citizen: entry.subject_kind === 'PERSON' ? { id: entry.subject } : null,
      enterprise: entry.subject_kind === 'UNIT' ? { creditCode: entry.subject } : null,
    });
  return {
    Citizen: {
      accessLog: async ({ id }, { first, after, from, to, own }, context) => {
        const page = pageOf(first, after);
        const read = (): Promise<RecordedEntry[]> =>
          reachingOr('AUDIT_UNAVAILABLE', () =>
            entriesAbout(db, String(id), page, {
              from: typeof from === 'string' ? midnight(from) : undefined,
              before: typeof to === 'string' ? new Date(midnight(to).getTime() + DAY_MS) : undefined,
              own: own !== false,
            }),
          );
        // A person of the graph is named by the reference that the hub handed out.
        const entries = await readings.of(questionOf(context), String(id) as CitizenRef, read);
        return entries ? connection(entries, page, shownTo('PERSON')) : null;
      },
    },
    Query: {
      myFootprint: async (_, { first, after }, context) => {
        const { principal } = questionOf(context).profile.caller;
        if (principal.kind === 'ANONYMOUS') throw catalogued('UNAUTHENTICATED');
        const page = pageOf(first, after);
        return connection(
          await reachingOr('AUDIT_UNAVAILABLE', () => entriesBy(db, readings.recording.actorOf(principal), page)),
          page,
          footprint('ACTOR'),
        );
      },
      explainDecision: async (_, { id, first, after }, context) => {
        const page = pageOf(first, after);
        const question = questionOf(context);
        const { principal } = question.profile.caller;
        if (principal.kind === 'ANONYMOUS') return null;
        const actor = readings.recording.actorOf(principal);
        const subject = principal.kind === 'CITIZEN' ? principal.ref : undefined;
        const read = (): Promise<RecordedEntry[]> =>
          reachingOr('AUDIT_UNAVAILABLE', () => entriesOfDecision(db, String(id), { actor, subject }, page));
        const entries = subject === undefined ? await read() : await readings.recorded(question, subject, { basis: 'SELF' }, read);
        if (entries.length === 0 && page.after === undefined) return null;
        // The person concerned learns the reason, the one who asked what they were told.
        return connection(entries, page, (entry) => footprint(entry.subject === subject ? 'PERSON' : 'ACTOR')(entry));
      },
      deferredNotices: async () => {
        const { count, last } = await reachingOr('AUDIT_UNAVAILABLE', () => deferredNotices(db));
        return { count: Number(count), last: last?.toISOString() ?? null };
      },
    },
  };
}

function questionOf(context: unknown): Question {
  if (!(context instanceof Question)) throw new Error('a resolver of the hub ran outside a question');
  return context;
}

/** @throws GraphQLError PAGE_INVALID */
function pageOf(first: unknown, after: unknown): LogPage {
  if (typeof first !== 'number' || first < 0 || first > PAGE_BOUND) throw catalogued('PAGE_INVALID');
  return { first, after: typeof after === 'string' ? after : undefined };
}

/** The beginning of a civil day in Asia/Shanghai, which has had no summer time since 1991. */
function midnight(day: string): Date {
  return new Date(`${day}T00:00:00+08:00`);
}

function connection(
  entries: readonly RecordedEntry[],
  { first, after }: LogPage,
  node: (entry: RecordedEntry) => Record<string, unknown>,
): Record<string, unknown> {
  const edges = entries
    .slice(0, first)
    .map((entry) => ({ cursor: cursorOf({ at: entry.recorded_at, id: entry.record_id }), node: node(entry) }));
  return {
    edges,
    nodes: edges.map((edge) => edge.node),
    pageInfo: {
      hasNextPage: entries.length > first,
      hasPreviousPage: after !== undefined,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
