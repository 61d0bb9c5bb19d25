import { setImmediate } from 'node:timers/promises';
import PDFDocument from 'pdfkit';
import { ChineseFont } from './font.js';

/** A table: its columns with their share of the width, figures ranged right, and its rows. */
export interface Table {
  readonly columns: readonly { readonly title: string; readonly share: number; readonly figures?: boolean }[];
  readonly rows: readonly (readonly string[])[];
}

/** What stands on the pages, from the top. */
export type Block = { readonly kind: 'TITLE' | 'HEADING' | 'TEXT'; readonly text: string } | ({ readonly kind: 'TABLE' } & Table);

export interface Sheet {
  readonly fileName: string;
  readonly title: string;
  readonly blocks: readonly Block[];
  /** At the foot of every page, before its number. */
  readonly foot: string;
  readonly date: Date;
  /** Goes along in the file. */
  readonly attachment: { readonly name: string; readonly text: string };
}

/** A file as the graph hands it over. */
export interface PrintedFile {
  readonly fileName: string;
  readonly pages: number;
  readonly bytes: number;
  readonly base64: string;
}

const SIZES = { TITLE: 18, HEADING: 11, TEXT: 9, TABLE: 7.5, FOOT: 7 } as const;
/** Height of a line by its size of type. */
const LEADING = 1.45;
const MARGIN = 40;
const HEAD_GREY = '#eeeeee';
const FOOT_ROOM = 24;
const CELL_GAP = 4;
/** Between figures and what stands to their right. */
const FIGURES_GAP = 12;
/** Lines of a table that stay with the heading above it: its head and two rows. */
const KEPT_LINES = 3;

const font = new ChineseFont();

/** Sets a sheet on A4 pages, with "page x of y" at the foot of each. Draws page by page, so that others have their turn. */
export async function printed(sheet: Sheet): Promise<PrintedFile> {
  const doc = new PDFDocument({
    size: 'A4',
    margin: 0,
    bufferPages: true,
    lang: 'zh-CN',
    displayTitle: true,
    info: { Title: sheet.title, CreationDate: sheet.date, ModDate: sheet.date, Producer: 'Yichuang', Creator: 'Yichuang' },
  });
  const chunks: Buffer[] = [];
  doc.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve) => doc.on('end', resolve));
  for (const [name, file] of await font.filesFor(textsOf(sheet))) doc.registerFont(name, Buffer.from(file));
  const hand = new Hand(doc);
  for (const block of sheet.blocks) await hand.draw(block);
  const { count } = doc.bufferedPageRange();
  for (let page = 0; page < count; page++) {
    doc.switchToPage(page);
    hand.foot(`${sheet.foot}　第 ${page + 1} 页，共 ${count} 页 · page ${page + 1} of ${count}`);
  }
  doc.file(Buffer.from(sheet.attachment.text), {
    name: sheet.attachment.name,
    type: 'application/json',
    creationDate: sheet.date,
    modifiedDate: sheet.date,
  });
  doc.end();
  await ended;
  const file = Buffer.concat(chunks);
  return { fileName: sheet.fileName, pages: count, bytes: file.length, base64: file.toString('base64') };
}

function* textsOf({ blocks, foot }: Sheet): Generator<string, undefined> {
  yield `${foot}　第页，共· page of 0123456789□`;
  for (const block of blocks) {
    if (block.kind !== 'TABLE') yield block.text;
    else {
      for (const { title } of block.columns) yield title;
      for (const row of block.rows) yield* row;
    }
  }
}

/** Draws from the top of a page to its foot, then goes on to the next. */
class Hand {
  #y = MARGIN;
  readonly #widths = new Map<string, number>();

  constructor(readonly doc: PDFKit.PDFDocument) {}

