import { tmpdir } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { generateWorld } from '../../src/people/generate.js';
import type { Life, World } from '../../src/people/model.js';
import { registersOf } from '../../src/people/registers.js';
import { PostalFiles } from '../../src/systems/postal-files.js';
import { postalManifest, startPostal } from '../../src/systems/postal.js';

const world = generateWorld({ people: 300 });
const files = new PostalFiles(world);

function text(name: string, from: PostalFiles = files, today = '2026-11-21'): string {
  const file = from.of(today, undefined).get(name);
  if (!file) throw new Error(`no file ${name}`);
  return new TextDecoder('gb18030', { fatal: true }).decode(file.content);
}

const linesOf = (name: string): string[][] =>
  text(name)
    .trimEnd()
    .split('\r\n')
    .map((line) => line.split('|'));

describe('the daily files', () => {
  it('of today and yesterday stand there, each with its flag', () => {
    const names = ['20261121', '20261120'].flatMap((day) =>
      ['OUTLETS', 'COURIERS'].flatMap((kind) => [`${kind}_${day}.txt`, `${kind}_${day}.txt.ok`]),
    );
    expect([...files.of('2026-11-21', undefined).keys()].sort()).toEqual(names.sort());
    expect([...files.of('2026-11-21', 'stale-file').keys()].filter((name) => name.startsWith('OUTLETS_2026111')).sort()).toEqual(
      ['OUTLETS_20261117.txt', 'OUTLETS_20261117.txt.ok', 'OUTLETS_20261118.txt', 'OUTLETS_20261118.txt.ok'].sort(),
    );
  });

  it('have a header with the day and a trailer with the number of records', () => {
    const lines = linesOf('COURIERS_20261121.txt');
    expect(lines[0]).toEqual(['H', 'COURIERS', '20261121']);
    expect(lines.at(-1)).toEqual(['T', String(lines.length - 2)]);
    expect(lines.length - 2).toBe(world.lives.flatMap(({ courierWork }) => courierWork).length);
    expect(linesOf('OUTLETS_20261121.txt')).toHaveLength(world.outlets.length + 2);
  });

  it('hold a question mark where strict GBK has no character for a name', () => {
    const [first] = world.lives.filter(({ courierWork }) => courierWork.length > 0);
    if (!first) throw new Error('nobody is a courier');
    const rare: Life = { ...first, name: '宋𬀩䶮' };
    const one: World = { ...world, lives: [rare], personas: [] };
    expect(text('COURIERS_20261121.txt', new PostalFiles(one))).toContain('|宋?䶮|');
    expect(postalManifest(one)).toContainEqual(
      expect.objectContaining({ kind: 'NAME_OUTSIDE_GBK', table: 'couriers', lifeIndex: 0, rowKey: rare.courierWork[0]?.filingNumber }),
    );
  });

  it('hold the dirt that the manifest lists, at the places it lists', () => {
    const found: Readonly<Record<string, (cells: readonly string[]) => boolean>> = {
      FROM_ZEROS: (cells) => cells[6] === '00000000',
      FIFTEEN_DIGITS: (cells) => cells[3]?.length === 15,
      LOWER_CASE_CREDIT_CODE: (cells) => cells[5] !== cells[5]?.toUpperCase(),
      NAME_OUTSIDE_GBK: (cells) => cells[2]?.includes('?') ?? false,
      OPENED_29_FEBRUARY: (cells) => cells[6] === '20150229',
      TWELVE_DIGIT_DIVISION: (cells) => cells[4]?.length === 12,
      NEGATIVE_COUNT: (cells) => cells[8] === '-1',
      PADDED_NAME: (cells) => cells[2]?.startsWith('　') ?? false,
    };
    const entries = postalManifest(world).filter(({ system }) => system === 'postal-couriers');
    expect(entries.length).toBeGreaterThan(6);
    for (const { kind, table, rowKey } of entries) {
      const row = linesOf(`${table.toUpperCase()}_20261121.txt`).find((cells) => cells[1] === rowKey);
      expect([kind, found[kind]?.(row ?? [])]).toEqual([kind, true]);
    }
  });
});

describe('the licence query', () => {
  it('answers by credit code, with the areas inside', async () => {
    const group = await startPostal({ world, registers: registersOf(world), port: () => 0, folder: tmpdir(), today: '2026-11-21' });
    try {
      const [licence] = world.licences;
      const response = await fetch(`${group.env['POSTAL_URL'] ?? ''}/licences/query`, {
        method: 'POST',
        headers: { 'x-api-key': group.env['POSTAL_KEY'] ?? '' },
        body: JSON.stringify({ creditCodes: [licence?.unit, '91110000MA0000013U'] }),
      });
      expect(await response.json()).toMatchObject({
        code: '200',
        counts: { licences: 1 },
        data: { licences: [{ xkzh: licence?.number, tyshxydm: licence?.unit, jydy: licence?.areas.map((dydm) => ({ dydm })) }] },
      });
    } finally {
      await group.close();
    }
  });
});
