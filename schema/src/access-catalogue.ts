import { checkConsistency } from './access-consistency.js';
import { readAccessFiles, type DelegationKind, type WrittenMandate, type WrittenPurpose, type WrittenScope } from './access-files.js';

/** What can be released, in a unit people understand. */
export interface ScopeEntry extends Pick<
  WrittenScope,
  'zh' | 'en' | 'sensitivity' | 'sharing' | 'predicateOf' | 'own' | 'office' | 'heldBy'
> {
  /** What is in it. */
  readonly covers: { readonly zh: string; readonly en: string };
  /** Has a tick of its own when a person is asked for consent; always for S3 and S4 (个人信息保护法 art. 29). */
  readonly separate: boolean;
  /** Who may see it when acting for the person. */
  readonly delegable: readonly DelegationKind[];
  /** Needs a fresh, stronger sign-in. */
  readonly stepUp: boolean;
  /**
   * What is left of it where a consent bounds the months of the data: those months (CLIPPED), nothing (WITHHELD, which is also what a
   * scope that no consent can hold says), or all of it (TIMELESS).
   */
  readonly period: NonNullable<WrittenScope['period']>;
}

export type AccessBasis = WrittenPurpose['bases'][number];

/** For what data may be asked. The limits are the most a consent may grant; 0 for purposes that no consent can serve. */
export interface PurposeEntry extends Pick<WrittenPurpose, 'zh' | 'en' | 'law' | 'through'> {
  /** What the person is told, in plain words. */
  readonly notice: { readonly zh: string; readonly en: string };
  readonly bases: readonly AccessBasis[];
  readonly scopes: ReadonlySet<string>;
  /** Kinds of party that may ask for consent, or open an emergency. */
  readonly recipients: readonly string[];
  /** Days the recipient may keep the data. */
  readonly dataLifeDays: number;
  /** Days a consent may hold. */
  readonly validDays: number;
  readonly maxUses: number;
  /** So many uses in so many days; null: as often as maxUses allows. */
  readonly frequency: { readonly count: number; readonly perDays: number } | null;
}

/**
 * Who, in which role, for which purpose, may see which scopes, on which law. Where the notice is deferred, `deferral` says why, Chinese ·
 * English, and for how many days.
 */
export interface MandateEntry extends Omit<WrittenMandate, 'scopes' | 'besides'> {
  readonly scopes: ReadonlySet<string>;
  /** Further provisions it rests on. */
  readonly besides: readonly { readonly law: string; readonly article: string }[];
}

/** Scopes, purposes and mandates, checked against each other. */
export interface AccessCatalogue {
  readonly scopes: ReadonlyMap<string, ScopeEntry>;
  readonly purposes: ReadonlyMap<string, PurposeEntry>;
  readonly mandates: readonly MandateEntry[];
  /** Kinds of party with their titles. */
  readonly parties: ReadonlyMap<string, { readonly zh: string; readonly en: string }>;
}

const FOLDER = new URL('../access/', import.meta.url);

/**
 * Loads the catalogue beside the SDL.
 * @param folder of another catalogue
 * @throws Error naming the file and the entry when something does not fit, by itself or beside the others
 */
export function loadAccessCatalogue(folder = FOLDER): AccessCatalogue {
  const files = readAccessFiles(folder);
  checkConsistency(files);
  const everything = [...files.scopes.keys()];
  return {
    scopes: new Map([...files.scopes].map(([name, written]) => [name, scopeEntry(written)])),
    purposes: new Map([...files.purposes].map(([code, written]) => [code, purposeEntry(written, everything)])),
    mandates: files.mandates.map((written) => ({ ...written, besides: written.besides ?? [], scopes: new Set(written.scopes) })),
    parties: files.parties,
  };
}

/** The provision a mandate rests on, as one writes it: 中华人民共和国社会保险法第八条、第七十四条. */
export function provisionOf({ law, article }: Pick<MandateEntry, 'law' | 'article'>): string {
  return `${law}${article}`;
}

function scopeEntry({ separate = false, delegable = [], stepUp = false, period = 'WITHHELD', ...rest }: WrittenScope): ScopeEntry {
  return { ...rest, separate, delegable, stepUp, period };
}

function purposeEntry(written: WrittenPurpose, everything: readonly string[]): PurposeEntry {
  const { scopes, recipients = [], dataLifeDays = 0, validDays = 0, maxUses = 0, frequency = null, ...rest } = written;
  return { ...rest, scopes: new Set(scopes === '*' ? everything : scopes), recipients, dataLifeDays, validDays, maxUses, frequency };
}
