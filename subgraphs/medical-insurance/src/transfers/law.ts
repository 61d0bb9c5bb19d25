import type { Expectation, Judgement, Move, SideNote, TransferLaw } from '@yichuang/kit';
import {
  coverToKeep,
  fen,
  medicalTransfer,
  monthLabel,
  officialCalendar,
  RuleRefusal,
  yuan,
  type CivilDate,
  type MedicalTransfer,
  type Ruled,
} from '@yichuang/rules';
import { continuityOf, residentsWaiting, waitingText, type Continuity } from './continuity.js';
import type { MedicalFacts } from './facts.js';
import { CODES, relationsIn, type MedicalRelation, type MovableScheme } from './relation.js';
import { KEEP, NEXT_YEAR, REFUSALS } from './texts.js';

const ARTICLE = '医保办发〔2021〕43号';

/**
 * 基本医疗保险关系转移接续 between pooling areas (统筹区), of two provinces or of one: the notice speaks of pooling areas, not of provinces. Statements: `fromScheme` and `toScheme` (EMPLOYEE or RESIDENT); `sourceArea` and `targetArea` where
 * the applicant names pooling areas. Ten working days for the place of origin, five for the destination.
 */
export const medicalLaw: TransferLaw<MedicalFacts> = { clock: 'MEDICAL', judge, expect };

function judge(move: Move, facts: MedicalFacts, today: CivilDate): Judgement {
  const schemes = schemesOf(move);
  if (schemes === undefined) return no('STATEMENT_MISSING', 'fromScheme');
  const { sourceArea, targetArea } = move.statements;
  if (sourceArea !== undefined && sourceArea === targetArea) return no('SAME_POOLING_AREA', 'to');
  const targets = relationsIn(facts, move.target, schemes.to, targetArea).filter(({ active }) => active);
  // What is in a destination's own area does not move there.
  const sources = relationsIn(facts, move.source, schemes.from, sourceArea).filter(({ area }) => !targets.some((one) => one.area === area));
  const [source, otherSource] = sources;
  const [target, otherTarget] = targets;
  if (source === undefined) return no('NO_RELATION_AT_SOURCE', 'from');
  if (otherSource !== undefined) return no('SEVERAL_AREAS', 'from');
  if (source.retired) return refusal(new RuleRefusal('RETIREE_COVER_STAYS', 'from'));
  if (target === undefined) return no('NOT_YET_CONTRIBUTED', 'to');
  if (otherTarget !== undefined) return no('SEVERAL_AREAS', 'to');
  if (source.scheme === 'EMPLOYEE' && source.active) return stillInsured(source, target);
  const continuity = continuityOf(facts, source, target);
  if (continuity === undefined) return no(source.months.length === 0 ? 'NO_RELATION_AT_SOURCE' : 'NOT_YET_CONTRIBUTED');
  try {
    const ruled = ruledBy({ source, target, facts, today });
    return {
      allowed: true,
      scheme: CODES[source.scheme],
      targetScheme: CODES[target.scheme],
      accountKind: 'ORDINARY',
      moneyMoves: source.scheme === 'EMPLOYEE',
      seals: false,
      ground: { reason: `${source.scheme}_TO_${target.scheme}`, article: ruled.article, version: ruled.version },
      statements: { sourceArea: source.area, targetArea: target.area },
      notes: notesOf(ruled, continuity, target),
      certificate: certificateOf(source),
    };
  } catch (error) {
    if (error instanceof RuleRefusal) return refusal(error);
    throw error;
  }
}

function expect(move: Move, facts: MedicalFacts, today: CivilDate): Expectation {
  const schemes = schemesOf(move);
  const { sourceArea, targetArea } = move.statements;
  const [source] = schemes === undefined ? [] : relationsIn(facts, move.source, schemes.from, sourceArea);
  const [target] = schemes === undefined ? [] : relationsIn(facts, move.target, schemes.to, targetArea);
  const moneyMoves = schemes?.from === 'EMPLOYEE';
  const basis = { moneyMoves, article: ARTICLE, version: '', steps: [], provisional: [], notes: [] };
  if (source === undefined || target === undefined)
    return { ...basis, refused: { code: 'NO_RELATION_AT_SOURCE', text: REFUSALS.NO_RELATION_AT_SOURCE } };
  try {
    const { figures, article, version, steps, provisional } = ruledBy({ source, target, facts, today });
    const balance = figures.balanceMoved;
    // Where the platform's balance cannot be read the source alone knows it: its sheet and its money are compared with each other.
    const known = !moneyMoves || source.balance !== undefined;
    return {
      ...basis,
      ...(known ? { figures: { before1998: 0, balance, principal: 0, account: balance, pool: 0, total: balance } } : {}),
      ...{ article, version, steps, provisional },
    };
  } catch (error) {
    if (!(error instanceof RuleRefusal)) throw error;
    return { ...basis, refused: { code: error.code, text: error.refused.message } };
  }
}

