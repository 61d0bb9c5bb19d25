import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import iconv from 'iconv-lite';
import ssh2, { type Client as ClientOfSsh, type SFTPWrapper } from 'ssh2';
import { parseCitizenNumber } from '@yichuang/schema';
import { probedSystem, type ProbedSystem } from './hrss-batch-system.js';
import { JURISDICTIONS } from '../../src/people/jurisdictions.js';
import { batchFile, fileBody } from '../../src/systems/hrss-batch-file.js';
import { startHrssBatch } from '../../src/systems/hrss-batch.js';
import { newHostKey, startSftpServer, type RunningSftpServer, type SftpFile, type SftpFolder } from '../../src/systems/sftp-server.js';
import type { Fault, FaultKind } from '../../src/systems/stand-in.js';
import { askPeople, inTime, RECORDS, startDialect, type Dialect } from './hrss-dialect.js';
import { inOrder, recordsOfLife } from './hrss-expected.js';

const shanghaiDay = (daysAgo = 0): string => new Date(Date.now() + 8 * 3_600_000 - daysAgo * 86_400_000).toISOString().slice(0, 10);
const beginningOf = (day: string): string => new Date(`${day}T00:00:00+08:00`).toISOString();
const TODAY = shanghaiDay();
const YESTERDAY = shanghaiDay(1);
const THREE_DAYS_AGO = shanghaiDay(3);
const PROVINCES = JURISDICTIONS.filter(({ dialect }) => dialect === 'batch').map(({ code, system }) => [code, system] as const);

const { Client } = ssh2;
let dialect: Dialect;
beforeAll(async () => {
  dialect = await startDialect(
    async (context) => {
      const group = await startHrssBatch(context);
      return { ...group, env: { ...group.env, HRSS_SFTP_POLL_MS: '100' } };
    },
    'hrss-batch-',
    { today: TODAY },
    { deadlineMs: 5000, breakAfter: 50 },
  );
}, 60_000);
afterAll(() => dialect.close());

const fits = (name: string): boolean => iconv.encode(name, 'gb18030').length <= 20;
const clean = (code: string): Dialect['world']['lives'] => dialect.cleanLives(code).filter(({ name }) => fits(name));

/** Where the answers of a system stand now. */
async function standing(
  id: string,
  code: string,
): Promise<{ readonly asOf: string; readonly freshness: string; readonly findings: number }> {
  const [life] = clean(code);
  const number = life?.number ?? '';
  const [person] = (await dialect.system(id).ask('citizen', [number], RECORDS, inTime())).get(number)?.get('person') ?? [];
  if (!person) throw new Error('nobody there');
  const { asOf, freshness, quality } = person.provenance;
  return { asOf, freshness, findings: quality.length };
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (const signal = inTime(); !(await condition());) await delay(20, undefined, { signal });
}

describe('a province that delivers daily files', () => {
  it.each(PROVINCES)('tells the clean lives of %s as they were lived, as of today, from one file', async (code, id) => {
    const lives = clean(code).slice(0, 40);
    expect(lives.length).toBeGreaterThan(0);
    const answer = await askPeople(
      dialect.system(id),
      lives.map(({ number }) => number),
      code,
    );
    for (const life of lives) {
      expect(inOrder(answer.get(life.number)?.records ?? {})).toEqual(inOrder(recordsOfLife(dialect.world, life, code)));
      expect(answer.get(life.number)?.findings).toEqual([]);
    }
    expect(await standing(id, code)).toEqual({ asOf: beginningOf(TODAY), freshness: 'LIVE', findings: 0 });
    expect(dialect.standIn(id).calls()).toBe(1);
  });

  it('tells a unit by its credit code, and nothing of people under it', async () => {
    const unit = dialect.registers.jurisdictions.get('620000')?.AB01[0];
    const answer = (await dialect.system('hrss-batch-620000').ask('unit', [unit?.SAB010 ?? ''], ['unit', 'person'], inTime())).get(
      unit?.SAB010 ?? '',
    );
    expect(answer?.get('unit')).toMatchObject([
      {
        unitNumber: unit?.AAB001,
        headcount: Number(unit?.SAB120),
        nearRetirement: Number(unit?.SAB121),
        provenance: { jurisdiction: '620000', quality: [] },
      },
    ]);
    expect(answer?.get('person')).toEqual([]);
  });
});

