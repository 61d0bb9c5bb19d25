import { Kind, print, visit } from 'graphql';
import type { Operation } from './operation-writer.js';
import { dataText, explainedNulls, type Outcome } from './outcome.js';

/** What an executor made of an operation, beside what is right. */
export interface Comparison {
  readonly operation: Operation;
  readonly truth: Outcome;
  /** An exception when it did not answer at all. */
  readonly answer: Outcome | Error;
  /** Names of fields that a subgraph requires of another. */
  readonly required: ReadonlySet<string>;
}

/** A difference that is known, and why it is there. */
export interface Difference {
  readonly name: string;
  readonly reason: string;
  readonly fits: (comparison: Comparison) => boolean;
}

/** True when an answer is the right one: the same data in the same order, and an error for the same nulls. */
export function isRight({ truth, answer }: Comparison): boolean {
  return !(answer instanceof Error) && dataText(answer.data) === dataText(truth.data) && isEqual(nullsOf(truth), nullsOf(answer));
}

const NO_PLAN_FOR_INTERFACE_OBJECT: Difference = {
  name: 'no plan: a type condition that leads out of an interface object',
  reason: 'the planner looks for __typename in a subgraph that does not know the kinds of the interface, and throws',
  fits: ({ answer }) => answer instanceof Error && /We should have an edge from/.test(answer.message),
};

const NO_PLAN_FOR_INTROSPECTION: Difference = {
  name: 'no plan: introspection below a condition or a fragment',
  reason: 'the planner takes introspection out only at the root, and throws where it finds it deeper',
  fits: ({ answer }) => answer instanceof Error && /Was not able to find any options for .*__(schema|type)/s.test(answer.message),
};

const REFUSED: Difference = {
  name: 'a subgraph is asked what it refuses',
  reason: 'a required field is selected beside a field of the client under the same key, or with other arguments',
  fits: ({ answer }) => !(answer instanceof Error) && answer.calls.some(({ refused }) => refused?.includes('conflict') === true),
};

const GIVEN_ANOTHER_VALUE: Difference = {
  name: 'a required field is given another value',
  reason: 'the planner tells fields apart by their response key: the client’s field stands in for the required one',
  fits: ({ answer }) => !(answer instanceof Error) && saysNeeds(answer),
};

const TAKEN_FOR_ANOTHER: Difference = {
  name: 'a field of the client is given the value of a required one',
  reason: 'the same confusion the other way: under the client’s key stands what another subgraph required',
  fits: (comparison) =>
    collides(comparison) && !(comparison.answer instanceof Error && !/flatMap|Invalid non-/.test(comparison.answer.message)),
};

