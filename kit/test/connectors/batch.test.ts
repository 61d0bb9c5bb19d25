import { mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { citizenCheckCharacter } from '@yichuang/schema';
import { batchSystem, type BatchSystem } from '../../src/connectors/batch.js';
import { mountedFolder, type OpenFolder } from '../../src/connectors/batch/source.js';
import { sharedVisits } from '../../src/connectors/batch/shared-visits.js';
import { encodeGb18030 } from '../../src/connectors/encoding.js';
import { onNotice, type SystemNotice } from '../../src/systems/notices.js';
import { AgencyFault, type SystemAnswer } from '../../src/systems/system.js';

const citizen = (first17: string): string => first17 + citizenCheckCharacter(first17);
const LI = citizen('62010019900101001');
const WANG = citizen('62010019850505002');
const UNIT = '91350100M000100Y43';

const WIDTHS = { AAC002: 36, AAC003: 20 };
const FIXED = {
  header: { type: '0', columns: { sender: 6, date: 8, sequence: 2 } },
  trailer: { type: '9', columns: { count: 8, sum: 14 } },
  control: { part: 'AC43', column: 'AAE022' },
  records: [
    { type: '1', columns: WIDTHS, parts: { AC01: { by: 'citizen', column: 'AAC002' } } },
    { type: '3', columns: { AAC002: 36, AAE003: 6, AAE022: 12 }, parts: { AC43: { by: 'citizen', column: 'AAC002' } } },
    { type: '7', columns: { SAB010: 18, AAB004: 40 }, parts: { AB01: { by: 'unit', column: 'SAB010' } } },
  ],
};

const field = (text: string, width: number): Buffer => {
  const bytes = encodeGb18030(text).subarray(0, width);
  return Buffer.concat([bytes, Buffer.alloc(width - bytes.length, 0x20)]);
};
const line = (type: string, ...fields: Buffer[]): Buffer => Buffer.concat([Buffer.from(type), ...fields, Buffer.from('\r\n')]);
const person = (number: string, name: string): Buffer => line('1', field(number, 36), field(name, 20));
const booking = (number: string, month: string, paid: string): Buffer => line('3', field(number, 36), field(month, 6), field(paid, 12));

interface Made {
  readonly day?: string;
  readonly sequence?: string;
  readonly count?: number;
  readonly fen?: number;
}

const fileOf = (records: readonly Buffer[], { day = '20261120', sequence = '01', count = records.length, fen = 0 }: Made = {}): Buffer =>
  Buffer.concat([
    line('0', field('620000', 6), field(day, 8), field(sequence, 2)),
    ...records,
    line('9', field(String(count).padStart(8, '0'), 8), field(String(fen).padStart(14, '0'), 14)),
  ]);

let folder: string;
let now: Date;
let systems: BatchSystem[];
let notices: SystemNotice[];
let stopListening: () => void;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'batch-'));
  now = new Date('2026-11-20T12:00:00+08:00');
  systems = [];
  notices = [];
  stopListening = onNotice((notice) => notices.push(notice));
});
afterEach(async () => {
  stopListening();
  await Promise.all(systems.map((system) => system.close()));
  await rm(folder, { recursive: true });
});

const made = (files: readonly object[], more: object = {}): BatchSystem => {
  const settings = { source: pathToFileURL(folder).href, folder: '.', due: { at: '06:00', days: 0 }, pollMs: 3_600_000, files, ...more };
  const system = batchSystem(settings, { id: 'hrss-batch-620000', jurisdictions: [] }, () => now);
  systems.push(system);
  return system;
};
const fixed = (more: object = {}): BatchSystem => made([{ name: 'SB620000_{date}_{sequence}.txt', complete: 'flag', fixed: FIXED }], more);