describe('what the hub says when', () => {
  const [CODE, ID] = ['640000', 'hrss-batch-640000'];
  const stale: readonly FaultKind[] = ['truncate', 'wrong-encoding'];
  it.each(stale)(
    'today’s file is rewritten with the fault %s: the good one goes on being served as stale, until it is whole again',
    async (kind) => {
      expect(await standing(ID, CODE)).toMatchObject({ asOf: beginningOf(TODAY), freshness: 'LIVE' });
      await dialect.standIn(ID).setFault({ kind });
      await until(async () => (await standing(ID, CODE)).freshness === 'STALE');
      expect((await standing(ID, CODE)).asOf).toBe(beginningOf(TODAY));
      await dialect.standIn(ID).setFault(undefined);
      await until(async () => (await standing(ID, CODE)).freshness === 'LIVE');
    },
  );

  it('lines are doubled: records once, each with a finding', async () => {
    await dialect.standIn(ID).setFault({ kind: 'duplicate-rows' });
    await until(async () => (await standing(ID, CODE)).findings === 1);
    await dialect.standIn(ID).setFault(undefined);
    await until(async () => (await standing(ID, CODE)).findings === 0);
  });

  it('the files of two days are withdrawn: the last older one holds, and is stale', async () => {
    await dialect.standIn(ID).setFault({ kind: 'stale-file' });
    await until(async () => (await standing(ID, CODE)).asOf === beginningOf(THREE_DAYS_AGO));
    await dialect.standIn(ID).setFault(undefined);
    await until(async () => (await standing(ID, CODE)).asOf === beginningOf(TODAY));
  });
});

