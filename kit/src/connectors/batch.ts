import { AgencyFault, type LegacySystem, type RawRow, type SystemAnswer } from '../systems/system.js';
import { notify } from '../systems/notices.js';
import { untilAborted } from './aborted.js';
import { EncodingError } from './encoding.js';
import type { ConnectorContext } from './connector.js';
import { timeLimit } from './time-limit.js';
import { beginningOf, lastDayDue } from './batch/calendar.js';
import { followFeed, type Feed } from './batch/feed.js';
import { fileOrders } from './batch/orders.js';
import { readBatchSettings, type BatchSettings, type FileSettings } from './batch/settings.js';
import { mountedFolder, sftpFolder, type FileSource } from './batch/source.js';

/** A system that is known by its daily files only. */
export interface BatchSystem extends LegacySystem {
  /** Looks at the folder now and takes what is new; never rejects: what went wrong is a notice. Looks that overlap are one. */
  refresh(): Promise<void>;
}

/**
 * Transport `batch`: daily files over SFTP or in a mounted folder, fixed width in bytes or delimited. Answers come from the last good
 * file and need no call to the source. `asOf` is the beginning of the file's day in Asia/Shanghai; an answer is STALE when the file of
 * a later day is due, or when a newer one is there and had to be refused. `open`, `refresh` or the first question starts the first look;
 * from then on the folder is polled.
 */
export function batchSystem(settings: unknown, context: ConnectorContext, now: () => Date = () => new Date()): BatchSystem {
  const config = readBatchSettings(settings, context);
  const source = sourceOf(config);
  const feeds = config.files.map((file) => ({
    file,
    feed: followFeed(file, config.keepsFiles, (event, facts) => {
      notify({ system: context.id, event, routine: event === 'batch file taken', facts });
    }),
  }));
  const closing = new AbortController();
  let looking: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  async function look(): Promise<void> {
    clearTimeout(timer);
    const limit = timeLimit(config.visitMs, closing.signal);
    try {
      await source.visit(limit.signal, async (folder) => {
        const listing = await folder.list();
        for (const { feed } of feeds) await feed.refresh(folder, listing);
      });
    } catch (error) {
      if (!closing.signal.aborted)
        notify({ system: context.id, event: 'batch folder cannot be read', routine: false, facts: { reason: reasonOf(error) } });
    } finally {
      limit.end();
    }
    if (!closing.signal.aborted) {
      timer = setTimeout(() => void refresh(), Number(config.pollMs));
      timer.unref();
    }
  }

  function refresh(): Promise<void> {
    looking ??= look().finally(() => {
      looking = undefined;
    });
    return looking;
  }

  function isStale(feed: Feed, day: string): boolean {
    return feed.refusedNewer || day < lastDayDue(config.due, now());
  }

  return {
    ...(config.orders ? { orders: fileOrders(config.orders, sourceOf(config, config.orders.source), context.id) } : {}),
    refresh,
    open: refresh,
    async ask({ by, parts, keys, signal }) {
      if (!feeds.some(({ file }) => isAskedBy(file, by)))
        throw new AgencyFault('NOT_SUPPORTED_HERE', `${context.id} cannot be asked by ${by}`);
      // Parts that are not kept by this kind of key hold nothing under it.
      const rows = new Map<string, readonly RawRow[]>(parts.map((part) => [part, []]));
      const needed = feeds.filter(({ file }) => parts.some((part) => holds(file, part, by)));
      if (needed.some(({ feed }) => feed.good === undefined)) await untilAborted(refresh(), signal);
      let asOf: Date | undefined;
      let freshness: SystemAnswer['freshness'] = 'LIVE';
      for (const { file, feed } of needed) {
        const { good } = feed;
        if (!good) throw new AgencyFault('AGENCY_UNAVAILABLE', `${context.id}: there has been no good file yet`);
        for (const part of parts)
          if (holds(file, part, by)) rows.set(part, [...(rows.get(part) ?? []), ...rowsOf(context.id, () => good.table.rows(part, keys))]);
        const begun = beginningOf(good.day);
        if (!asOf || begun < asOf) asOf = begun;
        if (isStale(feed, good.day)) freshness = 'STALE';
      }
      return { rows, asOf: asOf ?? now(), freshness };
    },
    async close() {
      closing.abort();
      clearTimeout(timer);
      await looking;
    },
  };
}

function sourceOf(config: BatchSettings, source = config.source): FileSource {
  const url = new URL(source);
  return url.protocol === 'file:'
    ? mountedFolder(url, config.folder)
    : sftpFolder(url, config.hostKey ?? '', config.folder, config.connectMs);
}

function isAskedBy(file: FileSettings, by: string): boolean {
  return (file.fixed ?? file.delimited)?.records.some((record) => Object.values(record.parts).some((part) => part.by === by)) ?? false;
}

function holds(file: FileSettings, part: string, by: string): boolean {
  return (file.fixed ?? file.delimited)?.records.some((record) => record.parts[part]?.by === by) ?? false;
}

function rowsOf(system: string, read: () => RawRow[]): RawRow[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof EncodingError) throw new AgencyFault('AGENCY_BAD_RESPONSE', `${system}: a row cannot be read: ${error.message}`);
    throw error;
  }
}

/** Errors of the network and of SFTP name codes and paths of folders, never a person. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const code = 'code' in error && typeof error.code === 'string' ? `${error.code} ` : '';
  return `${code}${error.message}`;
}
