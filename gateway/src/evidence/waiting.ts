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
  readonly basis?: string;
  readonly basis_ref?: string | undefined;
  agencies: readonly string[];
  readonly code?: string;
  readonly told?: string;
  readonly visible_from?: Date | undefined;
  readonly deferral_reason?: string | undefined;
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

/** Who waits until a question is written. */
interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
  /** A person who reads their own data. */
  readonly own: boolean;
}

/** One question that is to be written. */
export interface WaitingQuestion {
  readonly written: WrittenQuestion;
  readonly waiters: Waiter[];
  /** By what makes two entries one. */
  readonly merged: Map<string, WrittenEntry>;
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

  intent(question: RecordedQuestion, entries: readonly IntentEntry[], waiter: Waiter): void {
    const waiting = this.#of(question);
    waiting.waiters.push(waiter);
    this.urgent = true;
    for (const entry of entries) {
      const { ref, basis, agencies, deferred } = entry;
      const key = `${sameFor(entry)}\0${basis}\0${ref ?? ''}\0${deferred?.reason ?? ''}`;
      add(waiting, key, {
        ...writtenEntry('INTENT', entry),
        basis,
        basis_ref: ref,
        agencies,
        visible_from: deferred?.until,
        deferral_reason: deferred?.reason,
      });
    }
  }

  denied(question: RecordedQuestion, entries: readonly DenialEntry[]): void {
    const waiting = this.#of(question);
    for (const entry of entries) {
      this.denials += entry.subjects.length;
      const { code, told } = entry;
      add(waiting, `${sameFor(entry)}\0${code}\0${told}`, { ...writtenEntry('DENIED', entry), agencies: [], code, told });
    }
  }

  #of(question: RecordedQuestion): WaitingQuestion {
    let waiting = this.questions.get(question.answerId);
    if (!waiting) this.questions.set(question.answerId, (waiting = { written: writtenQuestion(question), waiters: [], merged: new Map() }));
    return waiting;
  }
}

/** The calls that a plan makes at once tell one thing of a subject: what is the same but for scopes and agencies is one entry. */
function add({ written, merged }: WaitingQuestion, key: string, entry: WrittenEntry): void {
  const same = merged.get(key);
  if (same?.subjects.every((subject, i) => subject === entry.subjects[i])) {
    same.scopes = union(same.scopes, entry.scopes);
    same.agencies = union(same.agencies, entry.agencies);
    return;
  }
  if (!same) merged.set(key, entry);
  written.entries.push(entry);
}

function sameFor({ decisionId, subjects, delegation }: IntentEntry | DenialEntry): string {
  return `${decisionId}\0${subjects.length}\0${subjects[0] ?? ''}\0${delegation?.id ?? ''}`;
}

function union(some: readonly string[], more: readonly string[]): readonly string[] {
  return more.every((one) => some.includes(one)) ? some : [...new Set([...some, ...more])];
}

function writtenEntry(kind: WrittenEntry['kind'], { decisionId, subjectKind, subjects, scopes, delegation }: IntentEntry | DenialEntry) {
  return {
    kind,
    decision_id: decisionId,
    subject_kind: subjectKind,
    subjects,
    scopes,
    delegation_kind: delegation?.kind,
    delegation_id: delegation?.id,
  };
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