interface Question {
  readonly source: MedicalRelation;
  readonly target: MedicalRelation;
  readonly facts: MedicalFacts;
  readonly today: CivilDate;
}

/** @throws RuleRefusal */
function ruledBy({ source, target, facts, today }: Question): Ruled<MedicalTransfer> {
  const continuity = continuityOf(facts, source, target);
  if (continuity === undefined) throw new RuleRefusal('MONTH_INVALID', 'lastPaidMonth');
  return medicalTransfer(
    {
      fromScheme: CODES[source.scheme],
      toScheme: CODES[target.scheme],
      toPlace: target.area,
      lastPaidMonth: continuity.lastPaid,
      firstPaidMonthNew: continuity.firstPaid,
      backPaid: continuity.backPaid,
      continuousMonthsBefore: continuity.continuousMonths,
      acceptedOn: today,
      calendar: officialCalendar,
      accountBalance: source.balance ?? fen(0),
    },
    { explain: true },
  );
}

function schemesOf({
  statements: { fromScheme, toScheme },
}: Move): { readonly from: MovableScheme; readonly to: MovableScheme } | undefined {
  return isMovable(fromScheme) && isMovable(toScheme) ? { from: fromScheme, to: toScheme } : undefined;
}

const isMovable = (scheme: unknown): scheme is MovableScheme => scheme === 'EMPLOYEE' || scheme === 'RESIDENT';

function no(code: keyof typeof REFUSALS, field?: string): Judgement {
  const article = code === 'STATEMENT_MISSING' || code === 'SEVERAL_AREAS' ? {} : { article: ARTICLE };
  return { allowed: false, refusal: { code, text: REFUSALS[code], ...article, ...(field === undefined ? {} : { field }) } };
}

/** A no of the rules, with the notice it rests on. */
function refusal({ refused: { code, field, message, wayOut } }: RuleRefusal): Judgement {
  return { allowed: false, refusal: { code, field, text: message, wayOut, article: ARTICLE } };
}

/** Two covers at a time are no move: one of them has to be stopped, by the person's choice. */
function stillInsured(source: MedicalRelation, target: MedicalRelation): Judgement {
  const ruled = coverToKeep([source, target].map(coverOf), false);
  const { keep } = ruled.figures;
  const wayOut = KEEP[keep === undefined ? 'EITHER' : keep === 0 ? 'SOURCE' : 'TARGET'];
  const code = 'STILL_INSURED_AT_SOURCE';
  return { allowed: false, refusal: { code, text: REFUSALS[code], article: ruled.article, wayOut, field: 'from' } };
}

function coverOf({ scheme, active, months, employer }: MedicalRelation) {
  let continuousMonths = 0;
  const paid = new Set(months.map(({ month }) => Number(month)));
  for (let month = Number(months.at(-1)?.month ?? -1); paid.has(month); month--) continuousMonths++;
  const employed = scheme === 'EMPLOYEE' && employer !== null;
  return {
    scheme: CODES[scheme],
    placeOfWork: employed,
    flexible: scheme === 'EMPLOYEE' && employer === null,
    payable: active,
    continuousMonths,
  };
}

function notesOf(ruled: Ruled<MedicalTransfer>, continuity: Continuity, target: MedicalRelation): readonly SideNote[] {
  const { figures, provisional, article } = ruled;
  const notes: SideNote[] = [];
  for (const { reason, text } of provisional) {
    if (reason === 'OVERLAPPING_COVER') notes.push({ code: 'OVERLAP_CLEARING', text, article, months: figures.overlapMonths });
    else if (reason === 'LOCAL_WAITING_PERIOD' && target.scheme === 'EMPLOYEE')
      notes.push({ code: 'WAITING_PERIOD', text, article, months: figures.longestWait });
    else if (reason !== 'LOCAL_WAITING_PERIOD') notes.push({ code: 'PROVISIONAL', text });
  }
  const wait = target.scheme === 'RESIDENT' && figures.waiting === 'LOCAL_RULE' ? residentsWaiting(continuity, target) : undefined;
  if (wait !== undefined && wait.figures.total > 0)
    notes.push({ code: 'WAITING_PERIOD', text: waitingText(wait.figures.total), article: wait.article, months: wait.figures.total });
  if (figures.effective === 'NEXT_ENROLMENT_YEAR') notes.push({ code: 'EFFECTIVE_LATER', text: NEXT_YEAR, article });
  return notes;
}

/** 参保凭证, in the words of the platform's tables: what the source's register says today. */
function certificateOf({ scheme, area, months, balance }: MedicalRelation): Readonly<Record<string, string>> {
  const [first, last] = [months[0], months.at(-1)];
  return {
    insutype: CODES[scheme],
    poolareaNo: area,
    ...(first === undefined ? {} : { begnYm: monthLabel(first.month) }),
    ...(last === undefined ? {} : { expiYm: monthLabel(last.month) }),
    clctMons: String(months.length),
    ...(scheme === 'EMPLOYEE' && balance !== undefined ? { balc: yuan(balance) } : {}),
  };
}
