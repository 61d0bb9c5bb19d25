import type { CivilDate } from '../../calendar/civil-date.js';
import { lumpSumRules, type LumpSumRulesValues } from '../../generated/lump-sum-rules.js';
import { versionOf } from '../../parameters/table.js';
import { RuleRefusal } from '../../refusal.js';
import type { Working } from '../../result.js';
import type { Paper, PaperKind } from './papers.js';

/** Why a payment of several months may move with the relation, or may not. */
export type LumpSumReason =
  | 'UNDER_THREE_YEARS'
  | 'COMMITMENT_GIVEN'
  | 'LEGAL_PAPERS_BEFORE_PAYMENT'
  | 'PAPERS_OF_THEIR_OWN'
  | 'COMMITMENT_MISSING'
  | 'PAPERS_MISSING'
  | 'PAPERS_AFTER_PAYMENT';

export interface LumpSumVerdict {
  readonly movable: boolean;
  readonly reason: LumpSumReason;
  /** What was asked for: nothing, the source's commitment, or legal papers. */
  readonly required: LumpSumRulesValues['papers'];
  readonly version: string;
}

const LEGAL: ReadonlySet<PaperKind> = new Set<PaperKind>(['COURT', 'AUDIT', 'LABOUR_INSPECTION', 'ARBITRATION']);
/** 94号 art. 4-6, from memory: an agreed deferral, an order of the collecting authority, a programme for former soldiers. */
const OWN: ReadonlySet<PaperKind> = new Set<PaperKind>(['DEFERRAL_AGREEMENT', 'COLLECTION_ORDER', 'SOLDIER_PROGRAMME']);

/** The day from which 人社部规〔2016〕5号 certainly applied: it was published in December 2016, its own day is from memory. */
const PUBLISHED = 2016_12_31;

/**
 * Whether months paid at once can move (一次性缴纳, 人社厅发〔2019〕94号). From 36 months on, a payment made before 人社部规〔2016〕5号 needs
 * the source's written commitment; a later one legal papers made before the payment. What cannot move goes back to where it was paid; all
 * other months still move in full.
 * @param months how many months were paid on that one day
 */
export function judgeLumpSum(
  payment: { readonly paidOn: CivilDate; readonly months: number; readonly papers: readonly Paper[]; readonly field: string },
  working: Working,
): LumpSumVerdict {
  const row = lumpSumRules.at(payment.paidOn);
  if (row === undefined) throw new RuleRefusal('NO_PARAMETER', `${payment.field}.paidOn`);
  const version = versionOf(lumpSumRules, row);
  if (payment.months < row.values.months) return { movable: true, reason: 'UNDER_THREE_YEARS', required: 'NONE', version };
  const required = row.values.papers;
  if (row.validFrom <= payment.paidOn && payment.paidOn <= PUBLISHED && required === 'LEGAL') {
    working.provisional('EFFECTIVE_DAY_UNCONFIRMED', {
      zh: '人社部规〔2016〕5号的生效日期未经核实，该笔缴费可能适用此前的规定',
      en: 'the day on which 人社部规〔2016〕5号 took effect is not confirmed; the rule before it may apply to this payment',
    });
  }
  if (payment.papers.some(({ kind }) => OWN.has(kind))) {
    working.provisional('EXCEPTION_UNCONFIRMED', {
      zh: '缓缴、责令补缴和退役军人等例外的具体要求未经核实',
      en: 'what the exceptions for deferrals, collection orders and soldiers ask for is not confirmed',
    });
    return { movable: true, reason: 'PAPERS_OF_THEIR_OWN', required, version };
  }
  const legal = payment.papers.filter(({ kind }) => LEGAL.has(kind));
  // Papers made up after the payment do not count; neither do papers without a day.
  const before = legal.some(({ issuedOn }) => issuedOn !== undefined && issuedOn < payment.paidOn);
  if (before) return { movable: true, reason: 'LEGAL_PAPERS_BEFORE_PAYMENT', required, version };
  if (required === 'COMMITMENT') {
    const given = payment.papers.some(({ kind }) => kind === 'COMMITMENT');
    return { movable: given, reason: given ? 'COMMITMENT_GIVEN' : 'COMMITMENT_MISSING', required, version };
  }
  return { movable: false, reason: legal.length > 0 ? 'PAPERS_AFTER_PAYMENT' : 'PAPERS_MISSING', required, version };
}
