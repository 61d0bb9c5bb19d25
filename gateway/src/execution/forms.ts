import type { OperationDefinitionNode } from 'graphql';
import { cutWithheld, type Cut } from '../access/cut.js';
import type { AccessProfile } from '../access/profile.js';
import { BoundedCache } from '../bounded-cache.js';
import { compileCoercion, type Coerce } from '../graph/coercion.js';
import type { Graph } from '../graph/graph.js';
import type { PreparedOperation } from '../graph/operations.js';
import { Conditions } from '../planning/conditions.js';

const CUTS_KEPT = 32;
/** Errors of variables that are told at a time. */
export const MAX_ERRORS = 10;

/** One form of a question: with its conditions decided, and cut for kinds of callers. */
export class Form {
  readonly #cuts = new BoundedCache<string, { readonly cut: Cut; readonly profile: AccessProfile }>(CUTS_KEPT);

  constructor(
    readonly operation: OperationDefinitionNode,
    readonly graph: Graph,
    /** Told whenever one more cut is kept. */
    readonly grew: () => void,
  ) {}

  /** The form without what its caller could never be granted; the same for callers who can be granted the same. */
  cut(profile: AccessProfile): Cut {
    const key = this.graph.access.open ? '' : profile.prospects.key;
    return this.#cuts.through(key, () => {
      this.grew();
      return { cut: cutWithheld(this.operation, this.graph, profile), profile };
    }).cut;
  }

  /** One of each kind of callers that asked. */
  get callers(): AccessProfile[] {
    return this.#cuts.entries().map(([, { profile }]) => profile);
  }
}

/**
 * All that is kept for one question: how its variables are read, and the operation it is for their values. A question without conditions
 * has one form, any other one for each combination of what its conditions stand on.
 */
export class QuestionForms {
  readonly coerce: Coerce;
  /** The question as it stands. */
  readonly #whole: Form;
  readonly #grew: () => void;
  readonly #conditions: Conditions | undefined;
  readonly #decided: (Form | undefined)[] = [];

  constructor(
    { operation, grew }: PreparedOperation,
    readonly graph: Graph,
  ) {
    this.coerce = compileCoercion(graph.api, operation, MAX_ERRORS);
    this.#grew = grew;
    this.#whole = new Form(operation, graph, grew);
    this.#conditions = Conditions.of(operation, graph);
  }

  /** The form for coerced variables. */
  form(variables: Readonly<Record<string, unknown>>): Form {
    const combination = this.#conditions?.combination(variables);
    return combination === undefined ? this.#whole : (this.#decided[combination] ?? this.#decide(combination));
  }

  /** Every operation it can be, for callers from whom nothing is withheld. */
  all(): OperationDefinitionNode[] {
    if (!this.#conditions) return [this.#whole.operation];
    return Array.from({ length: this.#conditions.combinations }, (_, which) => this.form(this.#values(which)).operation);
  }

  /** Operations to plan for the same question on another graph, so that who asked before need not wait. */
  again(next: QuestionForms): OperationDefinitionNode[] {
    const operations = (before: Form, form: Form): OperationDefinitionNode[] =>
      before.callers.map((profile) => form.cut(profile).operation);
    return [
      ...operations(this.#whole, next.#whole),
      ...this.#decided.flatMap((before, combination) => (before ? operations(before, next.form(this.#values(combination))) : [])),
    ];
  }

  #decide(combination: number): Form {
    const operation = this.#conditions?.decided(combination) ?? this.#whole.operation;
    return (this.#decided[combination] = new Form(operation, this.graph, this.#grew));
  }

  #values(combination: number): Readonly<Record<string, boolean>> {
    return this.#conditions?.values(combination) ?? {};
  }
}

const kept = new WeakMap<PreparedOperation, QuestionForms>();

/** What is kept for a prepared operation. */
export function formsOf(prepared: PreparedOperation, graph: Graph): QuestionForms {
  let forms = kept.get(prepared);
  if (!forms) kept.set(prepared, (forms = new QuestionForms(prepared, graph)));
  return forms;
}
