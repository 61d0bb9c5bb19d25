import { Type, type Static } from 'typebox';
import { dateFrom, type CivilDate } from '../../calendar/civil-date.js';
import { DateInput } from '../../input.js';
import { RuleRefusal } from '../../refusal.js';

/**
 * A paper that may let a lump sum move (人社厅发〔2019〕94号): the source's written commitment (书面承诺书); legal papers of a court, audit
 * office, labour inspection or arbitration body; and the three kinds that have papers of their own.
 */
export type PaperKind =
  'COMMITMENT' | 'COURT' | 'AUDIT' | 'LABOUR_INSPECTION' | 'ARBITRATION' | 'DEFERRAL_AGREEMENT' | 'COLLECTION_ORDER' | 'SOLDIER_PROGRAMME';

export interface Paper {
  readonly kind: PaperKind;
  readonly issuedOn: CivilDate | undefined;
}

export const PaperInput = Type.Object({
  kind: Type.String({ maxLength: 32, description: 'COMMITMENT, COURT, AUDIT, LABOUR_INSPECTION, ARBITRATION, DEFERRAL_AGREEMENT …' }),
  issuedOn: Type.Optional(DateInput),
});

const KINDS: ReadonlySet<string> = new Set<PaperKind>([
  'COMMITMENT',
  'COURT',
  'AUDIT',
  'LABOUR_INSPECTION',
  'ARBITRATION',
  'DEFERRAL_AGREEMENT',
  'COLLECTION_ORDER',
  'SOLDIER_PROGRAMME',
]);

/** Reads papers. @throws RuleRefusal PAPER_UNKNOWN or DATE_INVALID naming the field */
export function papersFrom(papers: readonly Static<typeof PaperInput>[], field: string): readonly Paper[] {
  return papers.map(({ kind, issuedOn }, index) => {
    const word = kind.normalize('NFKC').trim().toUpperCase();
    if (!isPaperKind(word)) throw new RuleRefusal('PAPER_UNKNOWN', `${field}[${index}].kind`);
    return { kind: word, issuedOn: issuedOn === undefined ? undefined : dateFrom(issuedOn, `${field}[${index}].issuedOn`) };
  });
}

function isPaperKind(word: string): word is PaperKind {
  return KINDS.has(word);
}
