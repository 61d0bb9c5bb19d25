import {
  Kind,
  OperationTypeNode,
  print,
  valueFromASTUntyped,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Release } from '@yichuang/schema';
import { keyOf, type Subject } from '../access/decide.js';
import type { Judgement, Refused } from '../access/judgement.js';
import { BoundedCache } from '../bounded-cache.js';
import type { Requirement } from '../graph/access-map.js';
import type { Graph } from '../graph/graph.js';
import { responseKey } from '../graph/response-key.js';
import { fieldOf } from '../graph/schema-lookup.js';
import { valueAt } from '../graph/value-at.js';
import { fieldsOfType, hold, targetOf, type Condition } from '../projection/selection.js';
import { dropUnusedVariables } from './compiled-fetch.js';
import { rootAsk, type RootAsk } from './fetch-documents.js';
import { scopesIn, type ToldOut } from './guarded-fetch.js';
import { placesIn, requirementsOf, withoutRefused } from './guarded-selection.js';
import { endedSince, errorOf, told } from './refusals.js';
import { releaseOfActs } from './release.js';
import type { SafeError } from './reported-errors.js';
import type { RootFetch } from './root-step.js';
import type { Run } from './run.js';

/** What of a fetch may be sent, and on what decision. */
export interface Sending {
  /** Undefined when nothing of it may. */
  readonly ask: RootAsk | undefined;
  readonly release: Release | undefined;
  /** What is not asked of the answers, to be told where they come. */
  readonly takenOut: readonly ToldOut[];
}

/** A field of a mutation that changes something of the person it names. */
interface Act {
  readonly key: string;
  readonly node: FieldNode;
  /** The way to the argument that names the person. */
  readonly about: readonly string[];
  /** What must be granted of that person: the act itself first, then what of its answer is asked. */
  readonly requirements: readonly Requirement[];
  readonly payload: GraphQLCompositeType | undefined;
  /** It is asked for where all conditions of one of these hold. */
  readonly present: readonly (readonly Condition[])[];
}

interface Decided {
  readonly act: Act;
  readonly subject: Subject;
  readonly refused: readonly (SafeError | undefined)[] | undefined;
}

/** A fetch, its acts, and the parts of it that have been sent where something was refused. */
interface Known {
  readonly acts: readonly Act[];
  readonly parts: BoundedCache<string, Omit<Sending, 'release'>>;
}

const PARTS_KEPT = 64;
const NONE: readonly never[] = [];

/**
 * Decides what mutations change at agencies, each field by the person its argument names, before anything is sent. What is refused is
 * taken out of the fetch; what is left goes in its order and in one call. That a release still stands is looked at once more last of all.
 */
export class ActGuard {
  readonly #known = new WeakMap<RootAsk, Known>();
  readonly #root: GraphQLObjectType | undefined;

  /** @param isReference true for a reference of a person that this hub gave out */
  constructor(
    readonly graph: Graph,
    readonly isReference: (id: string) => boolean,
  ) {
    this.#root = graph.full.getMutationType() ?? undefined;
  }

  /**
   * Decides a fetch, and says at its places what is refused.
   * @returns undefined for a fetch that changes nothing of anybody
   */
  decide({ ask, part }: RootFetch, run: Run): Promise<Sending> | undefined {
    const known = ask.document.mutation ? this.#of(ask) : undefined;
    const acts = known?.acts.filter(({ present }) => present.some((all) => hold(all, (name) => run.holds(name)))) ?? NONE;
    return known && acts.length > 0 ? this.#decide(ask, known, acts, part, run) : undefined;
  }

