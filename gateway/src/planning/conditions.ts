import {
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  Kind,
  parse,
  TypeNameMetaFieldDef,
  visit,
  type DirectiveNode,
  type FieldNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Graph } from '../graph/graph.js';

const DEFER = 'defer';
const IF = 'if';

/** Variables of one operation that are decided; each can double its plans. */
const MAX_DECIDED = 4;

/**
 * What an operation's variables say of `@skip`, `@include` and `@defer`, decided before it is planned: each combination of their values
 * is an operation of its own. The planner puts fields of one subgraph into one fetch and leaves out under a condition what one of them
 * requires; the agency is then not asked for the others either. Without conditions there is nothing to get wrong, and less to ask.
 */
export class Conditions {
  private constructor(
    readonly operation: OperationDefinitionNode,
    /** Names of the variables that are decided; the first is the lowest bit of a combination. */
    readonly variables: readonly string[],
  ) {}

  /**
   * The conditions of an operation; undefined for one without. Of too many variables, those are decided that the planner may get wrong,
   * before others; conditions on the rest stay in the plan.
   * @param operation valid, with its fragments written out
   */
  static of(operation: OperationDefinitionNode, graph: Pick<Graph, 'supergraphSdl'>): Conditions | undefined {
    let variables = variablesIn(operation);
    if (variables.length === 0) return undefined;
    if (variables.length > MAX_DECIDED) {
      const delicate = delicateIn(operation, needyFields(graph));
      variables = [...variables.filter((name) => delicate.has(name)), ...variables.filter((name) => !delicate.has(name))];
    }
    return new Conditions(operation, variables.slice(0, MAX_DECIDED));
  }

  /** How many combinations there are, numbered from 0. */
  get combinations(): number {
    return 1 << this.variables.length;
  }

  /** Number of the combination that coerced variables are; undefined when one of them is null, which decides nothing. */
  combination(values: Readonly<Record<string, unknown>>): number | undefined {
    let combination = 0;
    for (let at = 0; at < this.variables.length; at++) {
      const value = values[this.variables[at] ?? ''];
      // Without a value there can only be `@defer(if:)`, whose default is true.
      if (value === true || value === undefined) combination |= 1 << at;
      else if (value !== false) return undefined;
    }
    return combination;
  }

  /** The values of a combination, by variable. */
  values(combination: number): Readonly<Record<string, boolean>> {
    return Object.fromEntries(this.variables.map((name, at) => [name, holds(combination, at)]));
  }

  /** The operation that is asked in one combination. */
  decided(combination: number): OperationDefinitionNode {
    return { ...this.operation, selectionSet: this.#selections(this.operation.selectionSet, combination) };
  }

  #selections(set: SelectionSetNode, combination: number): SelectionSetNode {
    const selections = set.selections.flatMap((selection): SelectionNode[] => {
      const directives: DirectiveNode[] = [];
      for (const directive of selection.directives ?? []) {
        const decided = this.#directive(directive, combination);
        if (decided === LEFT_OUT) return [];
        if (decided) directives.push(decided);
      }
      if (selection.kind === Kind.FRAGMENT_SPREAD || !selection.selectionSet)
        return [selection.directives?.length === directives.length ? selection : { ...selection, directives }];
      return [{ ...selection, directives, selectionSet: this.#selections(selection.selectionSet, combination) }];
    });
    return { ...set, selections: selections.length > 0 ? selections : [NOTHING] };
  }

  /** What remains of a directive: itself, nothing once it is decided, or the end of what it stands on. */
  #directive(directive: DirectiveNode, combination: number): DirectiveNode | undefined | typeof LEFT_OUT {
    const value = this.#valueOf(directive, combination);
    if (value === undefined) return directive;
    switch (directive.name.value) {
      case GraphQLIncludeDirective.name:
        return value ? undefined : LEFT_OUT;
      case GraphQLSkipDirective.name:
        return value ? LEFT_OUT : undefined;
      case DEFER:
        return value ? { ...directive, arguments: (directive.arguments ?? []).filter(({ name }) => name.value !== IF) } : undefined;
      default:
        return directive;
    }
  }

  #valueOf(directive: DirectiveNode, combination: number): boolean | undefined {
    const given = conditionIn(directive);
    if (given?.kind === Kind.BOOLEAN) return given.value;
    const at = given?.kind === Kind.VARIABLE ? this.variables.indexOf(given.name.value) : -1;
    return at < 0 ? undefined : holds(combination, at);
  }
}

