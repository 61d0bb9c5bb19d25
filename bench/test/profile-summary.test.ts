import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import { originFinder } from '../src/profile/origins.js';
import { summarise, type CpuProfile } from '../src/profile/summary.js';

const folder = mkdtempSync(join(tmpdir(), 'bench-profile-'));
const program = join(folder, 'program.mjs');
// Line 3 came from the first source, line 5 from the second one.
const map = { version: 3, sources: ['src/access/decide.ts', 'src/http/server.ts'], names: [], mappings: ';;;AAAA;;ACEA' };
writeFileSync(`${program}.map`, JSON.stringify(map));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const node = (id: number, functionName: string, url: string, lineNumber: number, children: number[] = []) => ({
  id,
  callFrame: { functionName, url, lineNumber, columnNumber: 0 },
  children,
});
const url = pathToFileURL(program).href;
const profile: CpuProfile = {
  nodes: [
    node(1, '(root)', '', -1, [2, 5, 6]),
    node(2, 'serve', url, 5, [3]),
    node(3, 'decide', url, 3, [4]),
    node(4, 'parse', 'file:///repo/node_modules/@scope/json/lib/parse.js', 9),
    node(5, '(garbage collector)', '', -1),
    node(6, '(idle)', '', -1),
  ],
  samples: [2, 3, 4, 4, 5, 6],
  timeDeltas: [100, 10, 20, 30, 30, 40],
};

describe('summing a CPU profile up', () => {
  const { busy, functions, areas } = summarise(profile, originFinder(`${folder}/`));

  it('counts a sample for the time until the next one, and idle time for nothing', () => {
    expect(busy).toBe(10 + 20 + 30 + 30 + 40);
    expect(functions.map(({ name, self }) => [name, self])).toEqual([
      ['parse', 60],
      ['(garbage collector)', 40],
      ['decide', 20],
      ['serve', 10],
    ]);
  });

  it('names the file and line that a place of a joined program came from', () => {
    expect(functions.filter(({ place }) => place.startsWith('src/')).map(({ place }) => place)).toEqual([
      'src/access/decide.ts:1',
      'src/http/server.ts:3',
    ]);
  });

  it("puts a package's time with the folder that called it, and also on its own", () => {
    expect(areas).toEqual([
      { area: 'src/access', self: 20, withCalled: 80 },
      { area: '(garbage collector)', self: 40, withCalled: 40 },
      { area: 'src/http', self: 10, withCalled: 10 },
      { area: '@scope/json', self: 60, withCalled: 0 },
    ]);
  });
});