let stamp = 0;
const put = async (name: string, bytes: Buffer, flag = true): Promise<void> => {
  await writeFile(join(folder, name), bytes);
  // Every version of a file has a time of its own, whatever the resolution of the file system's clock.
  const at = new Date(1_790_000_000_000 + stamp++ * 1000);
  await utimes(join(folder, name), at, at);
  if (flag) await writeFile(join(folder, `${name}.ok`), '');
};
const ask = (
  system: BatchSystem,
  keys: readonly string[] = [LI],
  parts: readonly string[] = ['AC01'],
  by: 'citizen' | 'unit' = 'citizen',
): Promise<SystemAnswer> => system.ask({ by, keys, parts, signal: AbortSignal.timeout(5000) });
const names = (answer: SystemAnswer): (string | null | undefined)[] => (answer.rows.get('AC01') ?? []).map((row) => row['AAC003']);
const events = (): string[] => notices.map(({ event, facts }) => ('reason' in facts ? `${event}: ${facts['reason']}` : event));
const failure = async (act: Promise<unknown>): Promise<string> => {
  try {
    await act;
  } catch (error) {
    if (error instanceof AgencyFault) return error.code;
    if (error instanceof DOMException) return error.name;
    throw error;
  }
  return 'answered';
};

describe('a fixed-width file', () => {
  it('answers with the rows of the parts and people asked for, as of the beginning of its day', async () => {
    await put(
      'SB620000_20261120_01.txt',
      fileOf(
        [
          person(LI, '李𬀩'),
          person(WANG, '王五'),
          booking(LI, '202601', '434.56'),
          booking(LI, '202602', '1,000.00'),
          line('7', field(UNIT, 18), field('甘肃某某有限公司', 40)),
        ],
        { fen: 143_456 },
      ),
    );
    const system = fixed();
    const answer = await ask(system, [LI], ['AC01', 'AC43', 'AB01']);
    expect(Object.fromEntries(answer.rows)).toEqual({
      AC01: [{ AAC002: LI, AAC003: '李𬀩' }],
      AC43: [
        { AAC002: LI, AAE003: '202601', AAE022: '434.56' },
        { AAC002: LI, AAE003: '202602', AAE022: '1,000.00' },
      ],
      AB01: [],
    });
    expect(answer.asOf).toEqual(new Date('2026-11-20T00:00:00+08:00'));
    expect(answer.freshness).toBe('LIVE');
    expect((await ask(system, [UNIT], ['AB01'], 'unit')).rows.get('AB01')).toEqual([{ SAB010: UNIT, AAB004: '甘肃某某有限公司' }]);
  });

  it('keeps a row whose name was cut in the middle of a character, without the half character', async () => {
    await put('SB620000_20261120_01.txt', fileOf([person(LI, 'a阿卜杜热合曼买买提江')]));
    expect(names(await ask(fixed()))).toEqual(['a阿卜杜热合曼买买提']);
    await put('SB620000_20261120_02.txt', fileOf([person(LI, '阿卜杜热合曼买买𬀩𬀩')], { sequence: '02' }));
    expect(names(await ask(fixed()))).toEqual(['阿卜杜热合曼买买𬀩']);
  });

  it('finds a person under every form in which a register writes the number, and counts rows without a usable one', async () => {
    const full = LI.replace(/[0-9X]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0));
    const short = LI.slice(0, 6) + LI.slice(8, 17);
    await put(
      'SB620000_20261120_01.txt',
      fileOf([
        person(LI.toLowerCase(), '一'),
        person(full, '二'),
        person(short, '三'),
        person(`  ${LI}`, '四'),
        person('620100199013010017', '五'),
        person('', '六'),
      ]),
    );
    expect(names(await ask(fixed()))).toEqual(['一', '二', '三', '四']);
    expect(notices.find(({ event }) => event === 'batch file taken')?.facts).toMatchObject({ records: 6, unusableKeys: 2 });
    expect(JSON.stringify(notices)).not.toMatch(/\d{15}/);
  });
});

