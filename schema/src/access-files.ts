import { readFileSync } from 'node:fs';
import { Type, type Static, type TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { parse } from 'yaml';

/* The shapes of schema/access/*.yaml: what can be said of one entry by itself. What the entries say of each other is in access-consistency.ts. */

const closed = { additionalProperties: false } as const;
const SCOPE = '^[a-z]+\\.[a-z]+(\\.[a-z]+)?:(read|assert|count|write|subscribe|export)$';
const scopeName = Type.String({ pattern: SCOPE });
const chinese = Type.String({ pattern: '\\p{Script=Han}' });
const english = Type.String({ pattern: '[a-z]' });
const bothLanguages = Type.String({ pattern: '\\p{Script=Han}.* · .*[a-z]' });
const titled = Type.Object({ zh: chinese, en: english }, closed);
const positive = Type.Integer({ minimum: 1 });
const DelegationKind = Type.Enum(['GUARDIAN', 'FAMILY_HELP', 'COURT_APPOINTED', 'NEXT_OF_KIN']);

const Scopes = Type.Object(
  {
    scopes: Type.Record(
      scopeName,
      Type.Object(
        {
          zh: chinese,
          en: english,
          covers: titled,
          sensitivity: Type.Enum(['S1', 'S2', 'S3', 'S4']),
          sharing: Type.Enum(['UNCONDITIONAL', 'CONDITIONAL', 'NOT_SHARED']),
          separate: Type.Optional(Type.Boolean()),
          delegable: Type.Optional(Type.Array(DelegationKind, { minItems: 1, uniqueItems: true })),
          delegableReason: Type.Optional(bothLanguages),
          stepUp: Type.Optional(Type.Boolean()),
          predicateOf: Type.Optional(scopeName),
          period: Type.Optional(Type.Enum(['CLIPPED', 'WITHHELD', 'TIMELESS'])),
          office: Type.Optional(Type.Literal(true)),
          own: Type.Optional(Type.Enum(['UNIT', 'SPELL'])),
          heldBy: Type.Optional(Type.Enum(['hub'])),
        },
        closed,
      ),
      closed,
    ),
  },
  closed,
);

const Purposes = Type.Object(
  {
    purposes: Type.Record(
      Type.String({ pattern: '^[A-Z][A-Z_]+$' }),
      Type.Object(
        {
          zh: chinese,
          en: english,
          notice: titled,
          bases: Type.Array(Type.Enum(['SELF', 'CONSENT', 'MANDATE', 'EMERGENCY']), { minItems: 1, uniqueItems: true }),
          scopes: Type.Union([Type.Literal('*'), Type.Array(scopeName, { minItems: 1, uniqueItems: true })]),
          law: Type.Optional(chinese),
          recipients: Type.Optional(Type.Array(Type.String(), { minItems: 1, uniqueItems: true })),
          dataLifeDays: Type.Optional(positive),
          validDays: Type.Optional(positive),
          maxUses: Type.Optional(positive),
          frequency: Type.Optional(Type.Object({ count: positive, perDays: positive }, closed)),
          through: Type.Optional(DelegationKind),
        },
        closed,
      ),
      closed,
    ),
  },
  closed,
);

const provision = { law: chinese, article: Type.String({ pattern: '^第.+条' }) };
const Mandates = Type.Object(
  {
    parties: Type.Record(Type.String({ pattern: '^[A-Z][A-Z_]+$' }), titled, closed),
    mandates: Type.Array(
      Type.Object(
        {
          id: Type.String({ pattern: '^[a-z][a-z-]+$' }),
          role: Type.Enum(['CASEWORKER', 'REGULATOR', 'EMPLOYER', 'INTEGRATOR']),
          party: Type.String(),
          purpose: Type.String(),
          ...provision,
          besides: Type.Optional(Type.Array(Type.Object(provision, closed), { minItems: 1 })),
          region: Type.Enum(['PERSON_IN_JURISDICTION', 'UNIT_IN_JURISDICTION', 'OWN_WORKER', 'CASE_JURISDICTION']),
          case: Type.Enum(['NONE', 'REQUIRED']),
          notice: Type.Enum(['IMMEDIATE', 'DEFERRED']),
          deferral: Type.Optional(Type.Object({ reason: bothLanguages, days: Type.Integer({ minimum: 1, maximum: 365 }) }, closed)),
          scopes: Type.Array(scopeName, { minItems: 1, uniqueItems: true }),
        },
        closed,
      ),
    ),
  },
  closed,
);

export type WrittenScope = Static<typeof Scopes>['scopes'][string];
export type WrittenPurpose = Static<typeof Purposes>['purposes'][string];
export type WrittenMandate = Static<typeof Mandates>['mandates'][number];
export type DelegationKind = Static<typeof DelegationKind>;

/** The three files as they are written. */
export interface AccessFiles {
  readonly scopes: ReadonlyMap<string, WrittenScope>;
  readonly purposes: ReadonlyMap<string, WrittenPurpose>;
  readonly parties: ReadonlyMap<string, Static<typeof titled>>;
  readonly mandates: readonly WrittenMandate[];
}

/**
 * Reads scopes.yaml, purposes.yaml and mandates.yaml of a folder.
 * @throws Error naming the file, the entry and the field that does not fit
 */
export function readAccessFiles(folder: URL): AccessFiles {
  const { scopes } = read(folder, 'scopes', Scopes);
  const { purposes } = read(folder, 'purposes', Purposes);
  const { parties, mandates } = read(folder, 'mandates', Mandates);
  return {
    scopes: new Map(Object.entries(scopes)),
    purposes: new Map(Object.entries(purposes)),
    parties: new Map(Object.entries(parties)),
    mandates,
  };
}

function read<T extends TSchema>(folder: URL, name: string, shape: T): Static<T> {
  const value: unknown = parse(readFileSync(new URL(`${name}.yaml`, folder), 'utf8'));
  if (Value.Check(shape, value)) return value;
  const first = [...Value.Errors(shape, value)][0];
  throw new Error(
    `schema/access/${name}.yaml: ${first ? `${entryAt(value, first.instancePath)} ${first.message}` : 'does not fit its shape'}`,
  );
}

/** A place in the file by names: entries of a list by their id, not by their number. */
function entryAt(value: unknown, path: string): string {
  const names: string[] = [];
  let at: unknown = value;
  for (const step of path.split('/').slice(1)) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    at = typeof at === 'object' && at !== null ? Object.getOwnPropertyDescriptor(at, key)?.value : undefined;
    const id: unknown = typeof at === 'object' && at !== null && 'id' in at ? at.id : undefined;
    names.push(typeof id === 'string' ? id : key);
  }
  return names.join(' ');
}
