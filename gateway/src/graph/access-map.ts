/**
 * What must be granted before a field may be asked for: one scope, or, for a container that carries none itself (`Citizen.pension`),
 * at least one of the scopes below it. The second keeps `pension { __typename }` from being a way to call an agency about anybody.
 */
export type Requirement =
  { readonly kind: 'SCOPE'; readonly scope: string } | { readonly kind: 'CONTAINER'; readonly scopes: readonly string[] };

/** What the records of an entity type are about. */
export type SubjectKind = 'PERSON' | 'UNIT';

/** What the annotations of a graph say, as plain data that can go from one thread to another. */
export interface AccessRules {
  readonly open: boolean;
  /** By coordinate, as in `Pension.months`. */
  readonly requirements: ReadonlyMap<string, Requirement>;
  /** By entity type. */
  readonly subjects: ReadonlyMap<string, { readonly kind: SubjectKind; readonly field: string }>;
  /** By entity type. */
  readonly keys: ReadonlyMap<string, readonly string[]>;
  /** By coordinate of a mutation: the way to the argument that names the person, as in `input.citizen`. */
  readonly about: ReadonlyMap<string, string>;
}

/** The access annotations of the whole graph, by coordinate. */
export interface AccessMap {
  /** The graph says nothing about access and is served to everybody. */
  readonly open: boolean;
  requirement(type: string, field: string): Requirement | undefined;
  /** Kind and key field of the subject for entity types with @subject. */
  subject(type: string): { readonly kind: SubjectKind; readonly field: string } | undefined;
  /** Key fields of an entity type that are plain and known to all its subgraphs. */
  keys(type: string): readonly string[];
  /** The way to the argument by which a mutation names the person whose affairs it changes; undefined for what changes nothing of anybody. */
  about(mutation: string): readonly string[] | undefined;
}

/** The map of what was read. */
export function accessMap({ open, requirements, subjects, keys, about }: AccessRules): AccessMap {
  const none: readonly string[] = [];
  const ways = new Map([...about].map(([coordinate, argument]) => [coordinate, argument.split('.')]));
  return {
    open,
    requirement: (type, field) => requirements.get(`${type}.${field}`),
    subject: (type) => subjects.get(type),
    keys: (type) => keys.get(type) ?? none,
    about: (mutation) => ways.get(`Mutation.${mutation}`),
  };
}