describe('an SFTP server', () => {
  const pem = newHostKey();
  const register = (): Parameters<typeof fileBody>[0] => {
    const found = dialect.registers.jurisdictions.get('630000');
    if (!found) throw new Error('no register');
    return found;
  };
  const files = (...days: readonly string[]): Map<string, SftpFile> =>
    new Map(
      days.flatMap((day): [string, SftpFile][] => {
        const name = `SB630000_${day.replaceAll('-', '')}_01.txt`;
        const modified = new Date(`${day}T02:30:00+08:00`);
        return [
          [name, { content: batchFile(fileBody(register()), day.replaceAll('-', ''), 1), modified }],
          [`${name}.ok`, { content: Buffer.alloc(0), modified }],
        ];
      }),
    );
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.close();
  });
  const connectSystem = (...given: Parameters<typeof probedSystem>): ProbedSystem => {
    const system = probedSystem(...given);
    open.push(system);
    return system;
  };
  const serve = async (
    folder: Map<string, SftpFile>,
    opening?: (name: string) => Fault | undefined,
    port = 0,
  ): Promise<RunningSftpServer> => {
    const served: SftpFolder = { files: () => folder, ...(opening ? { opening } : {}) };
    const server = await startSftpServer({
      port,
      user: 'a',
      password: 'p@ss/word',
      hostKeyPem: pem,
      folders: new Map([['/630000', served]]),
    });
    open.push(server);
    return server;
  };

  it('may be killed and come back: the last good file serves meanwhile, and the next one is taken after', async () => {
    const server = await serve(files(YESTERDAY));
    const system = connectSystem(server.url, server.hostKey, () => new Date(`${TODAY}T12:00:00+08:00`));
    expect(await system.standing()).toEqual({ day: YESTERDAY, freshness: 'STALE' });
    await server.close();
    await system.refresh();
    expect(await system.standing()).toEqual({ day: YESTERDAY, freshness: 'STALE' });
    expect(system.events()).toContain('batch folder cannot be read');
    await serve(files(YESTERDAY, TODAY), undefined, server.port);
    await system.refresh();
    expect(await system.standing()).toEqual({ day: TODAY, freshness: 'LIVE' });
  });

  it('that is down from the start leaves questions without an answer, until it is up', async () => {
    const server = await serve(files(TODAY));
    await server.close();
    const system = connectSystem(server.url, server.hostKey);
    await expect(system.standing()).rejects.toMatchObject({ code: 'AGENCY_UNAVAILABLE' });
    await serve(files(TODAY), undefined, server.port);
    expect((await system.standing()).day).toBe(TODAY);
  });

  it('that shows another host key is not trusted with the password', async () => {
    const server = await serve(files(TODAY));
    const system = connectSystem(server.url, `SHA256:${'A'.repeat(43)}`);
    await expect(system.standing()).rejects.toMatchObject({ code: 'AGENCY_UNAVAILABLE' });
    expect(system.reasons().join()).toMatch(/[Hh]ost/);
  });

  it('that hangs or drops while a file is read is given up, and asked again at the next look', async () => {
    const faults: (Fault | undefined)[] = [{ kind: 'hang' }, { kind: 'drop' }, { kind: 'latency', milliseconds: 20 }];
    const server = await serve(files(TODAY), (name) => (name.endsWith('.ok') ? undefined : faults.shift()));
    const system = connectSystem(server.url, server.hostKey, undefined, { visitMs: 700 });
    await expect(system.standing()).rejects.toMatchObject({ code: 'AGENCY_UNAVAILABLE' });
    await expect(system.standing()).rejects.toMatchObject({ code: 'AGENCY_UNAVAILABLE' });
    expect((await system.standing()).day).toBe(TODAY);
    expect(faults).toEqual([]);
  });

  it('that replaces a file while it is read gives nothing until it stands still', async () => {
    const folder = files(YESTERDAY, TODAY);
    const name = `SB630000_${TODAY.replaceAll('-', '')}_01.txt`;
    const whole = folder.get(name);
    const server = await serve(folder, (opened) => {
      if (opened === name && whole && folder.get(name) === whole)
        folder.set(name, { content: Buffer.concat([whole.content, Buffer.from('9')]), modified: new Date(0) });
      return undefined;
    });
    const system = connectSystem(server.url, server.hostKey, () => new Date(`${TODAY}T05:00:00+08:00`));
    expect(await system.standing()).toEqual({ day: YESTERDAY, freshness: 'LIVE' });
    expect(system.events()).toContain('batch file was replaced while it was read');
    const renamed = { content: whole?.content ?? Buffer.alloc(0), modified: new Date(1000) };
    folder.set(name, renamed);
    await system.refresh();
    expect((await system.standing()).day).toBe(TODAY);
  });

  it('may deliver a name that is cut in the middle of a character: its row loses half a character and nothing else', async () => {
    const whole = register();
    const [first, ...others] = whole.AC01;
    if (!first) throw new Error('nobody there');
    const day = TODAY.replaceAll('-', '');
    const content = batchFile(fileBody({ ...whole, AC01: [{ ...first, AAC003: 'a阿不都热合曼·麦麦提吐尔逊' }, ...others] }), day, 1);
    const folder = files(TODAY);
    folder.set(`SB630000_${day}_01.txt`, { content, modified: new Date() });
    const server = await serve(folder);
    const system = connectSystem(server.url, server.hostKey);
    const rows = await system.rows(parseCitizenNumber(first.AAC002) ?? '');
    expect(rows).toContainEqual({ ...first, AAC003: 'a阿不都热合曼·麦麦' });
  });

  it('lets nobody write, and nobody in without the password', async () => {
    const server = await serve(files(TODAY));
    const logIn = async (password: string): Promise<ClientOfSsh> => {
      const client = new Client();
      const ready = once(client, 'ready');
      // The server goes away at the end of the test, which the client may hear of as a reset.
      client.on('error', () => undefined);
      client.connect({ host: '127.0.0.1', port: server.port, username: 'a', password });
      await ready;
      open.push({ close: () => Promise.resolve(client.destroy()).then(() => undefined) });
      return client;
    };
    const client = await logIn('p@ss/word');
    const sftp = await new Promise<SFTPWrapper>((resolve, reject) => {
      client.sftp((error, opened) => {
        if (error) reject(error);
        else resolve(opened);
      });
    });
    const answer = (act: (done: (error: Error | null | undefined) => void) => void): Promise<unknown> =>
      new Promise((resolve) => {
        act((error) => {
          resolve(error && 'code' in error ? error.code : error);
        });
      });
    const PERMISSION_DENIED = 3;
    const name = `/630000/SB630000_${TODAY.replaceAll('-', '')}_01.txt`;
    expect(
      await answer((done) => {
        sftp.writeFile(name, 'x', done);
      }),
    ).toBe(PERMISSION_DENIED);
    expect(
      await answer((done) => {
        sftp.unlink(name, done);
      }),
    ).toBe(PERMISSION_DENIED);
    expect(
      await answer((done) => {
        sftp.readFile('/630000/none', (error) => {
          done(error);
        });
      }),
    ).toBe(2);
    await expect(logIn('guess')).rejects.toThrow(/auth/i);
  });
});
