import type { transfersByPlaceQuery } from '../generated/console.js';

export type PlaceCounts = NonNullable<transfersByPlaceQuery['transferStatistics']>[number];

/** What is counted of a place. */
export const COUNTED = ['cases', 'underWay', 'overdue', 'refused'] as const;
export type Counted = (typeof COUNTED)[number];

/** What the picture shows: a count, or the median days of a step. */
export type Measure = { readonly counted: Counted } | { readonly step: string };

/** A measure of one place; null where it was not counted. */
export function valueOf(counts: PlaceCounts, measure: Measure): number | null {
  if ('step' in measure) return counts.steps.find(({ step }) => step === measure.step)?.medianDays ?? null;
  if (measure.counted !== 'refused') return counts[measure.counted];
  // Reasons of a few cases are left out: where none is left, there may have been some.
  return counts.refused.length === 0 ? null : counts.refused.reduce((sum, { cases }) => sum + cases, 0);
}

/** The places of one kind of transfer, the most cases first. */
export function placesOf(all: readonly PlaceCounts[], kind: string): readonly PlaceCounts[] {
  return all.filter((one) => one.kind === kind).sort((one, other) => other.cases - one.cases || one.place.localeCompare(other.place));
}

/** The kinds that were counted, as the graph orders them. */
export function kindsOf(all: readonly PlaceCounts[]): readonly string[] {
  return [...new Set(all.map(({ kind }) => kind))];
}

/** The steps that were counted anywhere. */
export function stepsOf(places: readonly PlaceCounts[]): readonly string[] {
  return [...new Set(places.flatMap(({ steps }) => steps.map(({ step }) => step)))].sort();
}

/** How strong a value is among others, in five steps from 1; 0 for none. */
export function strengthOf(value: number | null, most: number): number {
  if (value === null || value <= 0 || most <= 0) return 0;
  return Math.max(1, Math.ceil((value / most) * 5));
}
