import type { Province } from '../divisions/division.js';
import type { Month } from '../month.js';
import type { LifeRecord, RecordPart, Scheme } from '../record/record.js';
import type { Text } from '../text.js';

/** R01–R14 of the screening; N01 and N02 are notices of our own. Codes are stable. */
export type RiskCode =
  'R01' | 'R02' | 'R03' | 'R04' | 'R05' | 'R06' | 'R07' | 'R08' | 'R09' | 'R10' | 'R11' | 'R12' | 'R13' | 'R14' | 'N01' | 'N02';

/** What a rule found in one record: the months and places that show it, and why in words. Never a name or a number of a person. */
export interface Evidence {
  /** In order, each once; empty where it is of no month. */
  readonly months: readonly Month[];
  readonly schemes: readonly Scheme[];
  readonly places: readonly Province[];
  /** Credit codes. */
  readonly units: readonly string[];
  readonly reason: Text;
}

/**
 * One rule: a pure function over a record. It gives a hint for an officer, and decides nothing: nobody may be refused anything because of it.
 */
export interface RiskRule {
  readonly code: RiskCode;
  readonly title: Text;
  /** Provision it follows from. */
  readonly article: string;
  readonly wayOut: Text;
  /** Parts of the record it reads. */
  readonly reads: readonly RecordPart[];
  /**
   * What a source that is missing can do to it: MORE, it may find more with it, and what it found stands; UNDECIDED, what it would find
   * without that source could be wrong, so it is not examined.
   */
  readonly withoutSource: 'MORE' | 'UNDECIDED';
  readonly find: (record: LifeRecord) => readonly Evidence[];
  /**
   * What the record does not say although the rule has to know it, in words: where it finds nothing then, it counts as not examined.
   * Undefined where the record says enough. @default it always does
   */
  readonly lacks?: (record: LifeRecord) => Text | undefined;
}

/** Evidence with what is not said left empty. */
export function evidence(reason: Text, { months = [], schemes = [], places = [], units = [] }: Partial<Evidence> = {}): Evidence {
  return {
    reason,
    months: each(months).sort((a, b) => a - b),
    schemes: each(schemes).sort(),
    places: each(places).sort(),
    units: each(units).sort(),
  };
}

function each<T>(values: Iterable<T>): T[] {
  return [...new Set(values)];
}
