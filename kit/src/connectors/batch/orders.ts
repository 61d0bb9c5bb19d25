import { createHash } from 'node:crypto';
import type { OfficePaper, OrderCounter } from '../../offices/papers.js';
import { AgencyFault } from '../../systems/system.js';
import { decodeGb18030, encodeGb18030 } from '../encoding.js';
import { sharedVisits } from './shared-visits.js';
import type { ListedFile, FileSource, OpenFolder } from './source.js';

interface OrderFolders {
  readonly outgoing: string;
  readonly answers: string;
}

/** The receipts of one answer file. */
type Answers = ReadonlyMap<string, OfficePaper>;

/** Answer files remembered; two a night for half a year. */
const REMEMBERED = 400;

/**
 * Orders of transfers as files: one order a file, put beside its `.ok` flag and taken by the office at night; the answers stand in the
 * file of that night. A file is named by its order's key, so an order that is sent again is the same file. The ledger of content hashes
 * makes an answer file that comes twice harmless under whatever name. Inquiries that come at once share a look at the folder.
 */
export function fileOrders(folders: OrderFolders, source: FileSource, id: string): OrderCounter {
  const known = new Map<string, { readonly stamp: string; readonly answers: Answers }>();
  const ledger = new Map<string, string>();
  const shared = sharedVisits(source);

  /** The newest receipt of a key; refusals are answers too, until the order is put there again. */
  async function answered(folder: OpenFolder, key: string): Promise<OfficePaper | undefined> {
    const listing = await folder.list(folders.answers);
    const flags = new Set(listing.map(({ name }) => name));
    const files = listing.filter(({ name }) => /^HZ\d{6}_\d{8}_\d{6}\.txt$/.test(name) && flags.has(`${name}.ok`));
    for (const file of files.sort((a, b) => (a.name < b.name ? 1 : -1))) {
      const found = (await answersOf(folder, file)).get(key);
      if (found) return found;
    }
    return undefined;
  }

  async function answersOf(folder: OpenFolder, { name, size, modifiedMs }: ListedFile): Promise<Answers> {
    const stamp = `${size} ${modifiedMs}`;
    const before = known.get(name);
    if (before?.stamp === stamp) return before.answers;
    const bytes = await folder.read(`${folders.answers}/${name}`);
    const hash = createHash('sha256').update(bytes).digest('hex');
    const first = ledger.get(hash) ?? name;
    ledger.set(hash, first);
    const answers = first === name ? readAnswers(bytes, id) : NONE;
    known.set(name, { stamp, answers });
    for (const map of [known, ledger]) if (map.size > REMEMBERED) map.delete([...map.keys()][0] ?? '');
    return answers;
  }

  /** An order that lies there, as a receipt. */
  async function lying(folder: OpenFolder, key: string): Promise<OfficePaper | undefined> {
    const flag = (await folder.list(folders.outgoing)).find(({ name }) => name.endsWith(`_${digestOf(key)}.txt.ok`));
    return flag && pending(key, new Date(flag.modifiedMs));
  }

  async function visited<T>(to: FileSource, signal: AbortSignal, work: (folder: OpenFolder) => Promise<T>): Promise<T> {
    const done: { said?: { readonly value: T } } = {};
    try {
      await to.visit(signal, async (folder) => {
        done.said = { value: await work(folder) };
      });
    } catch (error) {
      if (error instanceof AgencyFault || signal.aborted) throw error;
      throw new AgencyFault('AGENCY_UNAVAILABLE', `${id}: its folder of orders cannot be reached`, {}, { cause: error });
    }
    if (!done.said) throw new AgencyFault('AGENCY_UNAVAILABLE', `${id}: its folder of orders cannot be reached`);
    return done.said.value;
  }

  return {
    order: (paper, signal) =>
      visited(source, signal, async (folder) => {
        const { AAZ341: key = '', AAB299: jurisdiction = '' } = paper.head;
        const lies = await lying(folder, key);
        if (lies) return lies;
        const before = await answered(folder, key);
        if (before && before.head['SAA101'] !== REFUSED) return before;
        const name = `${folders.outgoing}/ZY${jurisdiction}_${digestOf(key)}.txt`;
        await folder.write(name, encodeGb18030(orderText(paper, id)));
        // Whole only now: nobody takes a file without its flag.
        await folder.write(`${name}.ok`, Buffer.alloc(0));
        return pending(key, new Date());
      }),
    inquire: (_, paper, signal) =>
      visited(shared, signal, async (folder) => {
        const { AAZ341: key = '' } = paper.head;
        return (await lying(folder, key)) ?? (await answered(folder, key)) ?? { head: { AAZ341: key, SAA101: '0' }, rows: [] };
      }),
  };
}

const NONE: Answers = new Map();
const REFUSED = '3';
const digestOf = (key: string): string => createHash('sha256').update(key).digest('hex').slice(0, 32);
const pending = (key: string, since: Date): OfficePaper => ({ head: { AAZ341: key, SAA101: '2', AAE036: since.toISOString() }, rows: [] });

/** `0` header, `1` the order's columns, `2` the rows of part 2, `9` trailer with the number of records. */
function orderText({ head, rows }: OfficePaper, id: string): string {
  const records = [recordText('1', head, id), ...rows.map((row) => recordText('2', row, id))];
  return ['0|ZY', ...records, `9|${records.length}`, ''].join('\r\n');
}

function recordText(type: string, columns: Readonly<Record<string, string>>, id: string): string {
  const cells = Object.entries(columns).map(([column, text]) => `${column}=${text}`);
  if (cells.some((cell) => /[|\r\n]/.test(cell)))
    throw new AgencyFault('AGENCY_BAD_RESPONSE', `${id}: a value that no file of orders can hold`);
  return [type, ...cells].join('|');
}

/** @throws AgencyFault when the file is not whole */
function readAnswers(bytes: Buffer, id: string): Answers {
  const broken = (): AgencyFault => new AgencyFault('AGENCY_BAD_RESPONSE', `${id}: an answer file that is not whole`);
  let text: string;
  try {
    text = decodeGb18030(bytes);
  } catch {
    throw broken();
  }
  const lines = text.split('\r\n');
  if (lines.pop() !== '' || lines.shift()?.startsWith('0|HZ') !== true) throw broken();
  const [type, count] = lines.pop()?.split('|') ?? [];
  if (type !== '9' || Number(count) !== lines.length) throw broken();
  const answers = new Map<string, { readonly head: Readonly<Record<string, string>>; readonly rows: Readonly<Record<string, string>>[] }>();
  let open: { readonly head: Readonly<Record<string, string>>; readonly rows: Readonly<Record<string, string>>[] } | undefined;
  for (const line of lines) {
    const [kind, ...cells] = line.split('|');
    const columns = Object.fromEntries(cells.map((cell) => [cell.slice(0, cell.indexOf('=')), cell.slice(cell.indexOf('=') + 1)]));
    if (kind === '1') {
      open = { head: columns, rows: [] };
      answers.set(columns['AAZ341'] ?? '', open);
    } else if (kind === '2' && open) open.rows.push(columns);
    else throw broken();
  }
  return answers;
}
