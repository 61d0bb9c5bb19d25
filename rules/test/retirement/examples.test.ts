import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { readCases, runCase } from '../../src/cases/case.js';

const file: unknown = JSON.parse(readFileSync(new URL('../../examples/retirement-and-cover.json', import.meta.url), 'utf8'));

it.each((readCases(file) ?? []).map((one) => [one.id, one.title, one] as const))(
  '%s comes out as it was computed a second time: %s',
  (_, __, one) => {
    expect(runCase(one).differences).toEqual([]);
  },
);
