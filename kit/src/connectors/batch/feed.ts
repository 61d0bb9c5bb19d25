import { createHash } from 'node:crypto';
import { isCalendarDay } from '@yichuang/schema';
import type { SystemNotice } from '../../systems/notices.js';
import { BatchRefusal } from './lines.js';
import type { FileSettings } from './settings.js';
import type { ListedFile, OpenFolder } from './source.js';
import { readTable, type BatchTable, type FileIdentity } from './table.js';

/** The file that is served from. */
export interface GoodFile extends FileIdentity {
  readonly table: BatchTable;
}

/** One kind of file of a source: which one is served from, by which it may be replaced. */
export interface Feed {
  /** The last good file; undefined until there was one. */
  readonly good: GoodFile | undefined;
  /** True while a newer file than the good one is there and had to be refused. */
  readonly refusedNewer: boolean;
  /** Looks through the folder once and takes the newest file that is whole. Never throws for what is wrong with a file. */
  refresh(folder: OpenFolder, listing: readonly ListedFile[]): Promise<void>;
}

interface Candidate extends ListedFile, FileIdentity {}
type Verdict = 'good' | 'refused' | 'repeated';

/** Files remembered by name and by content; two a day for half a year. */
const REMEMBERED = 400;
/** Files fetched in one look, newest first; whoever has sent this many bad ones has no good one either. */
const MOST_FETCHED = 10;

/**
 * Follows one kind of file. The ledger of content hashes makes a file that comes twice harmless under whatever name; a file is read
 * again only when its size or time has changed.
 */
export function followFeed(settings: FileSettings, keepsFiles: boolean, tell: (event: string, facts: SystemNotice['facts']) => void): Feed {
  const nameOf = namePattern(settings.name);
  /** Content hash → the day and sequence it was taken for. */
  const ledger = new Map<string, FileIdentity>();
  const verdicts = new Map<string, { readonly stamp: string; readonly verdict: Verdict }>();
  let good: (GoodFile & { readonly name: string; readonly hash: string }) | undefined;
  let refusedNewer = false;

  function candidates(listing: readonly ListedFile[]): Candidate[] {
    const names = new Set(listing.map(({ name }) => name));
    return listing
      .flatMap((file) => {
        const identity = nameOf(file.name);
        return identity && (settings.complete === 'trailer' || names.has(`${file.name}.ok`)) ? [{ ...file, ...identity }] : [];
      })
      .sort(newestFirst);
  }

  async function judge(folder: OpenFolder, file: Candidate): Promise<Verdict | 'unfinished'> {
    const bytes = await folder.read(file.name);
    const now = await folder.look(file.name);
    if (bytes.length !== file.size || now.size !== file.size || now.modifiedMs !== file.modifiedMs) {
      tell('batch file was replaced while it was read', { file: file.name });
      return 'unfinished';
    }
    const hash = createHash('sha256').update(bytes).digest('hex');
    if (good?.hash === hash && good.name === file.name) return 'good';
    const before = ledger.get(hash);
    if (before && (before.day !== file.day || before.sequence !== file.sequence)) {
      tell('batch file repeats one that was taken before', { file: file.name, day: before.day, sequence: before.sequence });
      return 'repeated';
    }
    try {
      const table = await readTable(bytes, settings, file);
      good = { day: file.day, sequence: file.sequence, table, name: file.name, hash };
      remember(ledger, hash, { day: file.day, sequence: file.sequence });
      tell('batch file taken', { file: file.name, records: table.records, unusableKeys: table.unusableKeys });
      return 'good';
    } catch (error) {
      if (!(error instanceof BatchRefusal)) throw error;
      // Where only the last line tells that a file is whole, one without it may still be on its way.
      if (error.reason === 'TRAILER_MISSING' && settings.complete === 'trailer') return 'unfinished';
      tell('batch file refused', { file: file.name, reason: error.message });
      return 'refused';
    }
  }

  return {
    get good() {
      return good;
    },
    get refusedNewer() {
      return refusedNewer;
    },
    async refresh(folder, listing) {
      const withdrawn = keepsFiles && good !== undefined && !listing.some(({ name }) => name === good?.name);
      if (withdrawn) tell('batch file was withdrawn', { file: good?.name ?? '' });
      const floor = withdrawn ? undefined : good;
      let refused = false;
      let fetched = 0;
      for (const file of candidates(listing)) {
        if (floor && newestFirst(file, floor) > 0) break;
        const stamp = `${file.size} ${file.modifiedMs}`;
        const known = verdicts.get(file.name);
        let verdict: Verdict | 'unfinished';
        // What was good once must be read again when it is to hold again.
        if (known?.stamp === stamp && (known.verdict !== 'good' || good?.name === file.name)) verdict = known.verdict;
        else {
          if (++fetched > MOST_FETCHED) break;
          verdict = await judge(folder, file);
          if (verdict !== 'unfinished') remember(verdicts, file.name, { stamp, verdict });
        }
        if (verdict === 'good') break;
        if (verdict === 'refused') refused = true;
      }
      refusedNewer = refused;
    },
  };
}

function newestFirst(a: FileIdentity, b: FileIdentity): number {
  return a.day === b.day ? b.sequence - a.sequence : a.day < b.day ? 1 : -1;
}

function namePattern(pattern: string): (name: string) => FileIdentity | undefined {
  const escaped = pattern
    .replace(/[.*+?^$()|[\]\\]/g, '\\$&')
    .replace('{date}', '(?<day>\\d{8})')
    .replace('{sequence}', '(?<sequence>\\d{1,6})');
  const expression = new RegExp(`^${escaped}$`);
  return (name) => {
    const groups = expression.exec(name)?.groups;
    const day = groups?.['day'];
    return day !== undefined && isCalendarDay(day) ? { day, sequence: Number(groups?.['sequence'] ?? 0) } : undefined;
  };
}

function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > REMEMBERED) for (const oldest of map.keys()) return void map.delete(oldest);
}
