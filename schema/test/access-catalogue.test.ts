import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { errorCataloguePage } from '../src/errors-page.js';
import { ERROR_CATALOGUE, loadAccessCatalogue, SUBGRAPHS, subgraphSdl } from '@yichuang/schema';

describe('the access catalogue', () => {
  const catalogue = loadAccessCatalogue();

  it('holds every scope that the graph names, and no scope that it does not', () => {
    const used = new Set(
      SUBGRAPHS.flatMap((name) => [...subgraphSdl(name).matchAll(/@access\(scope: "([^"]+)"\)/g)].map((match) => match[1] ?? '')),
    );
    expect([...catalogue.scopes.keys()].sort()).toEqual([...used].sort());
  });

  it('names law and article for every mandate and only scopes its purpose allows', () => {
    for (const mandate of catalogue.mandates) {
      expect(mandate.law).toMatch(/第.+条/);
      for (const scope of mandate.scopes) expect(catalogue.purposes.get(mandate.purpose)?.scopes.has(scope)).toBe(true);
    }
  });

  it('lets no mandate read the citizen number itself', () => {
    for (const mandate of catalogue.mandates) expect(mandate.scopes.has('identity.number:read')).toBe(false);
  });
});

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
