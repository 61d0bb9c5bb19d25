import type { Ask, AskContext, Reply } from './reply.js';

/** Something that is asked and hands its reply over. */
export interface Answers {
  ask(ask: Ask, context: AskContext, answered: (reply: Reply) => void): void;
}

/** The reply as a promise, for those who ask seldom; it is never rejected. */
export function askedOf(agency: Answers, ask: Ask, context: AskContext): Promise<Reply> {
  return new Promise((resolve) => {
    agency.ask(ask, context, resolve);
  });
}
