import type { AccessCatalogue, ScopeEntry } from '@yichuang/schema';
import type { DataRange } from '../access/facts.js';
import type { Party } from '../access/principal.js';

/** At most `count` uses in any `perDays` days. */
export interface Frequency {
  readonly count: number;
  readonly perDays: number;
}

/** A text in the two languages people are shown. */
export interface Bilingual {
  readonly zh: string;
  readonly en: string;
}

/** What the catalogue says of a purpose for which consent may be asked. */
export interface PurposeTerms extends Bilingual {
  /** Plain words that the person is shown. */
  readonly notice: Bilingual;
  readonly scopes: ReadonlySet<string>;
  /** Kinds of party that may ask. */
  readonly recipients: ReadonlySet<string>;
  /** Longest time the recipient may keep the data, days. */
  readonly dataLifeDays: number;
  /** Longest time a consent lasts, days. */
  readonly validDays: number;
  readonly maxUses: number;
  readonly frequency: Frequency | null;
}

/** What the catalogue says of a scope. */
export interface ScopeTerms extends Bilingual {
  /** What is in it. */
  readonly covers: Bilingual;
  /** Counts only where the person ticked it on its own (个人信息保护法 第二十九条). */
  readonly separate: boolean;
  /** What is left of it where the months of the data are bounded. */
  readonly period: ScopeEntry['period'];
}

/** The part of the catalogue consent depends on. */
export interface ConsentTerms {
  /** Undefined for a purpose that is not known, or for which nobody may ask for consent. */
  purpose(code: string): PurposeTerms | undefined;
  scope(name: string): ScopeTerms | undefined;
  /** Title of a kind of party. */
  party(kind: string): Bilingual | undefined;
}

/** What consent depends on, out of the catalogue of schema/access. */
export function consentTerms({ purposes, scopes, parties }: AccessCatalogue): ConsentTerms {
  const open = new Map(
    [...purposes].flatMap(([code, purpose]): [string, PurposeTerms][] =>
      purpose.bases.includes('CONSENT') ? [[code, { ...purpose, recipients: new Set(purpose.recipients) }]] : [],
    ),
  );
  return { purpose: (code) => open.get(code), scope: (name) => scopes.get(name), party: (kind) => parties.get(kind) };
}

/** What a recipient asks for; what it leaves out is the most the purpose allows. */
export interface AskedTerms {
  readonly recipient: Party;
  readonly purpose: string;
  readonly scopes: readonly string[];
  readonly dataRange: DataRange | undefined;
  /** A consent given earlier counts from then on. */
  readonly validFrom: Date | undefined;
  readonly validDays: number | undefined;
  readonly maxUses: number | undefined;
  readonly frequency: Frequency | undefined;
  readonly dataLifeDays: number | undefined;
}

/** Limits of a consent, all within its purpose's. */
export interface Limits {
  readonly dataRange: DataRange | undefined;
  readonly validFrom: Date | undefined;
  readonly validDays: number;
  readonly maxUses: number;
  readonly frequency: Frequency | null;
  readonly dataLifeDays: number;
}

/** What of a request does not keep within its purpose, or with itself. */
export type Term =
  | 'PURPOSE'
  | 'RECIPIENT'
  | 'SCOPES'
  | 'DATA_RANGE'
  /** The months are bounded, and some scopes cannot be cut to months: such a consent would open nothing of them. */
  | 'SCOPES_WITHOUT_MONTHS'
  | 'VALIDITY'
  | 'USES'
  | 'FREQUENCY'
  | 'DATA_LIFE';

/** The first term that a request goes beyond. */
export interface Beyond {
  readonly beyond: Term;
  /** Which scopes it is about, where it is about some. */
  readonly scopes?: readonly string[];
}

/** How far ahead a consent may be asked for, days. */
const AHEAD_DAYS = 90;
export const DAY_MS = 86_400_000;
const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;

/** Keeps a request within its purpose: the limits that will count, or the first term it goes beyond. */
export function limitsWithin(asked: AskedTerms, terms: ConsentTerms, now: Date): { readonly limits: Limits } | Beyond {
  const purpose = terms.purpose(asked.purpose);
  if (!purpose) return { beyond: 'PURPOSE' };
  if (!purpose.recipients.has(asked.recipient.kind)) return { beyond: 'RECIPIENT' };
  if (asked.scopes.length === 0 || asked.scopes.some((scope) => !purpose.scopes.has(scope) || !terms.scope(scope)))
    return { beyond: 'SCOPES' };
  if (asked.dataRange && !isRange(asked.dataRange)) return { beyond: 'DATA_RANGE' };
  const unbounded = asked.dataRange ? asked.scopes.filter((scope) => terms.scope(scope)?.period === 'WITHHELD') : [];
  if (unbounded.length > 0) return { beyond: 'SCOPES_WITHOUT_MONTHS', scopes: unbounded };
  const validDays = asked.validDays ?? purpose.validDays;
  const { validFrom } = asked;
  const ahead = validFrom ? validFrom.getTime() - now.getTime() : 0;
  if (!within(validDays, purpose.validDays) || !(ahead <= AHEAD_DAYS * DAY_MS)) return { beyond: 'VALIDITY' };
  const maxUses = asked.maxUses ?? purpose.maxUses;
  if (!within(maxUses, purpose.maxUses)) return { beyond: 'USES' };
  const frequency = asked.frequency ?? purpose.frequency;
  if (frequency && !isFrequencyWithin(frequency, purpose.frequency)) return { beyond: 'FREQUENCY' };
  const dataLifeDays = asked.dataLifeDays ?? purpose.dataLifeDays;
  if (!within(dataLifeDays, purpose.dataLifeDays)) return { beyond: 'DATA_LIFE' };
  return { limits: { dataRange: asked.dataRange, validFrom, validDays, maxUses, frequency, dataLifeDays } };
}

function within(days: number, most: number): boolean {
  return Number.isInteger(days) && days >= 1 && days <= most;
}

function isRange({ from, to }: DataRange): boolean {
  const months = [from, to].filter((month) => month !== undefined);
  return months.every((month) => MONTH.test(month)) && (from === undefined || to === undefined || from <= to);
}

/** No more in no shorter a time: a period that is longer holds every shorter one in it. */
function isFrequencyWithin({ count, perDays }: Frequency, most: Frequency | null): boolean {
  if (![count, perDays].every((number) => Number.isInteger(number) && number >= 1 && number <= 10_000)) return false;
  return !most || (count <= most.count && perDays >= most.perDays);
}
