import { catalogued, jurisdictionOfDivision, parseCaseNumber, type AccessCatalogue } from '@yichuang/schema';
import { prospect } from '../access/decide.js';
import { Judge, type DecisionEvidence } from '../access/judge.js';
import { QuestionFacts, type FactSources } from '../access/question-facts.js';
import { isRecord } from '../agencies/reply.js';
import { Question } from '../execution/question.js';
import { HUB } from '../graph/own-subgraphs.js';
import { pageAsked, pageOf, type Page, type Places } from '../pages.js';
import { StoreUnavailable } from '../store/unavailable.js';
import {
  deskOf,
  factOf,
  NO_DEADLINE,
  progressScope,
  type TaskPlace,
  type TasksWanted,
  type TransferCases,
  type TransferTask,
  withCaseOf,
} from './transfer-cases.js';

/** What the worklist of transfers is made from. */
export interface TransferWorklistSources {
  readonly cases: Pick<TransferCases, 'tasks'>;
  readonly catalogue: AccessCatalogue;
  readonly facts: FactSources;
  readonly evidence: DecisionEvidence;
}

type Arguments = Readonly<Record<string, unknown>>;

/** Fields of the hub's own types about the cases of offices. */
export interface WorklistResolvers {
  readonly Query: { readonly transferWorklist: (parent: unknown, args: Arguments, context: unknown) => unknown };
}

const PAGE_BOUND = 50;

const BY_DEADLINE: Places<TaskPlace> = {
  text: ({ due, id }) => `${due}.${id}`,
  read: (text) => {
    const [, due, id] = /^(\d{4}-\d\d-\d\d)\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(text) ?? [];
    return due !== undefined && id !== undefined ? { due, id } : undefined;
  },
};

/** Resolvers of `Query.transferWorklist` in schema/sdl/hub-worklist.graphql. */
export function worklistResolvers(sources: TransferWorklistSources): WorklistResolvers {
  return {
    Query: {
      transferWorklist: (_parent, args, context) => {
        if (!(context instanceof Question)) throw new Error('a resolver of the hub ran outside a question');
        return transferWorklist(context, args, sources);
      },
    },
  };
}

/**
 * The cases of transfer that wait for an office or will.
 * @throws GraphQLError for who has no mandate for transfers for the stated purpose, PAGE_INVALID, and EVENTS_UNAVAILABLE
 */
async function transferWorklist(question: Question, args: Arguments, sources: TransferWorklistSources): Promise<Page<unknown>> {
  const desk = officeOf(question, sources.catalogue);
  const filter = isRecord(args['filter']) ? args['filter'] : {};
  const asked = pageAsked(args, BY_DEADLINE, PAGE_BOUND);
  let tasks: readonly TransferTask[];
  try {
    tasks = await sources.cases.tasks({
      ...desk,
      // What is no number of a case is that of none.
      number: typeof filter['number'] === 'string' ? (parseCaseNumber(filter['number']) ?? '') : undefined,
      states: textsOf(filter['states']),
      kinds: textsOf(filter['kinds']),
      awaitsUs: filter['awaitsUs'] === true,
      overdue: filter['overdue'] === true,
      dueBefore: typeof filter['dueBefore'] === 'string' ? filter['dueBefore'] : undefined,
      after: asked.after,
      most: asked.first + 1,
    });
  } catch (error) {
    throw error instanceof StoreUnavailable ? catalogued('EVENTS_UNAVAILABLE', error.detail) : error;
  }
  const told = await Promise.all(tasks.slice(0, asked.first).map((task) => mayBeTold(question, task, sources)));
  const page = pageOf(tasks, asked, BY_DEADLINE, ({ deadline, id }) => ({ due: deadline ?? NO_DEADLINE, id }), shown);
  const kept = page.edges.filter((_, i) => told[i]);
  return { ...page, edges: kept, nodes: kept.map(({ node }) => node) };
}

/** Who asks, as an office with a mandate for one side of transfers. The case is stated for each when it comes to that. */
function officeOf({ profile: { caller } }: Question, catalogue: AccessCatalogue): Pick<TasksWanted, 'side' | 'agencies' | 'place'> {
  const { principal, purpose } = caller;
  const desk = 'party' in principal && purpose.kind === 'NAMED' ? deskOf(purpose.code, principal.party.kind) : undefined;
  const chance = prospect({ ...caller, caseNumber: '' }, progressScope(desk?.agencies[0]), 'PERSON', catalogue, Date.now());
  if (chance.kind === 'NEVER') throw catalogued(chance.code);
  const place = 'party' in principal && principal.jurisdiction ? jurisdictionOfDivision(principal.jurisdiction) : undefined;
  if (!desk || place === undefined || !chance.ways.some(({ kind }) => kind === 'MANDATED')) throw catalogued('ACCESS_DENIED');
  return { ...desk, place };
}

/** Decides one case as if its number had been stated; it is on record before it is shown. */
async function mayBeTold(
  question: Question,
  task: TransferTask,
  { catalogue, facts, evidence }: TransferWorklistSources,
): Promise<boolean> {
  const caller = { ...question.profile.caller, caseNumber: task.number };
  const { purpose } = caller;
  const fact = purpose.kind === 'NAMED' ? factOf(task, purpose.code) : undefined;
  const own: FactSources = { ...facts, acting: withCaseOf(facts.acting, () => Promise.resolve(fact)) };
  const judge = new Judge(caller, catalogue, new QuestionFacts(caller, own, question), evidence, Date.now());
  const subject = { kind: 'PERSON', ref: task.citizen } as const;
  const [refused] = await judge.judge([{ subject, requirements: [{ kind: 'SCOPE', scope: progressScope(task.agency) }] }], HUB);
  judge.conclude(refused ? 'FAILED' : 'ANSWERED');
  return refused === undefined;
}

function shown({ citizen, appliedAt, ...task }: TransferTask): object {
  return { ...task, appliedAt: appliedAt.toISOString(), citizen: { id: citizen } };
}

function textsOf(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : undefined;
}
