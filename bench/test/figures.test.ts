import { describe, expect, it } from '@jest/globals';
import { withSection } from '../src/readme-section.js';
import { median, quantile } from '../src/statistics.js';

describe('figures of a benchmark', () => {
  it('takes the middle value, or the mean of the two in the middle, whatever the order', () => {
    expect(median([5, 1, 3])).toBe(3);
    expect(median([8, 1, 3, 5])).toBe(4);
    expect(median([])).toBeNaN();
  });

  it('gives the value below which a share of the values lies', () => {
    const values = Array.from({ length: 100 }, (_, i) => 99 - i);
    expect([quantile(values, 0), quantile(values, 0.5), quantile(values, 0.99), quantile(values, 1)]).toEqual([0, 50, 99, 99]);
  });
});

describe('a section of the README', () => {
  const document = '# bench\n\nWhat it is.\n\n## Pairs\n\nold\n\n### Below\n\nold too\n\n## Peers\n\nkept\n';

  it('is replaced with what stands below it, and nothing else is', () => {
    expect(withSection(document, 'Pairs', 'new')).toBe('# bench\n\nWhat it is.\n\n## Pairs\n\nnew\n\n## Peers\n\nkept\n');
  });

  it('is added at the end when it is not there, even if another begins with the same word', () => {
    expect(withSection(document, 'Pair', 'new')).toBe(`${document}\n## Pair\n\nnew\n`);
  });
});