describe('a file that is not whole', () => {
  const good = fileOf([person(LI, '昨天')], { day: '20261119' });
  const whole = fileOf([person(LI, '今天'), booking(LI, '202601', '1.00')], { fen: 100 });
  const cases: readonly (readonly [string, Buffer, string])[] = [
    ['is cut in half', whole.subarray(0, whole.length / 2), 'TRAILER_MISSING'],
    ['lacks a record', fileOf([person(LI, '今天')], { count: 2 }), 'COUNT_MISMATCH'],
    ['has another control sum', fileOf([booking(LI, '202601', '1.00')], { fen: 101 }), 'SUM_MISMATCH'],
    [
      'is UTF-8',
      fileOf([Buffer.concat([Buffer.from('1'), field(LI, 36), Buffer.from('今天今天今  '), Buffer.from('   \r\n')])]),
      'WRONG_ENCODING',
    ],
    [
      'has bytes that are no GB18030',
      fileOf([Buffer.concat([Buffer.from('1'), field(LI, 36), Buffer.alloc(20, 0xff), Buffer.from('\r\n')])]),
      'WRONG_ENCODING',
    ],
    ['has a line of another width', fileOf([Buffer.from('1 too short\r\n')]), 'RECORD_MALFORMED in line 2'],
    ['says inside that it is of another day', fileOf([person(LI, '今天')], { day: '20261118' }), 'ANOTHER_DAY'],
    ['has another sequence number inside', fileOf([person(LI, '今天')], { sequence: '07' }), 'ANOTHER_SEQUENCE'],
    ['has no header', person(LI, '今天'), 'HEADER_MISSING'],
    ['is empty', Buffer.alloc(0), 'EMPTY'],
  ];
  it.each(cases)('is refused when it %s, and the last good one is served as stale', async (_, bytes, reason) => {
    await put('SB620000_20261119_01.txt', good);
    await put('SB620000_20261120_01.txt', bytes);
    now = new Date('2026-11-20T04:00:00+08:00');
    const answer = await ask(fixed());
    expect(names(answer)).toEqual(['昨天']);
    expect(answer.asOf).toEqual(new Date('2026-11-19T00:00:00+08:00'));
    expect(answer.freshness).toBe('STALE');
    expect(events()).toContain(`batch file refused: ${reason}`);
  });

  it('leaves the question without an answer when there has never been a good one', async () => {
    await put('SB620000_20261120_01.txt', whole.subarray(0, 40));
    expect(await failure(ask(fixed()))).toBe('AGENCY_UNAVAILABLE');
  });

  it('is refused once, however often the folder is looked at', async () => {
    await put('SB620000_20261119_01.txt', good);
    await put('SB620000_20261120_01.txt', whole.subarray(0, 40));
    const system = fixed();
    await system.refresh();
    await system.refresh();
    expect(events().filter((event) => event.startsWith('batch file refused'))).toHaveLength(1);
    expect((await ask(system)).freshness).toBe('STALE');
  });
});