const LEFT_OUT = Symbol('left out');

/** Stands where conditions leave nothing, so that the operation stays one: it is never asked either. */
const NOTHING: FieldNode = {
  kind: Kind.FIELD,
  name: { kind: Kind.NAME, value: TypeNameMetaFieldDef.name },
  directives: [
    {
      kind: Kind.DIRECTIVE,
      name: { kind: Kind.NAME, value: GraphQLSkipDirective.name },
      arguments: [{ kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: IF }, value: { kind: Kind.BOOLEAN, value: true } }],
    },
  ],
};

function holds(combination: number, at: number): boolean {
  return (combination & (1 << at)) !== 0;
}

function conditionIn({ name, arguments: given }: DirectiveNode) {
  const conditional = [GraphQLIncludeDirective.name, GraphQLSkipDirective.name, DEFER].includes(name.value);
  return conditional ? given?.find((argument) => argument.name.value === IF)?.value : undefined;
}

function variableIn(directive: DirectiveNode): string | undefined {
  const value = conditionIn(directive);
  return value?.kind === Kind.VARIABLE ? value.name.value : undefined;
}

/** Variables that conditions stand on, in the order of their use. */
function variablesIn(operation: OperationDefinitionNode): string[] {
  const names = new Set<string>();
  visit(operation, {
    Directive: (directive) => {
      const name = variableIn(directive);
      if (name !== undefined) names.add(name);
    },
  });
  return [...names];
}

/** Variables that decide what is deferred, or whether a field is there that requires something. */
function delicateIn(operation: OperationDefinitionNode, needy: ReadonlySet<string>): ReadonlySet<string> {
  const delicate = new Set<string>();
  const walk = (set: SelectionSetNode): boolean => {
    let found = false;
    for (const selection of set.selections) {
      const below = selection.kind !== Kind.FRAGMENT_SPREAD && selection.selectionSet !== undefined && walk(selection.selectionSet);
      const needs = below || (selection.kind === Kind.FIELD && needy.has(selection.name.value));
      found ||= needs;
      for (const directive of selection.directives ?? []) {
        const name = variableIn(directive);
        if (name !== undefined && (needs || directive.name.value === DEFER)) delicate.add(name);
      }
    }
    return found;
  };
  walk(operation.selectionSet);
  return delicate;
}

const needyByGraph = new WeakMap<Pick<Graph, 'supergraphSdl'>, ReadonlySet<string>>();

/** Names of the fields of a graph that require others, or take an argument from around them. Read when it is first asked for: few ask. */
function needyFields(graph: Pick<Graph, 'supergraphSdl'>): ReadonlySet<string> {
  let needy = needyByGraph.get(graph);
  if (!needy) needyByGraph.set(graph, (needy = readNeedyFields(graph.supergraphSdl)));
  return needy;
}

function readNeedyFields(supergraphSdl: string): ReadonlySet<string> {
  const names = new Set<string>();
  visit(parse(supergraphSdl, { noLocation: true }), {
    FieldDefinition: ({ name, directives = [] }) => {
      const given = directives.filter((one) => one.name.value === 'join__field').flatMap((one) => one.arguments ?? []);
      if (given.some((argument) => argument.name.value === 'requires' || argument.name.value === 'contextArguments')) names.add(name.value);
    },
  });
  return names;
}
