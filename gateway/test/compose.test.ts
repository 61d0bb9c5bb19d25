import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { SUPERGRAPH_FILE } from '@yichuang/schema';
import { composeServices } from '@theguild/federation-composition';
import { composeSupergraph, placeholderUrl, subgraphSources } from '../src/graph/compose.js';

describe('the supergraph file', () => {
  it('is what the SDL composes to now', () => {
    const composition = composeSupergraph();
    expect(composition.ok && composition.supergraphSdl).toBe(readFileSync(SUPERGRAPH_FILE, 'utf8'));
  });

  it('names no real address', () => {
    const urls = [...readFileSync(SUPERGRAPH_FILE, 'utf8').matchAll(/url: "(http[^"]*)"/g)]
      .map((match) => match[1] ?? '')
      .filter((url) => url.includes('graphql'));
    expect(urls.every((url) => url.includes('.agency.invalid/'))).toBe(true);
    expect(urls).toHaveLength(6);
  });

  it('is accepted by a second, independent composer', () => {
    expect(
      composeServices(subgraphSources().map(({ name, sdl }) => ({ name, url: placeholderUrl(name), typeDefs: sdl }))).errors,
    ).toBeUndefined();
  });
});