describe('the file of a day', () => {
  it('is not taken before its flag is there', async () => {
    await put('SB620000_20261119_01.txt', fileOf([person(LI, '昨天')], { day: '20261119' }));
    await put('SB620000_20261120_01.txt', fileOf([person(LI, '今天')]), false);
    const system = fixed();
    expect(names(await ask(system))).toEqual(['昨天']);
    await writeFile(join(folder, 'SB620000_20261120_01.txt.ok'), '');
    await system.refresh();
    expect(names(await ask(system))).toEqual(['今天']);
  });

  it('leaves yesterday’s answers live until it is due, and stale from then on until it comes', async () => {
    await put('SB620000_20261119_01.txt', fileOf([person(LI, '昨天')], { day: '20261119' }));
    const system = fixed();
    now = new Date('2026-11-20T05:59:00+08:00');
    expect((await ask(system)).freshness).toBe('LIVE');
    now = new Date('2026-11-20T06:00:00+08:00');
    expect(await ask(system)).toMatchObject({ freshness: 'STALE', asOf: new Date('2026-11-19T00:00:00+08:00') });
    await put('SB620000_20261120_01.txt', fileOf([person(LI, '今天')]));
    await system.refresh();
    expect(await ask(system)).toMatchObject({ freshness: 'LIVE', asOf: new Date('2026-11-20T00:00:00+08:00') });
  });

  it('may be due on a later day', async () => {
    await put('SB620000_20261119_01.txt', fileOf([person(LI, '昨天')], { day: '20261119' }));
    const system = fixed({ due: { at: '06:00', days: 1 } });
    now = new Date('2026-11-20T23:00:00+08:00');
    expect((await ask(system)).freshness).toBe('LIVE');
    now = new Date('2026-11-21T06:00:00+08:00');
    expect((await ask(system)).freshness).toBe('STALE');
  });

  it('is replaced by one with a higher sequence number, also when that comes in place of an older name', async () => {
    await put('SB620000_20261120_02.txt', fileOf([person(LI, '二')], { sequence: '02' }));
    await put('SB620000_20261120_10.txt', fileOf([person(LI, '十')], { sequence: '10' }));
    const system = fixed();
    expect(names(await ask(system))).toEqual(['十']);
    await put('SB620000_20261120_10.txt', fileOf([person(LI, '十改')], { sequence: '10' }));
    await system.refresh();
    expect(names(await ask(system))).toEqual(['十改']);
  });

  it('is ignored when it brings what was taken before', async () => {
    const bytes = fileOf([person(LI, '昨天')], { day: '20261119' });
    await put('SB620000_20261119_01.txt', bytes);
    const system = fixed();
    await ask(system);
    await put('SB620000_20261120_01.txt', bytes);
    await system.refresh();
    expect(events()).toContain('batch file repeats one that was taken before');
    expect(await ask(system)).toMatchObject({ freshness: 'STALE', asOf: new Date('2026-11-19T00:00:00+08:00') });
  });

  it('still serves when its folder is gone, and says that the folder cannot be read', async () => {
    await put('SB620000_20261120_01.txt', fileOf([person(LI, '今天')]));
    const system = fixed();
    await ask(system);
    await rename(folder, `${folder}-away`);
    await system.refresh();
    expect(events().some((event) => event.startsWith('batch folder cannot be read'))).toBe(true);
    expect(names(await ask(system))).toEqual(['今天']);
    await rename(`${folder}-away`, folder);
  });

  it('stops holding when a source that keeps its files withdraws it, and holds again when it is back', async () => {
    await put('SB620000_20261119_01.txt', fileOf([person(LI, '昨天')], { day: '20261119' }));
    const today = fileOf([person(LI, '今天')]);
    await put('SB620000_20261120_01.txt', today);
    const system = fixed({ keepsFiles: true });
    expect(names(await ask(system))).toEqual(['今天']);
    await rm(join(folder, 'SB620000_20261120_01.txt'));
    await system.refresh();
    expect(await ask(system)).toMatchObject({ freshness: 'STALE', asOf: new Date('2026-11-19T00:00:00+08:00') });
    await put('SB620000_20261120_01.txt', today);
    await system.refresh();
    expect(await ask(system)).toMatchObject({ freshness: 'LIVE', asOf: new Date('2026-11-20T00:00:00+08:00') });
  });
});

