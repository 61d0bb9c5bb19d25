import { isObjectType } from 'graphql';
import type { Release, ReleaseGroup } from '@yichuang/schema';
import { capacityOf, isSameGrant, refOf, type Grant } from '../access/decide.js';
import type { Judge } from '../access/judge.js';
import type { AccessProfile } from '../access/profile.js';
import type { Graph } from '../graph/graph.js';
import type { Part } from './entities.js';
import type { EntityAsk } from './fetch-documents.js';
import type { Question } from './question.js';

interface Group {
  readonly grant: Grant;
  readonly scopes: readonly string[];
  readonly subjects: string[];
}

/** What may be answered of some subjects, by what it rests on. */
class Groups {
  readonly #groups: Group[] = [];
  readonly #split: ReturnType<typeof splitting> | undefined;

  constructor(readonly judge: Judge) {
    this.#split = judge.bounded ? splitting(judge) : undefined;
  }

  /** @param scopes that were granted of the subject; the same list for what is asked in the same way */
  add(subject: string, scopes: readonly string[]): void {
    const granted = this.judge.grantedTo(subject);
    if (!granted || scopes.length === 0) return;
    const { first, others } = granted;
    if (!others && this.#split) for (const some of this.#split(scopes)) this.#add(subject, first, some);
    else if (!others) this.#add(subject, first, scopes);
    else for (const scope of scopes) this.#add(subject, others.get(scope) ?? first, alone(scope));
  }

  get all(): readonly ReleaseGroup[] {
    return this.#groups.map((group) => asGroup(group, this.judge));
  }

  #add(subject: string, grant: Grant, scopes: readonly string[]): void {
    const known = this.#groups.findLast((group) => group.scopes === scopes && isSameGrant(group.grant, grant));
    if (known) known.subjects.push(subject);
    else this.#groups.push({ grant, scopes, subjects: [subject] });
  }
}

/** What was decided that a mutation may change and be answered with; several fields may name one person. */
export function releaseOfActs(acts: readonly { readonly subject: string; readonly scopes: readonly string[] }[], judge: Judge): Release {
  const bySubject = new Map<string, Set<string>>();
  for (const { subject, scopes } of acts) bySubject.set(subject, new Set([...(bySubject.get(subject) ?? []), ...scopes]));
  const groups = new Groups(judge);
  for (const [subject, scopes] of bySubject) groups.add(subject, [...scopes]);
  return { groups: groups.all };
}

/**
 * What was decided that a call may be answered with: everything it asks of its subjects, because what may not be seen is not asked, and
 * what that rests on.
 * @param scopesOf scopes that an ask needs of one type of entity
 */
export function releaseOf(
  parts: readonly Part[],
  { judge, profile }: Question,
  graph: Graph,
  scopesOf: (ask: EntityAsk, type: string) => readonly string[],
): Release {
  const groups = new Groups(judge);
  let nested = false;
  for (const { entities, from, to } of parts) {
    nested ||= entities.ask.nested;
    for (let number = from; number < to; number++) {
      const type = entities.typename(number);
      const field = graph.access.subject(type)?.field;
      const subject = field === undefined ? undefined : entities.keyField(number, field);
      if (typeof subject === 'string') groups.add(subject, scopesOf(entities.ask, type));
    }
  }
  const units = nested ? unitsOf(profile, graph) : [];
  return { groups: [...groups.all, ...units] };
}

/** The same list for the same scope, so that subjects come together by it. */
const alones = new Map<string, readonly string[]>();
function alone(scope: string): readonly string[] {
  let list = alones.get(scope);
  if (!list) alones.set(scope, (list = [scope]));
  return list;
}

/** What is cut to the rows of a unit is a group of its own: the bound holds for all scopes of a group. */
function splitting(judge: Judge): (scopes: readonly string[]) => readonly (readonly string[])[] {
  const known = new Map<readonly string[], readonly (readonly string[])[]>();
  return (scopes) => {
    let parts = known.get(scopes);
    if (!parts) {
      const cut = scopes.filter((scope) => judge.unitOfRows(scope) !== undefined);
      parts = cut.length === 0 ? [scopes] : [scopes.filter((scope) => !cut.includes(scope)), cut].filter((some) => some.length > 0);
      known.set(scopes, parts);
    }
    return parts;
  };
}

function asGroup({ grant, scopes, subjects }: Group, judge: Judge): ReleaseGroup {
  const ref = refOf(grant);
  const [scope] = scopes;
  const unit = scope === undefined ? undefined : judge.unitOfRows(scope);
  const range = grant.basis === 'CONSENT' ? grant.consent.dataRange : undefined;
  return {
    subjects,
    scopes,
    basis: grant.basis,
    ...(ref === undefined ? {} : { ref }),
    ...(range
      ? { dataRange: { ...(range.from === undefined ? {} : { from: range.from }), ...(range.to === undefined ? {} : { to: range.to }) } }
      : {}),
    ...(unit === undefined ? {} : { rowsOf: unit }),
  };
}

const unitsKnown = new WeakMap<AccessProfile, readonly ReleaseGroup[]>();

/** Units that only a reply names: the agency is told the rule by which the hub will decide about them. */
function unitsOf(profile: AccessProfile, graph: Graph): readonly ReleaseGroup[] {
  let known = unitsKnown.get(profile);
  if (!known) unitsKnown.set(profile, (known = makeUnits(profile, scopesOfUnits(graph))));
  return known;
}

function makeUnits({ caller, catalogue, prospects }: AccessProfile, ofUnits: ReadonlySet<string>): readonly ReleaseGroup[] {
  const { party, jurisdiction } = capacityOf(caller.principal);
  const scopesByRule = new Map<string, { readonly group: Omit<ReleaseGroup, 'scopes'>; readonly scopes: string[] }>();
  for (const scope of catalogue.scopes.keys()) {
    if (!ofUnits.has(scope)) continue;
    const chance = prospects.of(scope, 'UNIT');
    if (chance.kind === 'NEVER') continue;
    for (const way of chance.ways) {
      if (way.kind !== 'MANDATED') continue;
      const { mandate } = way;
      const rule =
        mandate.region === 'OWN_WORKER'
          ? { subjects: party ? [party.code] : [] }
          : { subjects: [], ...(jurisdiction ? { unitsIn: jurisdiction } : {}) };
      const known = scopesByRule.get(mandate.id);
      if (known) known.scopes.push(scope);
      else scopesByRule.set(mandate.id, { group: { ...rule, basis: 'MANDATE', ref: mandate.id }, scopes: [scope] });
    }
  }
  return [...scopesByRule.values()].map(({ group, scopes }) => ({ ...group, scopes }));
}

const unitScopesKnown = new WeakMap<Graph, ReadonlySet<string>>();

/** Scopes that stand at fields of units: others are of persons, and a rule about units must not name them. */
function scopesOfUnits(graph: Graph): ReadonlySet<string> {
  let known = unitScopesKnown.get(graph);
  if (!known) {
    const units = Object.values(graph.full.getTypeMap()).filter(({ name }) => graph.access.subject(name)?.kind === 'UNIT');
    const fields = units.flatMap((type) =>
      isObjectType(type) ? Object.keys(type.getFields()).map((field) => [type.name, field] as const) : [],
    );
    const requirements = fields.map(([type, field]) => graph.access.requirement(type, field)).filter((one) => one !== undefined);
    known = new Set(requirements.flatMap((one) => (one.kind === 'SCOPE' ? [one.scope] : one.scopes)));
    unitScopesKnown.set(graph, known);
  }
  return known;
}