const INTERFACE_OBJECT_AS_TYPE: Difference = {
  name: 'the name of an interface object as a type',
  reason: 'an entity call to an interface object answers with the name of the interface, and this overwrites the type that was known',
  fits: (comparison) =>
    !sameData(comparison) &&
    !(comparison.answer instanceof Error) &&
    comparison.answer.calls.some(({ text }) => /_entities.*\.\.\. ?on Media ?(@\S+ ?)?\{\s*__typename/s.test(text)),
};

const EMPTY_OBJECT_LOST: Difference = {
  name: 'an object whose selections are all left out',
  reason: 'the planner drops a field when conditions leave nothing below it, so that nobody asks whether the object is there',
  fits: ({ truth, answer }) => !(answer instanceof Error) && lostEmptyObject(truth.data, answer.data),
};

const REQUIRED_UNDER_CONDITION: Difference = {
  name: 'an entity is not asked for because a field that is left out would have required more',
  reason:
    'fields of one subgraph share a fetch; where a condition leaves one out, what it requires is not fetched, and the others go without',
  fits: (comparison) =>
    comparison.required.size > 0 &&
    isConditional(comparison.operation) &&
    (!sameData(comparison) || isSubset(nullsOf(comparison.answer), nullsOf(comparison.truth))),
};

const SAME_KEYS_IN_OTHER_ORDER = ({ truth, answer }: Comparison): boolean =>
  !(answer instanceof Error) &&
  dataText(answer.data) !== dataText(truth.data) &&
  dataText(sorted(answer.data)) === dataText(sorted(truth.data));

/** Known faults of Apollo's planner and executor, most telling first. */
export const APOLLOS: readonly Difference[] = [
  NO_PLAN_FOR_INTERFACE_OBJECT,
  NO_PLAN_FOR_INTROSPECTION,
  REFUSED,
  GIVEN_ANOTHER_VALUE,
  {
    name: 'keys in another order',
    reason: 'the planner’s operation joins fragments of one type, and Apollo answers in that order',
    fits: SAME_KEYS_IN_OTHER_ORDER,
  },
  INTERFACE_OBJECT_AS_TYPE,
  {
    name: 'fields left out below a fragment on an abstract type',
    reason:
      'without a __typename in the reply Apollo takes an object for one of the fragment’s type, and leaves out what is asked of its own',
    fits: ({ truth, answer }) => !(answer instanceof Error) && lacksKeys(truth.data, answer.data),
  },
  EMPTY_OBJECT_LOST,
  {
    name: 'an entity that fails: its error stands at the entity and not at the nulls it leaves',
    reason: 'Apollo passes on the place in the reply, where the entity is null; in the answer it is not',
    fits: (comparison) =>
      sameData(comparison) &&
      !(comparison.answer instanceof Error) &&
      comparison.answer.errors.some(({ path = [] }) => (valueAt(path, comparison.truth.data) ?? null) !== null),
  },
  {
    name: 'errors of an entity call at another position of a list',
    reason: 'Apollo counts objects where it should count representations',
    fits: (comparison) =>
      sameData(comparison) && isEqual(withoutPositions(nullsOf(comparison.truth)), withoutPositions(nullsOf(comparison.answer))),
  },
  {
    name: 'errors of what nobody asked for',
    reason: 'errors of a subgraph are passed on although the field they are about does not stand in the answer',
    fits: (comparison) => sameData(comparison) && hasErrorNowhere(comparison),
  },
  {
    name: 'nulls without an error beside other errors',
    reason: 'Apollo says where it had to put a null only when no subgraph reported an error',
    fits: (comparison) => sameData(comparison) && isSubset(nullsOf(comparison.answer), nullsOf(comparison.truth)),
  },
  TAKEN_FOR_ANOTHER,
  REQUIRED_UNDER_CONDITION,
  {
    name: 'objects of one kind are not asked for because what is asked of another would have required more',
    reason:
      'what an interface object requires is fetched for the kind it is asked of, and Apollo asks nothing of an object that lacks some of it',
    fits: (comparison) =>
      comparison.required.size > 0 && !sameData(comparison) && hasTypeCondition(comparison.operation) && lacksOnlyExplained(comparison),
  },
];

/** Where the hub answers otherwise than one schema with everything in it would. */
export const HUBS: readonly Difference[] = [
  {
    name: 'a value that clients are not told of is null without an error',
    reason: 'a hidden type or enum value in the data is no fault of anybody: the client sees nothing there',
    fits: (comparison) => sameData(comparison) && isSubset(nullsOf(comparison.answer), nullsOf(comparison.truth)) && hiddenOnly(comparison),
  },
  {
    name: 'what is asked of one type is asked of all, and a null there takes more along',
    reason:
      'not mended: below an interface object the planner asks one entity fetch for objects of all types, and a non-null field that fails there takes what was asked of the others',
    fits: (comparison) => !sameData(comparison) && hasTypeCondition(comparison.operation) && lacksOnlyExplained(comparison),
  },
];

/** The hub's errors leave out no null of the truth but those of hidden values. */
function hiddenOnly({ truth, answer }: Comparison): boolean {
  const said = nullsOf(answer);
  const visible = truth.errors.filter(
    ({ message }) => !/^Enum .* cannot represent value|^Abstract type .* does not exist inside the schema/.test(message),
  );
  return [...explainedNulls(truth.data, visible)].every((place) => said.has(place));
}

/** A subgraph was not told what it needs, or asked what another must tell it. */
export function saysNeeds({ errors }: Outcome): boolean {
  return errors.some(({ message }) => / needs .* and got | cannot tell /.test(message));
}

function sameData({ truth, answer }: Comparison): boolean {
  return !(answer instanceof Error) && dataText(answer.data) === dataText(truth.data);
}

function nullsOf(answer: Outcome | Error): ReadonlySet<string> {
  return answer instanceof Error ? new Set() : explainedNulls(answer.data, answer.errors);
}

function isSubset(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return [...one].every((place) => other.has(place));
}

/** What stands at a path of the data, or the null above it; undefined where the data have no such place. */
function valueAt(path: readonly (string | number)[], data: unknown): unknown {
  return path.reduce<unknown>((object, step) => (typeof object === 'object' && object !== null ? Reflect.get(object, step) : object), data);
}

/** An error is at a place the data do not have. */
function hasErrorNowhere({ answer, truth }: Comparison): boolean {
  return !(answer instanceof Error) && answer.errors.some(({ path = [] }) => valueAt(path, truth.data) === undefined);
}

function withoutPositions(places: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...places].map((place) => place.replace(/(?<=,)\d+(?=[,\]])/g, '@')));
}