describe('a delimited file', () => {
  const DELIMITED = {
    header: { type: 'HEAD', columns: ['date', 'count'] },
    trailer: { type: 'END', columns: ['count'] },
    records: [
      { type: 'P', columns: ['filing', 'number', 'name'], parts: { COURIER: { by: 'citizen', column: 'number' } } },
      {
        type: 'O',
        columns: ['filing', 'unit', 'name'],
        parts: { OUTLET: { by: 'outlet', column: 'filing' }, UNIT_OUTLET: { by: 'unit', column: 'unit' } },
      },
    ],
  };
  const delimited = (layout: object = DELIMITED): BatchSystem => made([{ name: 'YZ_{date}.txt', complete: 'trailer', delimited: layout }]);

  it('parts text and not bytes: a character may contain the delimiter’s byte', async () => {
    // The GBK bytes of these characters end with 0x7C, which is |.
    const [a, b] = [Buffer.from([0xa8, 0x7c]), Buffer.from([0xb0, 0x7c])];
    await put(
      'YZ_20261120.txt',
      Buffer.concat([encodeGb18030(`HEAD|20261120|2\nP|F1|${LI}|李`), a, b, encodeGb18030(`\nO|F1|${UNIT}|兰州"城关"营业部\nEND|2\n`)]),
      false,
    );
    const system = delimited();
    const answer = await ask(system, [LI], ['COURIER', 'OUTLET']);
    expect(answer.rows.get('COURIER')).toEqual([
      { filing: 'F1', number: LI, name: new TextDecoder('gb18030').decode(Buffer.concat([encodeGb18030('李'), a, b])) },
    ]);
    expect(answer.rows.get('OUTLET')).toEqual([]);
    const outlet = [{ filing: 'F1', unit: UNIT, name: '兰州"城关"营业部' }];
    expect(
      (await system.ask({ by: 'outlet', keys: ['F1'], parts: ['OUTLET'], signal: AbortSignal.timeout(5000) })).rows.get('OUTLET'),
    ).toEqual(outlet);
    expect((await ask(system, [UNIT], ['UNIT_OUTLET'], 'unit')).rows.get('UNIT_OUTLET')).toEqual(outlet);
  });

  it('is waited for while its trailer is missing, without calling the one before stale', async () => {
    now = new Date('2026-11-20T05:00:00+08:00');
    await put('YZ_20261119.txt', encodeGb18030(`HEAD|20261119|1\nP|F1|${LI}|昨天\nEND|1\n`), false);
    await put('YZ_20261120.txt', encodeGb18030(`HEAD|20261120|2\nP|F1|${LI}|今`), false);
    const system = delimited();
    expect(await ask(system, [LI], ['COURIER'])).toMatchObject({ freshness: 'LIVE', asOf: new Date('2026-11-19T00:00:00+08:00') });
    await put('YZ_20261120.txt', encodeGb18030(`HEAD|20261120|1\nP|F1|${LI}|今天\nEND|1\n`), false);
    await system.refresh();
    expect((await ask(system, [LI], ['COURIER'])).rows.get('COURIER')?.[0]?.['name']).toBe('今天');
  });

  it('is refused when a line has a column too many', async () => {
    await put('YZ_20261120.txt', encodeGb18030(`HEAD|20261120|1\nP|F1|${LI}|李|四\nEND|1\n`), false);
    expect(await failure(ask(delimited(), [LI], ['COURIER']))).toBe('AGENCY_UNAVAILABLE');
    expect(events()).toContain('batch file refused: RECORD_MALFORMED in line 2');
  });

  it('needs no types where a file holds one kind of record', async () => {
    await put('YZ_20261120.txt', encodeGb18030(`F1|${LI}|李\n=1\n`), false);
    const system = delimited({
      trailer: { columns: ['count'] },
      records: [{ columns: ['filing', 'number', 'name'], parts: { COURIER: { by: 'citizen', column: 'number' } } }],
    });
    expect(await failure(ask(system, [LI], ['COURIER']))).toBe('AGENCY_UNAVAILABLE');
    await put('YZ_20261120.txt', encodeGb18030(`F1|${LI}|李\n1\n`), false);
    expect((await ask(system, [LI], ['COURIER'])).rows.get('COURIER')).toEqual([{ filing: 'F1', number: LI, name: '李' }]);
  });
});

