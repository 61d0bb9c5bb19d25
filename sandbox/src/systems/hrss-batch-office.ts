import { join } from 'node:path';
import iconv from 'iconv-lite';
import type { OfficeCounter } from '../ledger/counter.js';
import { paperOf, type Paper } from '../ledger/papers.js';
import { DropFolder } from './kept.js';
import type { SftpFolder } from './sftp-server.js';
import type { Fault, FaultSwitch } from './stand-in.js';

/** The office of a province that works at night: it takes the files of orders and answers all of them in one file. */
export class NightOffice {
  readonly #in: DropFolder;
  readonly #out: DropFolder;

  /** @param folder on disk, where orders and answers stand until they are taken */
  constructor(
    private readonly code: string,
    folder: string,
    private readonly counter: OfficeCounter,
    private readonly faults: FaultSwitch,
  ) {
    this.#in = new DropFolder(join(folder, 'in'));
    this.#out = new DropFolder(join(folder, 'out'));
  }

  /** Where orders are put. */
  readonly incoming: SftpFolder = {
    files: () => this.#in.files(),
    // A flag that does not come leaves a file that nobody takes.
    opening: (name) => (name.endsWith('.ok') ? undefined : transportFault(this.faults)),
    put: (name, content) => {
      this.#in.put(name, content);
    },
  };

  /** Where answers stand. */
  readonly answers: SftpFolder = { files: () => this.#out.files() };

  /** Takes what lies there. @param day yyyyMMdd of the answer file */
  work(day: string): void {
    const receipts: Paper[] = [];
    const taken: string[] = [];
    const lying = this.#in.files();
    for (const [name, { content }] of lying) {
      if (!name.endsWith('.txt') || !lying.has(`${name}.ok`)) continue;
      const fault = this.faults.order();
      // Left lying for another night.
      if (fault?.kind === 'late-order') continue;
      taken.push(name);
      const paper = readOrderFile(content);
      const receipt = paper && this.counter.order(paper, [this.code], fault);
      // An answer that is lost leaves the effect.
      if (receipt && fault?.kind !== 'lost-answer') receipts.push(receipt);
    }
    if (receipts.length > 0) {
      const name = `HZ${this.code}_${day}_${String(this.#lastAnswer(day) + 1).padStart(6, '0')}.txt`;
      this.#out.put(name, answerFile(receipts));
      this.#out.put(`${name}.ok`, Buffer.alloc(0));
    }
    // Only now: an office that is killed in between takes them again, and does nothing twice. The flag goes first.
    for (const name of taken) {
      this.#in.remove(`${name}.ok`);
      this.#in.remove(name);
    }
  }

  /** The highest sequence number of a day's answer files; 0 where there is none. */
  #lastAnswer(day: string): number {
    const numbers = [...this.#out.files().keys()].map((name) => /^HZ\d{6}_(\d{8})_(\d{6})\.txt$/.exec(name));
    return Math.max(0, ...numbers.map((match) => (match?.[1] === day ? Number(match[2]) : 0)));
  }
}

/** Faults that meet the writing of a file; what meets an order itself waits for the night. */
function transportFault(faults: FaultSwitch): Fault | undefined {
  const kind = faults.current?.kind;
  return kind === 'hang' || kind === 'drop' ? faults.order() : undefined;
}

function readOrderFile(content: Buffer): Paper | undefined {
  const lines = iconv.decode(content, 'gb18030').split('\r\n');
  if (lines.pop() !== '' || lines.shift() !== '0|ZY') return undefined;
  if (lines.pop() !== `9|${lines.length}`) return undefined;
  const records = lines.map((line) => line.split('|'));
  const columns = (cells: readonly string[]): Record<string, string> =>
    Object.fromEntries(cells.map((cell) => [cell.slice(0, cell.indexOf('=')), cell.slice(cell.indexOf('=') + 1)]));
  const [first, ...rows] = records;
  if (first?.[0] !== '1' || rows.some(([type]) => type !== '2')) return undefined;
  return paperOf(
    columns(first.slice(1)),
    rows.map((row) => columns(row.slice(1))),
  );
}

function answerFile(receipts: readonly Paper[]): Buffer {
  const record = (type: string, columns: Paper['head']): string =>
    [type, ...Object.entries(columns).map(([column, text]) => `${column}=${text.replace(/[|\r\n]/g, ' ')}`)].join('|');
  const records = receipts.flatMap(({ head, rows }) => [record('1', head), ...rows.map((row) => record('2', row))]);
  return iconv.encode(['0|HZ', ...records, `9|${records.length}`, ''].join('\r\n'), 'gb18030');
}