  async #decide(ask: RootAsk, known: Known, acts: readonly Act[], part: number, run: Run): Promise<Sending> {
    const { question } = run;
    const variables = Object.fromEntries(ask.variables.map((name) => [name, parsed(run.variable(name))]));
    const named = acts.map((act) => ({ act, subject: personIn(act, variables) }));
    const ours = named.filter(({ subject }) => this.isReference(keyOf(subject)));
    const judged = await question.judge.judge(
      ours.map(({ act: { requirements }, subject }) => ({ subject, requirements })),
      ask.service,
    );
    const decided = named.map(({ act, subject }): Decided => {
      const at = ours.findIndex((one) => one.act === act);
      return { act, subject, refused: at < 0 ? act.requirements.map(() => NOT_OURS) : errorsOf(judged[at]) };
    });
    const stands = await this.#standing(decided, run);
    for (const { act, refused } of stands) {
      const why = refused?.[0];
      if (why) run.report(part, told(why, run), [act.key]);
    }
    const pruned = stands.every(({ refused }) => !refused) ? { ask, takenOut: NONE } : this.#without(ask, known, stands);
    const release = releaseOfActs(
      stands.flatMap(({ act, subject, refused }) =>
        refused?.[0] ? [] : [{ subject: keyOf(subject), scopes: scopesIn(act.requirements.filter((_, i) => !refused?.[i])) }],
      ),
      question.judge,
    );
    return { ...pruned, release };
  }

  /** An earlier field of the same mutation may have ended what a later one rests on. */
  async #standing(decided: readonly Decided[], run: Run): Promise<readonly Decided[]> {
    const gone = await run.question.judge.withdrawn(() =>
      decided.flatMap(({ act, subject, refused }) => (refused?.[0] ? [] : [{ subject, scopes: scopesIn(act.requirements) }])),
    );
    if (!gone || gone.size === 0) return decided;
    return decided.map((one) => {
      const code = gone.get(keyOf(one.subject));
      return code && !one.refused?.[0] ? { ...one, refused: one.act.requirements.map(() => endedSince(code, run)) } : one;
    });
  }

  /** The fetch without what is refused: acts as a whole, or of what they answer. */
  #without(ask: RootAsk, { parts }: Known, decided: readonly Decided[]): Omit<Sending, 'release'> {
    const refusals = new Map(decided.map((one) => [one.act.key, one]));
    const key = decided.map(({ act, refused = NONE }) => `${act.key} ${textOfErrors(refused)}`).join('\n');
    return parts.through(key, () => {
      const takenOut: ToldOut[] = [];
      const selections = this.#pruned(ask.operation.selectionSet, refusals, takenOut);
      if (selections.length === 0) return { ask: undefined, takenOut };
      const operation = dropUnusedVariables({ ...ask.operation, selectionSet: { kind: Kind.SELECTION_SET, selections } });
      return { ask: rootAsk({ serviceName: ask.service, operationKind: OperationTypeNode.MUTATION }, print(operation)), takenOut };
    });
  }

  #pruned(set: SelectionSetNode, refusals: ReadonlyMap<string, Decided>, takenOut: ToldOut[]): SelectionNode[] {
    return set.selections.flatMap((selection): SelectionNode[] => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return [];
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const selections = this.#pruned(selection.selectionSet, refusals, takenOut);
        return selections.length > 0 ? [{ ...selection, selectionSet: { ...selection.selectionSet, selections } }] : [];
      }
      const one = refusals.get(responseKey(selection));
      if (!one?.refused) return [selection];
      if (one.refused[0]) return [];
      return [this.#answering(selection, one.act, one.refused, takenOut)];
    });
  }

  /** An act that is done, and asked for less. */
  #answering(
    node: FieldNode,
    { payload, requirements, key }: Act,
    refused: readonly (SafeError | undefined)[],
    takenOut: ToldOut[],
  ): FieldNode {
    if (!payload || !node.selectionSet) return node;
    const pruned = withoutRefused(node.selectionSet, payload, this.graph, requirements, (at) => refused[at] !== undefined);
    for (const { path, requirement } of pruned.takenOut) {
      const error = refused[requirement];
      if (error) takenOut.push({ path: [key, ...path], error });
    }
    const { selections } = pruned.selectionSet;
    return { ...node, selectionSet: { ...pruned.selectionSet, selections: pruned.content ? selections : [TYPENAME, ...selections] } };
  }

  #of(ask: RootAsk): Known {
    let known = this.#known.get(ask);
    if (!known) this.#known.set(ask, (known = { acts: this.#actsOf(ask), parts: new BoundedCache(PARTS_KEPT) }));
    return known;
  }

  #actsOf({ operation }: RootAsk): readonly Act[] {
    const root = this.#root;
    if (!root) return NONE;
    const { byKey } = fieldsOfType([{ node: operation.selectionSet, conditions: [] }], root, this.graph.full, () => false);
    return [...byKey].flatMap(([key, nodes]): Act[] => {
      const node = nodes[0]?.node;
      const about = node && this.graph.access.about(node.name.value);
      if (!node || !about) return [];
      const selections = nodes.map((one): SelectionNode => one.node);
      return [
        {
          key,
          node,
          about,
          requirements: requirementsOf({ kind: Kind.SELECTION_SET, selections }, root, this.graph),
          payload: targetOf(fieldOf(root, node.name.value)?.type),
          present: nodes.map(({ conditions }) => conditions),
        },
      ];
    });
  }
}

/** Says what was not asked of the answers of acts, where they came. */
export function tellTakenOut({ takenOut }: Sending, part: number, run: Run): void {
  for (const { path, error } of takenOut) for (const at of placesIn(run.root, path)) run.report(part, told(error, run), at);
}

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };
const NOT_OURS: SafeError = {
  code: 'BAD_REQUEST',
  extensions: { detail: '未用本平台给出的人员标识 · the person is not named by a reference that this hub gave out' },
};

/** The person that an act names. */
function personIn({ node, about }: Act, variables: Readonly<Record<string, unknown>>): Subject {
  const [name = '', ...way] = about;
  const given = node.arguments?.find((one) => one.name.value === name)?.value;
  const value: unknown = given && valueFromASTUntyped(given, variables);
  const ref = valueAt({ value }, ['value', ...way]);
  return { kind: 'PERSON', ref: typeof ref === 'string' ? ref : '' };
}

function parsed(text: string | undefined): unknown {
  return text === undefined ? undefined : JSON.parse(text);
}

function errorsOf(judgement: Judgement): readonly (SafeError | undefined)[] | undefined {
  return judgement?.map((one: Refused | undefined) => one && errorOf(one));
}

function textOfErrors(errors: readonly (SafeError | undefined)[]): string {
  return errors.map((one) => (one ? `${one.code} ${JSON.stringify(one.extensions)}` : '')).join(';');
}
