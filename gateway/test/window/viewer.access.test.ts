import { expect, it } from '@jest/globals';
import { loadAccessCatalogue, type DivisionCode } from '@yichuang/schema';
import type { Caller, Principal } from '../../src/access/principal.js';
import { viewer } from '../../src/window/viewer.js';

const catalogue = loadAccessCatalogue();
const caseworker: Principal = {
  kind: 'CASEWORKER',
  user: 'w-1',
  party: { kind: 'HRSS_OFFICE', code: '440000' },
  jurisdiction: '440000' as DivisionCode,
};

interface Shown {
  readonly code: string;
  readonly rights: readonly { readonly scope: string; readonly needs: readonly string[] }[];
  readonly missing: readonly { readonly scope: string; readonly code: string }[];
}

function purposes(caseNumber?: string): ReadonlyMap<string, Shown> {
  const caller: Caller = { principal: caseworker, purpose: { kind: 'NONE' }, caseNumber };
  return new Map((viewer(caller, catalogue)['purposes'] as Shown[]).map((one) => [one.code, one]));
}

it('a caseworker without a case is told of the purposes that take one, and that it is what is missing', () => {
  const { rights, missing } = purposes().get('TRANSFER_OUT') ?? {};
  expect(rights).toEqual([]);
  expect(missing).toContainEqual(expect.objectContaining({ scope: 'pension.contributions:read', code: 'CASE_REQUIRED' }));
});

it('with a case the same purposes say what they give, and that the case must be about the person', () => {
  const { rights } = purposes('0000000000000000').get('TRANSFER_OUT') ?? {};
  expect(rights).toContainEqual(expect.objectContaining({ scope: 'pension.contributions:read', needs: ['CASE'] }));
});

it('nobody is told of purposes that are for others', () => {
  const codes = [...purposes('0000000000000000').keys()];
  expect(codes).toContain('COUNTER_SERVICE');
  for (const code of ['HIRING_CHECK', 'HIRING_SUPERVISION', 'MEDICAL_SETTLEMENT', 'OWN_RECORD']) expect(codes).not.toContain(code);
});
