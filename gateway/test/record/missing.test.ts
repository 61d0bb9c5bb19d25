import { describe, expect, it } from '@jest/globals';
import { parse } from 'graphql';
import { gatherDocument } from '../../src/record/gather-document.js';
import { missingFrom } from '../../src/record/missing.js';
import { PIECES } from '../../src/record/parts.js';

describe('the question for a record', () => {
  it('is one document of every piece, each paged list with a cursor of its own', () => {
    const text = gatherDocument(PIECES);
    expect(() => parse(text)).not.toThrow();
    const paged = PIECES.filter((piece) => piece.paged);
    expect(text.match(/first: 600, after: \$after\d+/g)).toHaveLength(paged.length);
    for (const { path } of PIECES) expect(text).toContain(path[path.length - 1]);
  });
});

describe('what is missing from a record', () => {
  const failure = { agency: 'hrss', jurisdiction: '430000', code: 'AGENCY_TIMEOUT', since: '2026-11-22T08:00:00+08:00' };
  const message = '…';

  it('is named by source and by the piece in which its error stands', () => {
    const errors = [{ message, path: ['citizen', 'pension', 'relations', 2], extensions: failure }];
    expect(missingFrom(errors, PIECES)).toEqual([{ ...failure, parts: ['relations'], pieces: ['pension.relations'] }]);
  });

  it('is every piece below a place that is gone as a whole', () => {
    const [gone] = missingFrom([{ message, path: ['citizen', 'occupationalInjury'], extensions: failure }], PIECES);
    expect(gone?.pieces).toEqual(PIECES.filter(({ path }) => path[0] === 'occupationalInjury').map(({ path }) => path.join('.')));
  });

  it('is what is published of units, and no contribution, where only the unit behind one is', () => {
    const path = ['citizen', 'pension', 'contributions', 'edges', 4, 'node', 'enterprise', 'state'];
    const errors = [{ message, path, extensions: { agency: 'market-regulation', code: 'AGENCY_UNAVAILABLE' } }];
    expect(missingFrom(errors, PIECES)).toMatchObject([{ agency: 'market-regulation', parts: ['units'], pieces: ['enterprise'] }]);
  });
});
