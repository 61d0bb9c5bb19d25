// Bound once: these run millions of times, and a global is looked up each time in a test's sandbox.
const { floor, imul } = Math;

/**
 * A small seeded generator of numbers (sfc32). Every person, unit and choice draws from a stream of its own, named by keys, so that one
 * more person never changes another.
 */
export class Rng {
  #a: number;
  #b: number;
  #c: number;
  #d = 1;

  constructor(...keys: readonly number[]) {
    this.#a = 0x9e3779b9;
    this.#b = 0x243f6a88;
    this.#c = 0xb7e15162;
    for (const key of keys) {
      this.#a ^= mix(key | 0);
      this.#b ^= mix(floor(key / 0x100000000) + 0x51ed27);
      this.#step();
      this.#step();
    }
    for (let i = 0; i < 10; i++) this.#step();
  }

  #step(): number {
    const t = (this.#a + this.#b + this.#d) | 0;
    this.#d = (this.#d + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (this.#c << 21) | (this.#c >>> 11);
    this.#c = (this.#c + t) | 0;
    return t >>> 0;
  }

  /** In [0, 1). */
  real(): number {
    return this.#step() / 0x100000000;
  }

  /** An integer from `low` to `high`, both included. */
  int(low: number, high: number): number {
    return low + floor(this.real() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.real() < probability;
  }

  pick<T>(list: readonly T[]): T {
    const chosen = list[floor(this.real() * list.length)];
    if (chosen === undefined) throw new RangeError('nothing to pick from');
    return chosen;
  }

  weighted<T>(choices: readonly (readonly [T, number])[]): T {
    let rest = this.real() * choices.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [value, weight] of choices) {
      rest -= weight;
      if (rest < 0) return value;
    }
    return this.pick(choices)[0];
  }
}

/** Scrambles a 32-bit integer (murmur3's finaliser). */
export function mix(value: number): number {
  let h = value | 0;
  h = imul(h ^ (h >>> 16), 0x85ebca6b);
  h = imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
