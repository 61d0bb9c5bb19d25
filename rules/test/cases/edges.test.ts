import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { readCases, runCase } from '../../src/cases/case.js';

const file: unknown = JSON.parse(readFileSync(new URL('../../examples/edges.json', import.meta.url), 'utf8'));

it.each((readCases(file) ?? []).map((one) => [one.id, one.kind, one.title, one] as const))(
  '%s (%s) comes out as a second, differently written script computes it: %s',
  (_, __, ___, one) => {
    expect(runCase(one).differences).toEqual([]);
  },
);
