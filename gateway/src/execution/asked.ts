import { fetchDocument, type Reply } from '../agencies/reply.js';
import type { Question } from './question.js';
import type { Subgraph } from './subgraph.js';

/** The callback of a subgraph as a promise. */
export function asked(subgraph: Subgraph, query: string, variables: unknown, question: Question): Promise<Reply> {
  return new Promise((resolve) => {
    subgraph.ask({ document: fetchDocument(query), variables: JSON.stringify(variables) }, question, resolve);
  });
}
