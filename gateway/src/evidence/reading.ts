import { randomUUID } from 'node:crypto';
import { catalogued, type CitizenRef } from '@yichuang/schema';
import type { ActingFacts, DelegationFact } from '../access/facts.js';
import type { Requirement } from '../graph/access-map.js';
import type { Question } from '../execution/question.js';
import { AuditUnavailable, type AccessRecorder, type IntentEntry } from './record.js';
import type { Recording } from './recorded-question.js';

/** What the scope of a person's record of access is called in the catalogue. */
export const LOG_SCOPE = 'accesslog.entries:read';

const HUB = 'hub';
const FIELDS: ReadonlyMap<string, readonly Requirement[]> = new Map([['accessLog', [{ kind: 'SCOPE', scope: LOG_SCOPE }]]]);

/** Decides who may read a record, and records that they do. */
export class Readings {
  /** @param acting who acts for whom; without it nobody reads for another */
  constructor(
    readonly recorder: AccessRecorder,
    readonly recording: Recording,
    readonly acting?: Pick<ActingFacts, 'delegations'>,
  ) {}

  /**
   * Runs a reading of a person's record. The hub's own root fields answer before the fields below a person are decided, so it is decided
   * here, too.
   * @returns undefined where this caller may not read it: the decision after the fetch says why
   * @throws GraphQLError AUDIT_UNAVAILABLE when it cannot be recorded
   */
  async of<T>(question: Question, ref: CitizenRef, read: () => Promise<T>): Promise<T | undefined> {
    const [withheld] = await question.judge.judge([{ subject: { kind: 'PERSON', ref }, fields: FIELDS }]);
    if (!withheld || withheld.size > 0) return undefined;
    const grounds = await this.#grounds(question, ref);
    return grounds && this.recorded(question, ref, grounds, read);
  }

  /** A reading that is allowed, recorded before it happens. */
  async recorded<T>(
    { profile: { caller }, questionId }: Question,
    ref: string,
    grounds: Pick<IntentEntry, 'basis' | 'delegation'>,
    read: () => Promise<T>,
  ): Promise<T> {
    const answer = this.recording.of(caller, questionId);
    const entry: IntentEntry = {
      decisionId: randomUUID(),
      subjectKind: 'PERSON',
      subjects: [ref],
      scopes: [LOG_SCOPE],
      agencies: [HUB],
      ...grounds,
    };
    try {
      await this.recorder.intent(answer, [entry]);
    } catch (error) {
      throw error instanceof AuditUnavailable ? catalogued('AUDIT_UNAVAILABLE') : error;
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

  async #grounds(question: Question, ref: CitizenRef): Promise<Pick<IntentEntry, 'basis' | 'delegation'> | undefined> {
    const { principal } = question.profile.caller;
    if (principal.kind !== 'CITIZEN') return { basis: 'MANDATE' };
    if (principal.ref === ref) return { basis: 'SELF' };
    const given = (await this.acting?.delegations([ref], principal.ref))?.get(ref);
    const delegation = given?.find(({ scopes }: DelegationFact) => scopes.has(LOG_SCOPE));
    return delegation && { basis: 'SELF', delegation: { kind: delegation.kind, id: delegation.delegationId } };
  }
}
