import type { FetchDataRewrite, FetchNode } from '@apollo/query-planner';
import {
  isObjectType,
  Kind,
  OperationTypeNode,
  parse,
  print,
  stripIgnoredCharacters,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { fetchDocument, type FetchDocument } from '../agencies/reply.js';
import { compositeType } from '../graph/schema-lookup.js';
import { unnamed } from '../graph/unnamed.js';
import { responseKey } from '../graph/response-key.js';
import { objectReader, type ReadingOf } from '../verbatim/reader-code.js';
import { entitiesReader, listsReader, ReplyReader, type ReadEntities } from '../verbatim/reply-reader.js';

/** A response key that is asked of entities that meet all of some type conditions. */
export interface WantedKey {
  readonly key: string;
  readonly on: readonly string[];
}

/** What one `_entities` call asks of its entities. The same object for the same text in one plan, so that equal fetches are seen to be. */
export interface EntityAsk {
  readonly service: string;
  /** Selections of each entity, with their braces. */
  readonly selection: string;
  readonly selectionSet: SelectionSetNode;
  /** Types of the variables it uses beside the representations, by name. */
  readonly variables: ReadonlyMap<string, string>;
  /** It alone in a call. */
  readonly document: FetchDocument;
  /** It has objects below its fields, which later fetches may add to. */
  readonly nested: boolean;
  /** What nobody else brings: what is missing when the agency does not answer. */
  readonly keys: readonly WantedKey[];
  /** What the plan wants changed in what comes. */
  readonly rewrites: readonly FetchDataRewrite[] | undefined;
  /** Reads the list of what comes in a quicker way; undefined where that cannot be done. */
  readonly reader: EntitiesReader | undefined;
}

/** Reads a list of entities of one selection. */
interface EntitiesReader {
  readonly read: ReadEntities;
  /** Something of it is passed on as it came. */
  readonly passesOn: boolean;
}

/** Name of the list of representations of an ask that is alone in its call. */
export const REPRESENTATIONS = 'representations';

const NONE: ReadonlySet<string> = new Set();

/** A fetch of root fields. */
export interface RootAsk {
  readonly service: string;
  readonly operation: OperationDefinitionNode;
  readonly document: FetchDocument;
  readonly variables: readonly string[];
  /** Response keys of its root fields. */
  readonly keys: readonly string[];
}

/**
 * Reads an `_entities` fetch of a plan.
 * @param known keys of the entities, which are asked for only to be checked
 * @param of what of the replies may be passed on as it comes; undefined for nothing
 */
export function entityAsk(
  service: string,
  text: string,
  rewrites: readonly FetchDataRewrite[] | undefined,
  known: ReadonlySet<string> = NONE,
  of?: ReadingOf,
): EntityAsk {
  const operation = operationOf(text);
  const [entities] = operation.selectionSet.selections;
  if (entities?.kind !== Kind.FIELD || !entities.selectionSet) throw new Error('an entity fetch asks for _entities and nothing else');
  const variables = new Map(
    (operation.variableDefinitions ?? [])
      .filter(({ variable }) => variable.name.value !== REPRESENTATIONS)
      .map(({ variable, type }) => [variable.name.value, print(type)]),
  );
  const selection = stripIgnoredCharacters(print(entities.selectionSet));
  const reader = of && entitiesReaderOf(entities.selectionSet, of);
  return {
    service,
    selection,
    selectionSet: entities.selectionSet,
    variables,
    document: fetchDocument(
      `query(${definitions([`$${REPRESENTATIONS}:[_Any!]!`], variables)}){_entities(representations:$${REPRESENTATIONS})${selection}}`,
      false,
      replyReader([{ name: '_entities', reader }]),
    ),
    nested: hasObjects(entities.selectionSet),
    keys: keysOf(entities.selectionSet).filter(({ key }) => key !== '__typename' && !known.has(key)),
    rewrites,
    reader,
  };
}

/** Entities of more than one type are read as JSON. */
function entitiesReaderOf(set: SelectionSetNode, of: ReadingOf): EntitiesReader | undefined {
  const names = new Set(set.selections.map((one) => (one.kind === Kind.INLINE_FRAGMENT ? one.typeCondition?.name.value : undefined)));
  names.delete(undefined);
  const type = names.size === 1 ? compositeType(of.schema, [...names][0]) : undefined;
  const object = isObjectType(type) ? objectReader(type, set, of) : undefined;
  return object && { read: entitiesReader(object.read), passesOn: object.passesOn };
}

/** Reads replies with these lists; undefined where nothing of them is passed on as it comes. */
function replyReader(lists: readonly { readonly name: string; readonly reader: EntitiesReader | undefined }[]): ReplyReader | undefined {
  const read = lists.flatMap(({ name, reader }) => (reader ? [{ name, read: reader.read }] : []));
  if (read.length < lists.length || !lists.some(({ reader }) => reader?.passesOn === true)) return undefined;
  return new ReplyReader(listsReader(read));
}

/** Reads a root fetch of a plan. @param of as for entities */
export function rootAsk(
  { serviceName, operationKind }: Pick<FetchNode, 'serviceName' | 'operationKind'>,
  text: string,
  of?: ReadingOf,
): RootAsk {
  const operation = operationOf(text);
  const root = operationKind === OperationTypeNode.QUERY ? of?.schema.getQueryType() : undefined;
  const reader = of && root ? objectReader(root, operation.selectionSet, of) : undefined;
  return {
    service: serviceName,
    operation,
    document: fetchDocument(
      stripIgnoredCharacters(print(unnamed(operation))),
      operationKind === OperationTypeNode.MUTATION,
      reader?.passesOn === true ? new ReplyReader(reader.read) : undefined,
    ),
    variables: (operation.variableDefinitions ?? []).map(({ variable }) => variable.name.value),
    keys: [...new Set(keysOf(operation.selectionSet).map(({ key }) => key))],
  };
}

/** Several asks in one call, each under its own alias with its own representations. The variables of one question mean the same in all. */
export function joinedDocument(asks: readonly EntityAsk[]): FetchDocument {
  const variables = new Map(asks.flatMap((ask) => [...ask.variables]));
  const representations = asks.map((_, i) => `$${REPRESENTATIONS}_${i}:[_Any!]!`);
  const fields = asks.map(({ selection }, i) => `e${i}:_entities(representations:$${REPRESENTATIONS}_${i})${selection}`);
  const reader = replyReader(asks.map((ask, i) => ({ name: `e${i}`, reader: ask.reader })));
  return fetchDocument(`query(${definitions(representations, variables)}){${fields.join(' ')}}`, false, reader);
}

function definitions(representations: readonly string[], variables: ReadonlyMap<string, string>): string {
  return [...representations, ...[...variables].map(([name, type]) => `$${name}:${type}`)].join(',');
}

function operationOf(text: string): OperationDefinitionNode {
  const operation = parse(text, { noLocation: true }).definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (!operation) throw new Error('the planner gave a fetch without an operation');
  return operation;
}

/** Response keys of a selection. */
function keysOf(set: SelectionSetNode, on: readonly string[] = []): WantedKey[] {
  return set.selections.flatMap((selection) =>
    selection.kind === Kind.FIELD
      ? [{ key: responseKey(selection), on }]
      : selection.kind === Kind.INLINE_FRAGMENT
        ? keysOf(selection.selectionSet, selection.typeCondition ? [...on, selection.typeCondition.name.value] : on)
        : [],
  );
}

function hasObjects(set: SelectionSetNode): boolean {
  return set.selections.some((selection) =>
    selection.kind === Kind.FIELD
      ? selection.selectionSet !== undefined
      : selection.kind === Kind.INLINE_FRAGMENT && hasObjects(selection.selectionSet),
  );
}