describe('waiting for the first file', () => {
  it('ends when nobody waits for the answer any longer', async () => {
    await put('SB620000_20261120_01.txt', fileOf([person(LI, '今天')]));
    const gone = AbortSignal.abort();
    expect(await failure(fixed().ask({ by: 'citizen', keys: [LI], parts: ['AC01'], signal: gone }))).toBe('AbortError');
  });

  it('names the setting that does not fit', () => {
    expect(() => fixed({ due: { at: '6 o’clock' } })).toThrow(/hrss-batch-620000: setting due\.at/);
    expect(() => fixed({ source: 'sftp://a:b@127.0.0.1:22' })).toThrow(/hostKey/);
    expect(() => made([{ name: 'a_{date}.txt', complete: 'flag' }])).toThrow(/either fixed or delimited/);
  });
});

describe('visits that begin at once', () => {
  const NEVER = new AbortController().signal;
  /** The folder behind a connection that takes until it is `opened`, or breaks. */
  const behind = (): {
    readonly look: (signal?: AbortSignal, work?: (folder: OpenFolder) => Promise<unknown>) => Promise<readonly string[]>;
    readonly signals: AbortSignal[];
    readonly open: (broken?: Error) => void;
  } => {
    const mounted = mountedFolder(pathToFileURL(folder), '.');
    const signals: AbortSignal[] = [];
    const doors: ((broken?: Error) => void)[] = [];
    const source = sharedVisits({
      async visit(signal, work) {
        signals.push(signal);
        await new Promise<void>((resolve, reject) => {
          doors.push((broken) => {
            if (broken) reject(broken);
            else resolve();
          });
        });
        await mounted.visit(signal, work);
      },
    });
    return {
      signals,
      open: (broken) => {
        for (const door of doors.splice(0)) door(broken);
      },
      look: async (signal = NEVER, work = (open) => open.list()) => {
        let seen: unknown;
        await source.visit(signal, async (open) => {
          seen = await work(open);
        });
        return (seen as readonly { readonly name: string }[]).map(({ name }) => name);
      },
    };
  };
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('are one, and who comes later looks again', async () => {
    const { look, open, signals } = behind();
    await put('a.txt', Buffer.alloc(0), false);
    const together = [look(), look()];
    await settled();
    together.push(look());
    expect(signals).toHaveLength(1);
    open();
    expect(await Promise.all(together)).toEqual([['a.txt'], ['a.txt'], ['a.txt']]);
    await put('b.txt', Buffer.alloc(0), false);
    const later = look();
    await settled();
    open();
    expect(await later).toEqual(['a.txt', 'b.txt']);
    expect(signals).toHaveLength(2);
  });

  it('end for who gives up, and are given up when nobody waits any more', async () => {
    const { look, open, signals } = behind();
    const [first, second] = [new AbortController(), new AbortController()];
    const gone = failure(look(first.signal));
    const stays = look();
    await settled();
    first.abort();
    expect(await gone).toBe('AbortError');
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    open();
    expect(await stays).toEqual([]);
    const alone = failure(look(second.signal));
    await settled();
    second.abort();
    expect(await alone).toBe('AbortError');
    expect(signals.at(-1)?.aborted).toBe(true);
    // Nobody is let into a visit that was given up.
    const next = look();
    await settled();
    open();
    expect(await next).toEqual([]);
  });

  it('fail for all when the connection breaks, and for one alone when its own work does', async () => {
    const { look, open } = behind();
    const broken = [look(), look()].map((one) => one.catch((error: unknown) => (error as Error).message));
    await settled();
    open(new Error('broken'));
    expect(await Promise.all(broken)).toEqual(['broken', 'broken']);
    const bad = look(NEVER, () => Promise.reject(new AgencyFault('AGENCY_BAD_RESPONSE', 'not whole')));
    const good = look();
    const said = failure(bad);
    await settled();
    open();
    expect([await said, await good]).toEqual(['AGENCY_BAD_RESPONSE', []]);
  });
});