function isEqual(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return isSubset(one, other) && isSubset(other, one);
}

/** True when conditions may leave something out of an operation. */
export function isConditional({ document }: Operation): boolean {
  let found = false;
  visit(document, { Directive: () => void (found = true) });
  return found;
}

function hasTypeCondition({ document }: Operation): boolean {
  let found = false;
  visit(document, {
    InlineFragment: ({ typeCondition }) => void (found ||= typeCondition !== undefined),
    FragmentDefinition: () => void (found = true),
  });
  return found;
}

/** The answer is the truth but for nulls, and an error explains each of them. */
function lacksOnlyExplained({ truth, answer }: Comparison): boolean {
  const explained = nullsOf(answer);
  const lacks = (right: unknown, given: unknown, path: readonly (string | number)[]): boolean => {
    if (dataText(right) === dataText(given)) return true;
    if (given === null) return explained.has(JSON.stringify(path));
    if (typeof right !== 'object' || right === null || typeof given !== 'object') return false;
    const keys = Object.keys(right);
    return (
      keys.length === Object.keys(given).length &&
      keys.every((key) => lacks(Reflect.get(right, key), Reflect.get(given, key), [...path, Array.isArray(right) ? Number(key) : key]))
    );
  };
  return !(answer instanceof Error) && lacks(truth.data, answer.data, []);
}

/** The operation uses the name of a required field for another field, or asks a required field itself. */
function collides({ operation, required }: Comparison): boolean {
  let found = false;
  visit(operation.document, {
    Field: ({ name, alias, arguments: given = [] }) => {
      found ||= alias !== undefined && alias.value !== name.value && required.has(alias.value);
      found ||= required.has(name.value) && (given.length > 0 || alias === undefined);
    },
  });
  return found;
}

function lacksKeys(truth: unknown, answer: unknown): boolean {
  if (typeof truth !== 'object' || truth === null || typeof answer !== 'object' || answer === null) return false;
  return Object.entries(truth).some(([key, inner]) => !(key in answer) || lacksKeys(inner, Reflect.get(answer, key)));
}

function lostEmptyObject(truth: unknown, answer: unknown): boolean {
  if (typeof truth !== 'object' || truth === null) return false;
  if (answer === null || answer === undefined)
    return Object.keys(truth).length === 0 || Object.values(truth).some((inner) => lostEmptyObject(inner, null));
  if (typeof answer !== 'object') return false;
  return Object.entries(truth).some(([key, inner]) => lostEmptyObject(inner, (answer as Readonly<Record<string, unknown>>)[key]));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

/** A comparison for a reader. */
export function report({ operation, truth, answer }: Comparison): string {
  const variables = operation.document.definitions.some(
    (one) => one.kind === Kind.OPERATION_DEFINITION && (one.variableDefinitions ?? []).length > 0,
  )
    ? `\nvariables ${JSON.stringify(operation.variables)}`
    : '';
  const side = (name: string, outcome: Outcome): string =>
    `${name} ${dataText(outcome.data)}\n${outcome.errors.map(({ path, message }) => `      ${(path ?? []).join('.')}: ${message}`).join('\n')}`;
  return [
    print(operation.document) + variables,
    side('truth', truth),
    answer instanceof Error ? `fails ${answer.stack ?? answer.message}` : side('answer', answer),
    ...(answer instanceof Error
      ? []
      : answer.calls.map(({ subgraph, text, variables: given }) => `call  ${subgraph} ${text} ${JSON.stringify(given)}`)),
  ].join('\n');
}
