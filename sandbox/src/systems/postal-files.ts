import iconv from 'iconv-lite';
import type { Life, World } from '../people/model.js';
import { courierDirt, outletDirt } from './postal-dirt.js';
import type { SftpFile } from './sftp-server.js';
import type { FaultKind } from './stand-in.js';

const KINDS = ['OUTLETS', 'COURIERS'] as const;

/** The postal files of the days around one day, made once a day. */
export class PostalFiles {
  readonly #lines: Readonly<Record<(typeof KINDS)[number], readonly string[]>>;
  #made: { readonly of: string; readonly files: ReadonlyMap<string, SftpFile> } | undefined;

  constructor(world: World) {
    this.#lines = { OUTLETS: outletLines(world), COURIERS: courierLines(world) };
  }

  /** The files of a day (YYYY-MM-DD) and of the day before, each with its `.ok` flag, as the fault lets them be. */
  of(today: string, fault: FaultKind | undefined): ReadonlyMap<string, SftpFile> {
    const of = `${today} ${fault ?? ''}`;
    if (this.#made?.of !== of) this.#made = { of, files: this.#make(today, fault) };
    return this.#made.files;
  }

  #make(today: string, fault: FaultKind | undefined): ReadonlyMap<string, SftpFile> {
    const files = new Map<string, SftpFile>();
    // A source that is late has not delivered for three days.
    for (const daysAgo of fault === 'stale-file' ? [3, 4] : [0, 1]) {
      const day = dayBefore(today, daysAgo);
      const modified = new Date(`${day}T02:10:00+08:00`);
      for (const kind of KINDS) {
        const name = `${kind}_${day.replaceAll('-', '')}.txt`;
        files.set(name, { content: contentOf(kind, day, this.#lines[kind], daysAgo === 0 ? fault : undefined), modified });
        files.set(`${name}.ok`, { content: Buffer.alloc(0), modified });
      }
    }
    return files;
  }
}

/** H|kind|date, the records, T|count. Strict GBK: what it cannot hold becomes a question mark. */
function contentOf(kind: string, day: string, lines: readonly string[], fault: FaultKind | undefined): Buffer {
  const records = fault === 'duplicate-rows' ? lines.flatMap((line) => [line, line]) : lines;
  const text = [`H|${kind}|${day.replaceAll('-', '')}`, ...records, `T|${String(records.length)}`, ''].join('\r\n');
  if (fault === 'wrong-encoding') return Buffer.from(text, 'utf8');
  const bytes = iconv.encode(text, 'gbk');
  return fault === 'truncate' ? bytes.subarray(0, Math.floor(bytes.length * 0.6)) : bytes;
}

const digits = (date: string | undefined, open: string): string => date?.replaceAll('-', '') ?? open;

/** D|备案编号|名称|开办企业信用代码|行政区划|地址|开办日期|停办日期|备案快递员数 */
function outletLines(world: World): string[] {
  const dirt = outletDirt(world.outlets);
  const counts = new Map<string, number>();
  for (const { courierWork } of world.lives)
    for (const { outlet, to } of courierWork) if (to === undefined) counts.set(outlet, (counts.get(outlet) ?? 0) + 1);
  return world.outlets.map((outlet) => {
    const kind = dirt.get(outlet.filingNumber);
    return [
      'D',
      outlet.filingNumber,
      kind === 'PADDED_NAME' ? `　${outlet.name}  ` : outlet.name,
      outlet.unit,
      kind === 'TWELVE_DIGIT_DIVISION' ? `${outlet.division}000000` : outlet.division,
      outlet.address,
      kind === 'OPENED_29_FEBRUARY' ? '20150229' : digits(outlet.openedOn, ''),
      digits(outlet.closedOn, ''),
      kind === 'NEGATIVE_COUNT' ? '-1' : String(counts.get(outlet.filingNumber) ?? 0),
    ].join('|');
  });
}

/** D|备案编号|姓名|证件号码|网点备案编号|企业信用代码|入职日期|离职日期 */
function courierLines(world: World): string[] {
  const dirt = courierDirt(world);
  return world.lives.flatMap((life, index) =>
    life.courierWork.map(({ filingNumber, outlet, unit, from, to }, i) => {
      const kind = i === 0 ? dirt.get(index) : undefined;
      return [
        'D',
        filingNumber,
        life.name,
        kind === 'FIFTEEN_DIGITS' ? fifteenDigits(life) : life.number,
        outlet,
        kind === 'LOWER_CASE_CREDIT_CODE' ? unit.toLowerCase() : unit,
        kind === 'FROM_ZEROS' ? '00000000' : digits(from, ''),
        digits(to, '99991231'),
      ].join('|');
    }),
  );
}

const fifteenDigits = ({ number }: Life): string => number.slice(0, 6) + number.slice(8, 17);

function dayBefore(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10);
}