  get #width(): number {
    return this.doc.page.width - 2 * MARGIN;
  }

  async draw(block: Block): Promise<void> {
    if (block.kind === 'TABLE') {
      await this.#table(block);
      return;
    }
    const size = SIZES[block.kind];
    if (block.kind === 'HEADING') {
      this.#y += size * 0.8;
      await this.#room(size * LEADING + KEPT_LINES * SIZES.TABLE * LEADING);
    }
    for (const line of this.#lines(block.text, size, this.#width)) {
      await this.#room(size * LEADING);
      this.#write(line, MARGIN, this.#y, size);
      this.#y += size * LEADING;
    }
  }

  foot(text: string): void {
    this.#write(text, MARGIN, this.doc.page.height - FOOT_ROOM, SIZES.FOOT);
  }

  async #table({ columns, rows }: Table): Promise<void> {
    const size = SIZES.TABLE;
    const all = columns.reduce((sum, { share }) => sum + share, 0);
    const widths = columns.map(({ share }) => (this.#width * share) / all);
    const head = columns.map(({ title }) => title);
    const ranged = columns.map(({ figures }) => figures === true);
    await this.#row(head, widths, ranged, size, true);
    for (const row of rows) {
      if (await this.#row(row, widths, ranged, size, false)) continue;
      await this.#row(head, widths, ranged, size, true);
      await this.#row(row, widths, ranged, size, false);
    }
  }

  /** Draws a row; false when it needs a new page, which has been begun. */
  async #row(
    cells: readonly string[],
    widths: readonly number[],
    ranged: readonly boolean[],
    size: number,
    head: boolean,
  ): Promise<boolean> {
    const lines = cells.map((cell, i) => this.#lines(cell, size, (widths[i] ?? 0) - CELL_GAP));
    const height = Math.max(1, ...lines.map(({ length }) => length)) * size * LEADING;
    if ((await this.#room(height)) && !head) return false;
    if (head) this.doc.rect(MARGIN, this.#y - 1, this.#width, height + 2).fill(HEAD_GREY);
    let x = MARGIN;
    lines.forEach((cell, i) => {
      cell.forEach((line, n) => {
        const width = widths[i] ?? 0;
        const from = ranged[i] === true ? x + Math.max(0, width - FIGURES_GAP - this.#lengthOf(line, size)) : x;
        this.#write(line, from, this.#y + n * size * LEADING, size);
      });
      x += widths[i] ?? 0;
    });
    this.#y += height + 1;
    const rule = this.#y;
    this.doc
      .moveTo(MARGIN, rule)
      .lineTo(MARGIN + this.#width, rule)
      .lineWidth(head ? 0.8 : 0.2)
      .strokeColor('#888888')
      .stroke();
    return true;
  }

  /** Makes room for so much; true when a new page was begun for it. */
  async #room(height: number): Promise<boolean> {
    if (this.#y + height <= this.doc.page.height - FOOT_ROOM - 8) return false;
    this.doc.addPage();
    this.#y = MARGIN;
    await setImmediate();
    return true;
  }

  #write(text: string, x: number, y: number, size: number): void {
    let at = x;
    const runs = font.runs(text);
    for (const run of runs) {
      this.doc.font(run.font).fontSize(size).fillColor('#000000').text(run.text, at, y, { lineBreak: false });
      // As it was drawn, with its kerning: what follows stands close.
      if (runs.length > 1) at += this.doc.widthOfString(run.text);
    }
  }

  #lines(text: string, size: number, width: number): string[] {
    const lines: string[] = [];
    let line = '';
    let used = 0;
    for (const character of text) {
      const [run] = font.runs(character);
      const wide = run ? this.#widthOf(run.font, run.text, size) : 0;
      if (used + wide > width && line !== '') {
        lines.push(line);
        line = '';
        used = 0;
      }
      line += character;
      used += wide;
    }
    return line === '' ? lines : [...lines, line];
  }

  #lengthOf(text: string, size: number): number {
    return font.runs(text).reduce((sum, run) => sum + this.#widthOf(run.font, run.text, size), 0);
  }

  /** Sum of the widths of its characters; kerning makes it a little less, never more. */
  #widthOf(name: string, text: string, size: number): number {
    let width = 0;
    for (const character of text) {
      const key = `${name} ${character}`;
      let unit = this.#widths.get(key);
      if (unit === undefined) this.#widths.set(key, (unit = this.doc.font(name).fontSize(100).widthOfString(character) / 100));
      width += unit * size;
    }
    return width;
  }
}
