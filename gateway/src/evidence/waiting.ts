import type { AnswerResult, DenialEntry, IntentEntry, RecordedQuestion } from './record.js';

/** An entry as it is written. */
interface WrittenEntry {
  readonly kind: 'INTENT' | 'DENIED';
  readonly decision_id: string;
  readonly subject_kind: string;
  readonly subjects: readonly string[];
  readonly delegation_kind: string | undefined;
  readonly delegation_id: string | undefined;
  scopes: readonly string[];
  readonly basis: string | undefined;
  readonly basis_ref: string | undefined;
  agencies: readonly string[];
  readonly code: string | undefined;
  readonly told: string | undefined;
  readonly visible_from: Date | undefined;
  readonly deferral_reason: string | undefined;
}

/** A question with its entries, as it is written. */
interface WrittenQuestion {
  readonly answer_id: string;
  readonly question_id: string;
  readonly actor: string;
  readonly role: string;
  readonly party_kind: string | undefined;
  readonly party_code: string | undefined;
  readonly purpose: string | undefined;
  readonly case_number: string | undefined;
  readonly entries: WrittenEntry[];
}

/** Those who wait until a question is written. */
interface Waiter {
  readonly written: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
  /** A person reads their own data, and nothing else is asked for. */
  own: boolean;
}

/** One question that is to be written. */
export interface WaitingQuestion {
  readonly written: WrittenQuestion;
  waiter: Waiter | undefined;
}

export interface WrittenOutcome {
  readonly answer_id: string;
  readonly result: AnswerResult;
}

/** What is to be written with the next statement. */
export class Waiting {
  readonly questions = new Map<string, WaitingQuestion>();
  outcomes: WrittenOutcome[] = [];
  /** Rows that denials will become. */
  denials = 0;
  /** Somebody waits for it. */
  urgent = false;

  get empty(): boolean {
    return this.questions.size === 0 && this.outcomes.length === 0;
  }

  /** More than so many questions, or outcomes. */
  exceeds(most: number): boolean {
    return this.questions.size > most || this.outcomes.length > most;
  }

  /** Takes out as many questions, and outcomes, as came first; the others stay. */
  first(most: number): Waiting {
    const first = new Waiting();
    first.outcomes = this.outcomes.splice(0, most);
    for (const [answerId, waiting] of this.questions) {
      if (first.questions.size === most) break;
      first.questions.set(answerId, waiting);
      this.questions.delete(answerId);
      for (const { kind, subjects } of waiting.written.entries) if (kind === 'DENIED') first.denials += subjects.length;
    }
    this.denials -= first.denials;
    return first;
  }

  /** @returns when it is written */
  intent(question: RecordedQuestion, entries: readonly IntentEntry[], own: boolean): Promise<void> {
    const waiting = this.#of(question);
    this.urgent = true;
    for (const entry of entries) joinIntent(waiting.written.entries, entry);
    const waiter = (waiting.waiter ??= waiterFor(own));
    waiter.own &&= own;
    return waiter.written;
  }

  denied(question: RecordedQuestion, entries: readonly DenialEntry[]): void {
    const { written } = this.#of(question);
    for (const entry of entries) {
      this.denials += entry.subjects.length;
      joinDenial(written.entries, entry);
    }
  }

  #of(question: RecordedQuestion): WaitingQuestion {
    let waiting = this.questions.get(question.answerId);
    if (!waiting) this.questions.set(question.answerId, (waiting = { written: writtenQuestion(question), waiter: undefined }));
    return waiting;
  }
}

/**
 * The calls that a plan makes at once tell one thing of a subject: what differs only in scopes and agencies is one entry. Looked for among
 * the last ones only, so that a list of persons who all differ does not cost its square.
 */
function joinIntent(written: WrittenEntry[], entry: IntentEntry): void {
  const { decisionId, subjectKind, subjects, scopes, delegation, basis, ref, agencies, deferred } = entry;
  for (let i = written.length - 1, end = Math.max(0, i - LOOKED_BACK); i >= end; i--) {
    const same = written[i];
    if (same?.basis !== basis || same.basis_ref !== ref || same.deferral_reason !== deferred?.reason || !isAbout(same, entry)) continue;
    same.scopes = union(same.scopes, scopes);
    same.agencies = union(same.agencies, agencies);
    return;
  }
  written.push({
    kind: 'INTENT',
    decision_id: decisionId,
    subject_kind: subjectKind,
    subjects,
    delegation_kind: delegation?.kind,
    delegation_id: delegation?.id,
    scopes,
    basis,
    basis_ref: ref,
    agencies,
    code: undefined,
    told: undefined,
    visible_from: deferred?.until,
    deferral_reason: deferred?.reason,
  });
}

function joinDenial(written: WrittenEntry[], entry: DenialEntry): void {
  const { decisionId, subjectKind, subjects, scopes, delegation, code, told } = entry;
  for (let i = written.length - 1, end = Math.max(0, i - LOOKED_BACK); i >= end; i--) {
    const same = written[i];
    if (same?.code !== code || same.told !== told || !isAbout(same, entry)) continue;
    same.scopes = union(same.scopes, scopes);
    return;
  }
  written.push({
    kind: 'DENIED',
    decision_id: decisionId,
    subject_kind: subjectKind,
    subjects,
    delegation_kind: delegation?.kind,
    delegation_id: delegation?.id,
    scopes,
    basis: undefined,
    basis_ref: undefined,
    agencies: NONE,
    code,
    told,
    visible_from: undefined,
    deferral_reason: undefined,
  });
}

const LOOKED_BACK = 64;
const NONE: readonly string[] = [];

function isAbout(same: WrittenEntry, { decisionId, subjects, delegation }: IntentEntry | DenialEntry): boolean {
  return (
    same.decision_id === decisionId &&
    same.delegation_id === delegation?.id &&
    same.subjects.length === subjects.length &&
    (same.subjects === subjects || same.subjects.every((subject, i) => subject === subjects[i]))
  );
}

function union(some: readonly string[], more: readonly string[]): readonly string[] {
  const others = more.filter((one) => !some.includes(one));
  return others.length > 0 ? [...some, ...others] : some;
}

function waiterFor(own: boolean): Waiter {
  let resolve = (): void => undefined;
  let reject: (error: Error) => void = () => undefined;
  const written = new Promise<void>((fulfil, refuse) => {
    resolve = fulfil;
    reject = refuse;
  });
  // Whoever asked may have left: nobody needs to hear of it then.
  written.catch(() => undefined);
  return { written, resolve, reject, own };
}

function writtenQuestion({ answerId, questionId, actor, role, party, purpose, caseNumber }: RecordedQuestion): WrittenQuestion {
  return {
    answer_id: answerId,
    question_id: questionId,
    actor,
    role,
    party_kind: party?.kind,
    party_code: party?.code,
    purpose,
    case_number: caseNumber,
    entries: [],
  };
}
