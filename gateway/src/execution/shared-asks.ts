import type { Ask, Reply } from '../agencies/reply.js';
import { copyOf } from './merge.js';
import type { Question } from './question.js';
import type { Subgraph } from './subgraph.js';

type Answered = (reply: Reply) => void;

/** A query under way, and the questions that wait for it beside the one that asked. */
type Followers = { readonly question: Question; readonly answered: Answered }[];

/**
 * Lets questions of the same caller that ask an agency the very same query while it is under way share its reply. The same caller is one
 * for whom every decision is the same: the same person or official, purpose and case. Queries only. Off unless configured: what it saves
 * depends on callers repeating themselves within milliseconds.
 */
export function sharingSubgraph(subgraph: Subgraph): Subgraph {
  const underWay = new Map<string, Followers>();

  const lead = (key: string, ask: Ask, question: Question, answered: Answered): void => {
    const followers: Followers = [];
    underWay.set(key, followers);
    subgraph.ask(ask, question, (reply) => {
      underWay.delete(key);
      for (const follower of followers) {
        // The time that was over was the first one's.
        if (!reply.ok && reply.failure.code === 'QUESTION_TIMEOUT') subgraph.ask(ask, follower.question, follower.answered);
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
      const key = JSON.stringify([question.profile.caller, ask.document.text, ask.variables]);
      const followers = underWay.get(key);
      if (followers) followers.push({ question, answered });
      else lead(key, ask, question, answered);
    },
  };
}
