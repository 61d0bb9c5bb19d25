import { setImmediate as turn } from 'node:timers/promises';
import { Kind, parse, print, visit, type FieldNode, type OperationDefinitionNode, type VariableDefinitionNode } from 'graphql';
import { fetchDocument, type Ask, type FetchDocument, type Reply, type ReplyPath } from '../agencies/reply.js';
import { BoundedCache } from '../bounded-cache.js';
import type { Question } from './question.js';
import type { Subgraph } from './subgraph.js';

interface Waiting {
  readonly ask: Ask;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly size: number;
  readonly answer: (reply: Reply) => void;
}

const TEXTS_KEPT = 1_000;

/**
 * Lets the parallel branches of a plan that ask one agency in the same turn of the event loop share one call: their `_entities` fields
 * stand in it under aliases `e0`, `e1` …, each with its own variables, up to the agency's batch limit. So the agency sees at once all
 * that this step needs of it, and asks each of its systems once. Access has been decided before; nothing is shared between questions.
 */
export function joiningSubgraph(subgraph: Subgraph): Subgraph {
  const waiting = new WeakMap<Question, Waiting[]>();
  const texts = new BoundedCache<string, FetchDocument>(TEXTS_KEPT);

  async function send(question: Question): Promise<void> {
    await turn();
    const all = waiting.get(question) ?? [];
    waiting.delete(question);
    for (const group of groupsWithin(all, subgraph.maxBatch)) {
      answer(group, question);
    }
  }

  function answer(group: readonly Waiting[], question: Question): void {
    const [only] = group;
    if (group.length === 1 && only) {
      subgraph.ask(only.ask, question, only.answer);
      return;
    }
    const queries = group.map(({ ask }) => ask.document.text);
    const document = texts.through(queries.join('\n'), () => fetchDocument(joinedQuery(queries)));
    const variables = Object.fromEntries(
      group.flatMap(({ variables: own }, i) => Object.entries(own).map(([name, value]) => [`${name}_${i}`, value])),
    );
    subgraph.ask({ document, variables: JSON.stringify(variables) }, question, (reply) => {
      group.forEach((one, i) => {
        one.answer(partOf(reply, `e${i}`));
      });
    });
  }

  return {
    ...subgraph,
    ask(ask, question, answered) {
      const variables = JSON.parse(ask.variables) as Readonly<Record<string, unknown>>;
      const { representations } = variables;
      if (!Array.isArray(representations)) {
        subgraph.ask(ask, question, answered);
        return;
      }
      const one = { ask, variables, size: representations.length, answer: answered };
      const others = waiting.get(question);
      if (others) others.push(one);
      else {
        waiting.set(question, [one]);
        void send(question);
      }
    },
  };
}

/** In the order they came; a group never holds more representations than the agency takes at once, unless one ask alone does. */
function groupsWithin(all: readonly Waiting[], maxBatch: number): Waiting[][] {
  const groups: Waiting[][] = [];
  let size = Infinity;
  for (const one of all) {
    const more = one.size;
    if (size + more > maxBatch) {
      groups.push([]);
      size = 0;
    }
    groups.at(-1)?.push(one);
    size += more;
  }
  return groups;
}

/** One operation of several, each under its own alias and with its own variables. */
function joinedQuery(queries: readonly string[]): string {
  const variableDefinitions: VariableDefinitionNode[] = [];
  const selections: FieldNode[] = [];
  queries.forEach((query, i) => {
    const operation = visit(operationOf(query), {
      Variable: (node) => ({ ...node, name: { ...node.name, value: `${node.name.value}_${i}` } }),
    });
    variableDefinitions.push(...(operation.variableDefinitions ?? []));
    for (const field of operation.selectionSet.selections) {
      if (field.kind !== Kind.FIELD) throw new Error('an entity fetch asks for _entities and nothing else');
      selections.push({ ...field, alias: { kind: Kind.NAME, value: `e${i}` } });
    }
  });
  return print({ ...operationOf(queries[0] ?? ''), variableDefinitions, selectionSet: { kind: Kind.SELECTION_SET, selections } });
}

function operationOf(query: string): OperationDefinitionNode {
  const operation = parse(query).definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (!operation) throw new Error('the planner gave a fetch without an operation');
  return operation;
}

/** What a shared reply says to one of those who asked, in the places it knows. */
function partOf(reply: Reply, alias: string): Reply {
  if (!reply.ok) return reply;
  const mine = <T extends { readonly path: ReplyPath | undefined }>(list: readonly T[]): T[] =>
    list.flatMap((one) => {
      if (one.path === undefined) return [one];
      return one.path[0] === alias ? [{ ...one, path: ['_entities', ...one.path.slice(1)] }] : [];
    });
  return {
    ok: true,
    data: reply.data === null ? null : { _entities: reply.data[alias] ?? null },
    errors: mine(reply.errors),
    provenance: mine(reply.provenance),
  };
}
