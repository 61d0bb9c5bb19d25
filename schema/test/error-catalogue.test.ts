import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { ERROR_CATALOGUE } from '@yichuang/schema';
import { errorCataloguePage } from '../src/errors-page.js';

describe('the error catalogue', () => {
  it('is what docs/errors.md shows', () => {
    expect(readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8')).toBe(errorCataloguePage());
  });

  it('says in every entry when it occurs, what to do, and a message in both languages', () => {
    for (const [code, entry] of Object.entries(ERROR_CATALOGUE)) {
      expect(code).toMatch(/^[A-Z][A-Z_]+$/);
      expect(entry.meaning.length).toBeGreaterThan(10);
      expect(entry.remedy.length).toBeGreaterThan(5);
      expect(entry.message).toMatch(/\p{Script=Han}.* · .*[a-z]/u);
    }
  });
});
