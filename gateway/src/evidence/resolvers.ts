import type { Kysely } from 'kysely';
import { catalogued, type AccessCatalogue, type CitizenRef } from '@yichuang/schema';
import { Question } from '../execution/question.js';
import { pageAsked, pageOf, type Page, type PageAsked, type TimedPlace } from '../pages.js';
import type { Tables } from '../store/tables.js';
import { reachingOr } from '../store/unavailable.js';
import { shownChange } from './change-words.js';
import { deferredNotices, entriesBy, entriesOfDecision, LOG_PLACES, type RecordedEntry } from './entries.js';
import { PERSON_LOG_PLACES, personLog, type LogRow } from './person-log.js';
import type { Readings } from './reading.js';
import { shownEntry, type Reader } from './words.js';

/** What the record of access is read from. */
export interface AccessLogSources {
  readonly db: Kysely<Tables>;
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

const DAY_MS = 24 * 60 * 60_000;

/** Resolvers of schema/sdl/hub-access-log.graphql. */
export function accessLogResolvers({ db, catalogue, readings }: AccessLogSources): AccessLogResolvers {
  const shown = ({ row, place }: LogRow): Record<string, unknown> =>
    row.kind === 'CHANGED' ? shownChange(row, place.id, catalogue, readings.recording) : shownEntry(row, 'PERSON', catalogue);
  const footprint =
    (reader: Reader) =>
    (entry: RecordedEntry): Record<string, unknown> => ({
      entry: shownEntry(entry, reader, catalogue),
      citizen: entry.subject_kind === 'PERSON' ? { id: entry.subject } : null,
      enterprise: entry.subject_kind === 'UNIT' ? { creditCode: entry.subject } : null,
    });
  return {
    Citizen: {
      accessLog: async ({ id }, { from, to, own, changes, ...args }, context) => {
        const page = pageAsked(args, PERSON_LOG_PLACES);
        const bounds = {
          from: typeof from === 'string' ? midnight(from) : undefined,
          before: typeof to === 'string' ? new Date(midnight(to).getTime() + DAY_MS) : undefined,
          own: own !== false,
        };
        const read = (): Promise<readonly LogRow[]> =>
          reachingOr('AUDIT_UNAVAILABLE', () => personLog(db, String(id), page, bounds, changes !== false));
        // A person of the graph is named by the reference that the hub handed out.
        const rows = await readings.of(questionOf(context), String(id) as CitizenRef, read);
        return rows ? pageOf(rows, page, PERSON_LOG_PLACES, ({ place }) => place, shown) : null;
      },
    },
    Query: {
      myFootprint: async (_, args, context) => {
        const question = questionOf(context);
        const { principal } = question.profile.caller;
        if (principal.kind === 'ANONYMOUS') throw catalogued('UNAUTHENTICATED');
        const page = pageAsked(args, LOG_PLACES);
        const read = (): Promise<RecordedEntry[]> =>
          reachingOr('AUDIT_UNAVAILABLE', () => entriesBy(db, readings.recording.actorOf(principal), page));
        return listed(await readings.ofOwnActs(question, read), page, footprint('ACTOR'));
      },
      explainDecision: async (_, { id, ...args }, context) => {
        const page = pageAsked(args, LOG_PLACES);
        const question = questionOf(context);
        const { principal } = question.profile.caller;
        if (principal.kind === 'ANONYMOUS') return null;
        const actor = readings.recording.actorOf(principal);
        const subject = principal.kind === 'CITIZEN' ? principal.ref : undefined;
        const read = (): Promise<RecordedEntry[]> =>
          reachingOr('AUDIT_UNAVAILABLE', () => entriesOfDecision(db, String(id), { actor, subject }, page));
        const entries = await readings.ofOwnActs(question, read);
        if (entries.length === 0 && page.after === undefined) return null;
        // The person concerned learns the reason, the one who asked what they were told.
        return listed(entries, page, (entry) => footprint(entry.subject === subject ? 'PERSON' : 'ACTOR')(entry));
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

/** The beginning of a civil day in Asia/Shanghai, which has had no summer time since 1991. */
function midnight(day: string): Date {
  return new Date(`${day}T00:00:00+08:00`);
}

function listed(
  entries: readonly RecordedEntry[],
  asked: PageAsked<TimedPlace>,
  node: (entry: RecordedEntry) => Record<string, unknown>,
): Page<Record<string, unknown>> {
  return pageOf(entries, asked, LOG_PLACES, ({ recorded_at: at, record_id: id }) => ({ at, id }), node);
}
