import { getArgumentValues, Kind, OperationTypeNode, type FieldNode, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';
import type { ErrorCode } from '@yichuang/schema';
import type { DenialEntry } from '../evidence/record.js';
import type { SubjectKind } from '../graph/access-map.js';
import type { Graph } from '../graph/graph.js';
import { compositeType, fieldOf } from '../graph/schema-lookup.js';
import { valueAt } from '../graph/value-at.js';
import { conditionsOf, hold, NEVER, targetOf, type Condition } from '../projection/selection.js';
import type { Cut } from './cut.js';
import { keyOf, type Subject } from './decide.js';
import { recordedDelegation } from './decision-records.js';
import type { DelegationFact } from './facts.js';
import type { DecisionEvidence, Judge } from './judge.js';
import type { Caller } from './principal.js';

/** Whom or what a root field names by its arguments, without asking anybody: subjects the caller holds the reference of already. */
export type NamedSubjects = (field: string, args: Readonly<Record<string, unknown>>) => readonly Subject[];

/** A question of which something was cut before it was planned. */
export interface CutQuestion {
  readonly cut: Cut;
  /** As it was asked. */
  readonly operation: OperationDefinitionNode;
  /** Coerced. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly graph: Graph;
}

/** What was cut for one reason. */
export interface CutDenial {
  readonly code: ErrorCode;
  readonly scopes: readonly string[];
  readonly about: SubjectKind;
  /** The root field that hands out whom it would have been of; undefined where that is only known when agencies answer. */
  readonly root: FieldNode | undefined;
}

/** Where something was cut, and what must hold for it to have been asked. */
interface Site extends Omit<CutDenial, 'scopes'> {
  readonly scope: string;
  readonly conditions: readonly Condition[];
}

/** What was cut from a question, by reason: each scope once. */
export function cutDenials(question: CutQuestion): readonly CutDenial[] {
  const { variables } = question;
  const found = new Map<string, CutDenial & { readonly scopes: string[] }>();
  const roots = new Map<FieldNode | undefined, number>();
  for (const { code, scope, about, root, conditions } of sitesOf(question)) {
    if (!hold(conditions, (name) => variables[name] === true)) continue;
    if (!roots.has(root)) roots.set(root, roots.size);
    const key = `${code} ${about} ${roots.get(root) ?? ''}`;
    const known = found.get(key);
    if (!known) found.set(key, { code, scopes: [scope], about, root });
    else if (!known.scopes.includes(scope)) known.scopes.push(scope);
  }
  return [...found.values()];
}

/**
 * Puts on record what was cut. Callers nobody knows are not: they have been told to sign in, and would fill the record with nobody. What
 * persons were refused of themselves stands in their footprint, not on their record as if somebody else had looked. Persons beyond those
 * one question may be about are not named: otherwise one question could fill the records of 1,500.
 */
export async function recordCut(
  question: CutQuestion,
  { caller, questionId }: { readonly caller: Caller; readonly questionId: string },
  { recorder, recording }: DecisionEvidence,
  named: NamedSubjects,
  judge: Judge,
): Promise<void> {
  const { principal } = caller;
  if (question.cut.withheld.size === 0 || principal.kind === 'ANONYMOUS') return;
  const self = principal.kind === 'CITIZEN' ? principal.ref : undefined;
  const denials = cutDenials(question).map(({ about, root, ...denial }) => {
    const wanted = (root ? namedBy(root, question, named) : []).map((subject) => ({ subject }));
    const beyond = judge.breadth?.beyond(wanted);
    const subjects = wanted
      .map(({ subject }) => subject)
      .filter((subject) => subject.kind === about && keyOf(subject) !== self && !beyond?.has(keyOf(subject)));
    return { ...denial, about, subjects };
  });
  await judge.lookUpDelegations(denials.flatMap(({ subjects }) => subjects.filter(({ kind }) => kind === 'PERSON')));
  const entries = denials.flatMap(({ code, scopes, about, subjects }): DenialEntry[] => {
    const said = { decisionId: questionId, scopes, code, told: code };
    if (subjects.length === 0) return [{ ...said, subjectKind: 'UNNAMED', subjects: [''] }];
    return [...byDelegation(subjects, judge)].map(([delegation, own]) => ({
      ...said,
      subjectKind: about,
      subjects: own,
      ...(delegation ? { delegation: recordedDelegation(delegation) } : {}),
    }));
  });
  if (entries.length > 0) recorder.denied(recording.of(caller, questionId), entries);
}

/** Subjects for whom the caller acts under one delegation, or under none. */
function byDelegation(subjects: readonly Subject[], judge: Judge): ReadonlyMap<DelegationFact | undefined, readonly string[]> {
  const found = new Map<DelegationFact | undefined, string[]>();
  for (const subject of subjects) {
    const delegation = subject.kind === 'PERSON' ? judge.actsFor(subject.ref) : undefined;
    const known = found.get(delegation);
    if (known) known.push(keyOf(subject));
    else found.set(delegation, [keyOf(subject)]);
  }
  return found;
}

function namedBy(root: FieldNode, question: CutQuestion, named: NamedSubjects): readonly Subject[] {
  const args = argumentsOf(root, question);
  const { graph, operation } = question;
  const about = operation.operation === OperationTypeNode.MUTATION ? graph.access.about(root.name.value) : undefined;
  // What a client wrote is named only if it is a reference this hub gave out.
  return about ? named('citizen', { id: valueAt(args, about) }) : named(root.name.value, args);
}

function argumentsOf(root: FieldNode, { graph, operation, variables }: CutQuestion): Readonly<Record<string, unknown>> {
  const type = graph.api.getRootType(operation.operation);
  const field = type && fieldOf(type, root.name.value);
  return field ? getArgumentValues(field, root, variables) : {};
}

// The same cut comes again with the same question.
const known = new WeakMap<Cut, readonly Site[]>();

function sitesOf({ cut, operation, graph }: CutQuestion): readonly Site[] {
  let sites = known.get(cut);
  if (!sites) known.set(cut, (sites = findSites(cut, operation, graph)));
  return sites;
}

/** Where an object stands: above all subjects, in the one its root field hands out, or in another one below that. */
type Place = 'ABOVE' | 'HANDED_OUT' | 'BELOW';

interface Within {
  readonly root: FieldNode | undefined;
  readonly place: Place;
  readonly about: SubjectKind | undefined;
  readonly conditions: readonly Condition[];
}

function findSites({ withheld }: Cut, operation: OperationDefinitionNode, graph: Graph): readonly Site[] {
  const sites: Site[] = [];
  const mutation = graph.api.getMutationType();
  const walk = (set: SelectionSetNode, parent: Parameters<typeof fieldOf>[0], within: Within): void => {
    const subject = graph.access.subject(parent.name);
    const around: Within = subject
      ? { ...within, about: subject.kind, place: within.place === 'ABOVE' && within.root ? 'HANDED_OUT' : 'BELOW' }
      : within;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) continue;
      // A mutation names the person itself.
      const names = selection.kind === Kind.FIELD && parent === mutation && graph.access.about(selection.name.value);
      const here: Within = names ? { ...around, about: 'PERSON', place: 'HANDED_OUT' } : around;
      const own = conditionsOf(selection.directives ?? [], () => false);
      if (own === NEVER) continue;
      const conditions = own.length === 0 ? within.conditions : [...within.conditions, ...own];
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        walk(selection.selectionSet, compositeType(graph.api, selection.typeCondition?.name.value) ?? parent, { ...within, conditions });
        continue;
      }
      const root = here.root ?? selection;
      const why = withheld.get(selection);
      if (why?.scope && here.about)
        sites.push({ ...why, about: here.about, root: here.place === 'HANDED_OUT' ? root : undefined, conditions });
      const target = targetOf(fieldOf(parent, selection.name.value)?.type);
      if (selection.selectionSet && target && !why) walk(selection.selectionSet, target, { ...here, root, conditions });
    }
  };
  const type = graph.api.getRootType(operation.operation);
  if (type) walk(operation.selectionSet, type, { root: undefined, place: 'ABOVE', about: undefined, conditions: [] });
  return sites;
}
