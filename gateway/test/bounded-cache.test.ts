import { describe, expect, it } from '@jest/globals';
import { BoundedCache } from '../src/bounded-cache.js';

describe('a bounded cache', () => {
  it('forgets what nobody has asked for lately', () => {
    const cache = new BoundedCache<string, number>(2);
    cache.set('a', 1);
    cache.set('b', 2);
    cache.get('a');
    cache.set('c', 3);
    expect(['a', 'b', 'c'].map((key) => cache.get(key))).toEqual([1, undefined, 3]);
  });

  it('passes over what was asked for once, and gives it first', () => {
    const cache = new BoundedCache<string, number>(3);
    for (const key of ['a', 'b', 'c']) cache.set(key, 0);
    for (const key of ['a', 'b', 'c']) cache.get(key);
    cache.set('d', 0);
    expect(cache.entries().map(([key]) => key)).toEqual(['d', 'c', 'b']);
    cache.get('b');
    cache.set('e', 0);
    expect(cache.entries().map(([key]) => key)).toEqual(['b', 'e', 'd']);
    expect(cache.size).toBe(3);
  });

  it('forgets the oldest when what it keeps becomes too heavy, and what nobody else is there to go for', () => {
    const cache = new BoundedCache<string, number>(10, 100, 10);
    cache.set('four', 1);
    cache.set('five5', 2);
    cache.grow('five5', 1);
    expect(cache.size).toBe(2);
    cache.grow('five5', 1);
    expect([cache.get('four'), cache.get('five5')]).toEqual([undefined, 2]);
    cache.grow('five5', 4);
    expect([cache.size, cache.get('five5')]).toEqual([0, undefined]);
    cache.grow('five5', 100);
    cache.set('ten letters', 3);
    expect(cache.size).toBe(0);
    cache.set('a', 4);
    cache.set('a', 5);
    cache.set('nine9char', 6);
    expect([cache.get('a'), cache.get('nine9char')]).toEqual([5, 6]);
  });

  it('passes over what was asked for once when what it keeps becomes too heavy', () => {
    const cache = new BoundedCache<string, number>(10, 100, 4);
    for (const key of ['a', 'b', 'c']) cache.set(key, 0);
    cache.get('a');
    cache.grow('c', 2);
    expect(['a', 'b', 'c'].map((key) => cache.get(key))).toEqual([0, undefined, 0]);
  });

  it('keeps nothing under a very long text, so that its size in bytes has a bound as well', () => {
    const cache = new BoundedCache<string, number>(1_000);
    for (let i = 0; i < 1_000; i++) expect(cache.through(' '.repeat(250_000) + String(i), () => i)).toBe(i);
    expect(cache.size).toBe(0);
  });
});
