import { randomUUID } from 'node:crypto';
import { catalogued, type CitizenRef } from '@yichuang/schema';
import type { Question } from '../execution/question.js';
import { HUB } from '../graph/own-subgraphs.js';
import { AuditUnavailable, type AccessRecorder, type IntentEntry } from './record.js';
import type { Recording } from './recorded-question.js';

/** What the scope of a person's record of access is called in the catalogue. */
export const LOG_SCOPE = 'accesslog.entries:read';

/** Decides who may read a record, and records that they do. */
export class Readings {
  constructor(
    readonly recorder: AccessRecorder,
    readonly recording: Recording,
  ) {}

  /**
   * Runs a reading of a person's record. The hub's own root fields answer before the fields below a person are decided, so it is decided
   * here, too.
   * @returns undefined where this caller may not read it: the decision after the fetch says why
   */
  async of<T>(question: Question, ref: CitizenRef, read: () => Promise<T>): Promise<T | undefined> {
    // Deciding is recording: what is allowed here is on record when it is.
    return (await question.judge.mayRead(ref, LOG_SCOPE)) ? read() : undefined;
  }

  /**
   * Those who act read what they did or were told; it is recorded before it happens: on their own record for a citizen, for others in their
   * footprint alone. What was waiting to be written is written with it, so that what somebody was refused a moment ago is there.
   */
  async ofOwnActs<T>({ profile: { caller }, questionId }: Question, read: () => Promise<T>): Promise<T> {
    const { principal } = caller;
    const answer = this.recording.of(caller, questionId);
    const entry: IntentEntry = {
      decisionId: randomUUID(),
      ...(principal.kind === 'CITIZEN' ? { subjectKind: 'PERSON', subjects: [principal.ref] } : { subjectKind: 'UNNAMED', subjects: [''] }),
      basis: 'SELF',
      scopes: [LOG_SCOPE],
      agencies: [HUB],
    };
    try {
      await this.recorder.intent(answer, [entry]);
    } catch (error) {
      throw error instanceof AuditUnavailable ? catalogued('AUDIT_UNAVAILABLE', error.detail) : error;
    }
    try {
      const result = await read();
      this.recorder.outcome(answer, 'ANSWERED');
      return result;
    } catch (error) {
      this.recorder.outcome(answer, 'FAILED');
      throw error;
    }
  }
}
