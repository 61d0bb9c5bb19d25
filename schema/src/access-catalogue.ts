import { readFileSync } from 'node:fs';
import { Type, type Static, type TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { parse } from 'yaml';

const Sensitivity = Type.Union([Type.Literal('S1'), Type.Literal('S2'), Type.Literal('S3'), Type.Literal('S4')]);
const Sharing = Type.Union([Type.Literal('UNCONDITIONAL'), Type.Literal('CONDITIONAL'), Type.Literal('NOT_SHARED')]);
const Basis = Type.Union([Type.Literal('SELF'), Type.Literal('MANDATE')]);
const closed = { additionalProperties: false } as const;

const ScopesFile = Type.Object(
  {
    scopes: Type.Record(
      Type.String({ pattern: '^[a-z]+\\.[a-z]+(\\.[a-z]+)?:(read|assert|count|write|subscribe|export)$' }),
      Type.Object({ zh: Type.String(), en: Type.String(), covers: Type.String(), sensitivity: Sensitivity, sharing: Sharing }, closed),
      closed,
    ),
  },
  closed,
);
const PurposesFile = Type.Object(
  {
    purposes: Type.Record(
      Type.String({ pattern: '^[A-Z][A-Z_]+$' }),
      Type.Object(
        {
          zh: Type.String(),
          en: Type.String(),
          bases: Type.Array(Basis, { minItems: 1 }),
          scopes: Type.Union([Type.Literal('*'), Type.Array(Type.String())]),
        },
        closed,
      ),
      closed,
    ),
  },
  closed,
);
const MandatesFile = Type.Object(
  {
    mandates: Type.Array(
      Type.Object(
        {
          id: Type.String(),
          role: Type.Literal('CASEWORKER'),
          party: Type.String(),
          purpose: Type.String(),
          law: Type.String({ minLength: 1 }),
          region: Type.Literal('PERSON_IN_JURISDICTION'),
          case: Type.Union([Type.Literal('NONE'), Type.Literal('REQUIRED')]),
          scopes: Type.Array(Type.String(), { minItems: 1 }),
        },
        closed,
      ),
    ),
  },
  closed,
);

export type ScopeEntry = Static<typeof ScopesFile>['scopes'][string];
export type AccessBasis = Static<typeof Basis>;
export interface PurposeEntry {
  readonly zh: string;
  readonly en: string;
  readonly bases: readonly AccessBasis[];
  readonly scopes: ReadonlySet<string>;
}
export interface MandateEntry extends Omit<Static<typeof MandatesFile>['mandates'][number], 'scopes'> {
  readonly scopes: ReadonlySet<string>;
}
/** Scopes, purposes and mandates, checked against each other. */
export interface AccessCatalogue {
  readonly scopes: ReadonlyMap<string, ScopeEntry>;
  readonly purposes: ReadonlyMap<string, PurposeEntry>;
  readonly mandates: readonly MandateEntry[];
}

function read<T extends TSchema>(name: string, shape: T): Static<T> {
  const file = new URL(`../access/${name}.yaml`, import.meta.url);
  const value: unknown = parse(readFileSync(file, 'utf8'));
  if (!Value.Check(shape, value)) {
    const first = [...Value.Errors(shape, value)][0];
    throw new Error(`schema/access/${name}.yaml: ${first ? `${first.instancePath} ${first.message}` : 'does not fit its shape'}`);
  }
  return value;
}

/**
 * Loads the catalogue beside the SDL.
 * @throws Error naming the file and the entry when something does not fit: a purpose or mandate with an unknown scope, a mandate with
 * an unknown purpose, or one whose purpose does not allow its basis or scopes.
 */
export function loadAccessCatalogue(): AccessCatalogue {
  const scopes = new Map(Object.entries(read('scopes', ScopesFile).scopes));
  const known = (names: readonly string[], where: string): ReadonlySet<string> => {
    for (const name of names) if (!scopes.has(name)) throw new Error(`${where}: scope ${name} is not in schema/access/scopes.yaml`);
    return new Set(names);
  };
  const purposes = new Map(
    Object.entries(read('purposes', PurposesFile).purposes).map(([code, purpose]) => [
      code,
      { ...purpose, scopes: known(purpose.scopes === '*' ? [...scopes.keys()] : purpose.scopes, `schema/access/purposes.yaml ${code}`) },
    ]),
  );
  const mandates = read('mandates', MandatesFile).mandates.map((mandate) => {
    const where = `schema/access/mandates.yaml ${mandate.id}`;
    const purpose = purposes.get(mandate.purpose);
    if (!purpose) throw new Error(`${where}: purpose ${mandate.purpose} is not in schema/access/purposes.yaml`);
    if (!purpose.bases.includes('MANDATE')) throw new Error(`${where}: purpose ${mandate.purpose} does not allow the basis MANDATE`);
    for (const scope of mandate.scopes)
      if (!purpose.scopes.has(scope)) throw new Error(`${where}: purpose ${mandate.purpose} does not cover ${scope}`);
    return { ...mandate, scopes: known(mandate.scopes, where) };
  });
  return { scopes, purposes, mandates };
}
