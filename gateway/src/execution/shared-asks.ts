import type { AgencyFailure, Ask, Reply } from '../agencies/reply.js';
import { copyOf } from './merge.js';
import type { Question } from './question.js';
import type { Subgraph } from './subgraph.js';

type Answered = (reply: Reply) => void;

/** A query under way, and the questions that wait for it beside the one that asked. */
interface UnderWay {
  readonly question: Question;
  readonly followers: { readonly question: Question; readonly answered: Answered }[];
}

/**
 * Lets questions of the same caller that ask an agency the very same query while it is under way share its reply. The same caller is one
 * for whom every decision is the same: the same person or official, purpose and case. Queries only. Off unless configured: what it saves
 * depends on callers repeating themselves within milliseconds.
 */
export function sharingSubgraph(subgraph: Subgraph): Subgraph {
  const underWay = new Map<string, UnderWay>();

  const lead = (key: string, ask: Ask, question: Question, answered: Answered): void => {
    const followers: UnderWay['followers'] = [];
    underWay.set(key, { question, followers });
    const abandoned = (): boolean => question.abandoned && followers.every((follower) => follower.question.abandoned);
    subgraph.ask({ ...ask, abandoned }, question, (reply) => {
      underWay.delete(key);
      for (const follower of followers) {
        // The time that was over was the first one's, or nobody waited before this one came.
        const over = question.remainingMs() <= 0 || question.abandoned;
        if (!reply.ok && isTimeout(reply.failure) && over && !follower.question.abandoned)
          subgraph.ask(ask, follower.question, follower.answered);
        // Each question merges more into what it gets.
        else follower.answered(copyOf(reply));
      }
      answered(reply);
    });
  };

  return {
    name: subgraph.name,
    maxBatch: subgraph.maxBatch,
    ask(ask, question, answered) {
      if (ask.document.mutation) {
        subgraph.ask(ask, question, answered);
        return;
      }
      const key = JSON.stringify([question.profile.caller, ask.document.text, ask.variables, ask.release]);
      const first = underWay.get(key);
      if (!first) lead(key, ask, question, answered);
      // Who has less time would wait too long for the first one's reply.
      else if (question.remainingMs() < first.question.remainingMs()) subgraph.ask(ask, question, answered);
      else first.followers.push({ question, answered });
    },
  };
}

/** A call is given no more time than its question has left: then the agency's deadline is the question's. */
function isTimeout({ code }: AgencyFailure): boolean {
  return code === 'QUESTION_TIMEOUT' || code === 'AGENCY_TIMEOUT';
}
