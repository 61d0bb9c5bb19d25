import type { ownWindowQuery } from '../generated/console.js';

type Whole = NonNullable<ownWindowQuery['me']>;
type Arriving<T> = T extends null ? null : { readonly [K in keyof T]?: T[K] };

/** A person whose parts arrive one after the other: what has not come yet is not there. */
export type Person = Omit<Arriving<Whole>, 'pension' | 'medical'> & {
  readonly pension?: Arriving<Whole['pension']>;
  readonly medical?: Arriving<Whole['medical']>;
};

/** One bar of the life line: months as counted from year 0; the end is included. */
export interface Bar {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** A month or day as months counted from year 0. */
export function monthCount(text: string): number {
  return Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7)) - 1;
}

/** The bar of something that lasted from a day or month to another; undefined where its beginning is not known. */
export function barOf(from: string | null, to: string | null, now: number, text: string): Bar | undefined {
  if (from === null) return undefined;
  const begin = monthCount(from);
  return { from: begin, to: Math.max(begin, to === null ? now : monthCount(to)), text };
}
