import { jurisdictionOfDivision, type DivisionCode } from '@yichuang/schema';
import type { Official } from './actor.js';
import type { Refusal } from './refusal.js';

/** Where a case stands. A closed case is not opened again: it gets a new number. */
export type CaseState = 'OPEN' | 'CLOSED';

/** How the person came to the counter. */
export const PRESENTED = ['IN_PERSON', 'APPLICATION'] as const;
export type Presented = (typeof PRESENTED)[number];

/** Of a mandate, what counts for the opening of a case. */
export interface CaseMandate {
  readonly role: string;
  readonly party: string;
  readonly purpose: string;
  /** CASE_JURISDICTION: the person need not be known in the official's jurisdiction yet, but must have come. */
  readonly region: string;
}

/** A case as an official asks for it. */
export interface CasePlea {
  readonly purpose: string;
  /** Divisions that take part; the official's own is always one of them. */
  readonly jurisdictions: readonly string[];
  readonly presented: Presented | undefined;
}

/** What is needed to open a case. */
export interface CaseTerms {
  /** Pension jurisdiction of the official. */
  readonly own: DivisionCode;
  /** Pension jurisdictions that take part, in order. */
  readonly jurisdictions: readonly DivisionCode[];
  /** The person must hold a relation in `own`. */
  readonly mustBeHeld: boolean;
}

const JURISDICTIONS_BOUND = 10;

/**
 * What it takes that this official opens this case: a mandate of theirs for its purpose, and what that mandate's region rule asks for.
 * Where several mandates fit, the one that asks for the least decides.
 */
export function caseTerms(
  official: Official,
  { purpose, jurisdictions, presented }: CasePlea,
  mandates: readonly CaseMandate[],
): CaseTerms | Refusal {
  const own = official.jurisdiction && jurisdictionOfDivision(official.jurisdiction);
  const fitting = mandates.filter(
    (mandate) => mandate.role === official.kind && mandate.party === official.party.kind && mandate.purpose === purpose,
  );
  if (own === undefined || fitting.length === 0) return { refused: 'ACCESS_DENIED' };
  const part = jurisdictions.map(jurisdictionOfDivision).filter((code) => code !== undefined);
  if (part.length !== jurisdictions.length || part.length > JURISDICTIONS_BOUND) return { refused: 'ACT_NOT_ALLOWED', reason: 'REGION' };
  const whole = [...new Set([own, ...part])].sort();
  if (!fitting.some(({ region }) => region === 'CASE_JURISDICTION')) return { own, jurisdictions: whole, mustBeHeld: true };
  if (!presented) return { refused: 'ACT_NOT_ALLOWED', reason: 'NOT_PRESENTED' };
  return { own, jurisdictions: whole, mustBeHeld: false };
}
