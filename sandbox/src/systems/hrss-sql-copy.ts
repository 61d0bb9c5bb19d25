import type pg from 'pg';
import { framed } from './hrss-sql-wire.js';

const CHUNK_ROWS = 2000;

/** Loads rows by COPY, in the order of the columns; '' becomes NULL, as in databases that know no empty text. */
export async function copyRows(
  client: pg.Client,
  table: string,
  columns: readonly string[],
  rows: Iterable<readonly string[]>,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    client.query(new CopyIn(`COPY ${table} (${columns.join(', ')}) FROM STDIN`, rows, resolve, reject));
  });
}

/** COPY FROM STDIN as the driver's submittable query: it calls the handlers below as messages come (PostgreSQL protocol 3.0, 54.2.6). */
class CopyIn {
  #failure: Error | undefined;

  constructor(
    private readonly statement: string,
    private readonly rows: Iterable<readonly string[]>,
    private readonly resolve: () => void,
    private readonly reject: (error: Error) => void,
  ) {}

  submit(connection: pg.Connection): void {
    connection.query(this.statement);
  }

  handleCopyInResponse(connection: pg.Connection): void {
    let lines: string[] = [];
    const send = (): void => {
      connection.stream.write(framed('d', Buffer.from(lines.join(''))));
      lines = [];
    };
    for (const row of this.rows) {
      lines.push(`${row.map(copyText).join('\t')}\n`);
      if (lines.length === CHUNK_ROWS) send();
    }
    if (lines.length > 0) send();
    connection.stream.write(framed('c', Buffer.alloc(0)));
  }

  handleCommandComplete(): void {
    // The driver wants the handler; that all is well is known when the session is ready again.
  }

  handleError(error: Error): void {
    this.#failure = error;
    this.reject(error);
  }

  handleReadyForQuery(): void {
    if (!this.#failure) this.resolve();
  }
}

function copyText(text: string): string {
  if (text === '') return '\\N';
  return /[\\\t\n\r]/.test(text)
    ? text.replace(/[\\\t\n\r]/g, (c) => `\\${c === '\t' ? 't' : c === '\n' ? 'n' : c === '\r' ? 'r' : c}`)
    : text;
}
