import {
  defaultFieldResolver,
  defaultTypeResolver,
  getNamedType,
  getNullableType,
  isAbstractType,
  isInterfaceType,
  isListType,
  isObjectType,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { catalogued } from '@yichuang/schema';
import { boundedMonths, type Months } from './months.js';
import { rowsOfUnits, type OwnRows } from './own-rows.js';
import type { SchemaAccess } from './schema-access.js';

/** What the guards ask of a question. */
interface GuardedContext {
  readonly question: {
    /** True when the grant names this scope for this subject, and the agency has no stricter rule. */
    allows(scope: string, subject: string): boolean;
    boundsOf(scopes: readonly string[], subject: string): readonly object[];
    unitsOf(scopes: readonly string[], subject: string, isSpell: (scope: string) => boolean): readonly string[];
  };
  /** What a resolver keeps to. */
  readonly months: Months;
  readonly rows: OwnRows;
}

type Resolver = GraphQLFieldResolver<unknown, GuardedContext>;
type Subject = string | undefined;

/** A value together with the subject it is about. The value itself may be shared between subjects, or kept: it is left as it is. */
class About {
  constructor(
    readonly value: unknown,
    readonly subject: Subject,
  ) {}
}

/**
 * Puts a guard before every field that may lead to something personal: a field with @access is resolved only when the grant names its
 * scope for the subject of its object, which is the nearest object with @subject above it, or for a mutation whom its argument names
 * (@about); otherwise its resolver does not run, and it is null with ACCESS_DENIED. What no subject is known of is withheld. The guards are part of the schema: aliases, fragments and abstract
 * types lead to the same resolvers.
 */
export function guardFields(schema: GraphQLSchema, access: SchemaAccess): void {
  const carriers = new Carriers(schema, access);
  const roots = new Set([schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].map((type) => type?.name));
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    if (isAbstractType(type) && carriers.has(type)) {
      const resolveType = type.resolveType ?? defaultTypeResolver;
      type.resolveType = (source: unknown, ...rest) => resolveType(valueOf(source), ...rest);
    }
    if (!isObjectType(type)) continue;
    const { isTypeOf } = type;
    if (isTypeOf) type.isTypeOf = (source: unknown, ...rest) => isTypeOf(valueOf(source), ...rest);
    const key = keyOf(type, access);
    for (const field of Object.values(type.getFields())) {
      const scopes = access.scopes(type, field.name);
      const carries = carriers.has(getNamedType(field.type));
      if (scopes.length === 0 && (roots.has(type.name) || (!key && !carriers.meets(type)))) continue;
      field.resolve = guarded(field, scopes, carries, keyOfAct(access.about(type, field.name)) ?? key, access);
    }
  }
}

type ResolveKey = (value: unknown, ...rest: Parameters<Resolver> extends [unknown, ...infer R] ? R : never) => unknown;

function guarded(
  field: GraphQLField<unknown, unknown>,
  scopes: readonly string[],
  carries: boolean,
  key: ResolveKey | undefined,
  access: SchemaAccess,
): Resolver {
  const resolve = (field.resolve ?? defaultFieldResolver) as Resolver;
  const isList = isListType(getNullableType(field.type));
  return (source, args, context, info) => {
    const value = valueOf(source);
    const answer = (subject: unknown): unknown => {
      const about = typeof subject === 'string' ? subject : undefined;
      for (const scope of scopes)
        if (about === undefined || !context.question.allows(scope, about)) throw catalogued('ACCESS_DENIED', { scope });
      const bounds = about === undefined || scopes.length === 0 ? NO_BOUNDS : context.question.boundsOf(scopes, about);
      const units = about === undefined || scopes.length === 0 ? NO_BOUNDS : context.question.unitsOf(scopes, about, access.isSpell);
      if (bounds.length === 0 && units.length === 0) {
        const result: unknown = resolve(value, args, context, info);
        return carries ? carried(result, about, isList) : result;
      }
      const { own, checked } = boundedContext(context, { months: bounds, units }, scopes, access);
      const result = checked(resolve(value, args, own, info));
      return carries ? carried(result, about, isList) : result;
    };
    if (!key) return answer(source instanceof About ? source.subject : undefined);
    // A field that needs no subject must not wait for one.
    if (scopes.length === 0 && !carries) return resolve(value, args, context, info);
    const subject = key(value, args, context, info);
    return isPromise(subject) ? subject.then(answer) : answer(subject);
  };
}

const NO_BOUNDS: readonly never[] = [];

/**
 * The context in which a field is resolved of which only some months may be shown, or the rows of one unit: its resolver keeps to them.
 * @throws GraphQLError where the field cannot be cut to months, or to units: it is withheld
 */
function boundedContext(
  context: GuardedContext,
  bounds: { readonly months: readonly object[]; readonly units: readonly string[] },
  scopes: readonly string[],
  access: SchemaAccess,
) {
  const [byMonth, byUnit] = [bounds.months.length > 0, bounds.units.length > 0];
  for (const scope of scopes) if (byMonth && access.period(scope) === 'WITHHELD') throw catalogued('ACCESS_DENIED', { scope });
  if (byUnit && !scopes.some((scope) => access.isSpell(scope))) throw catalogued('ACCESS_DENIED', { scope: scopes[0] ?? '' });
  const months = byMonth ? boundedMonths(bounds.months) : context.months;
  const rows = byUnit ? rowsOfUnits(bounds.units) : context.rows;
  let monthsKept = !byMonth || scopes.every((scope) => access.period(scope) === 'TIMELESS');
  let rowsKept = !byUnit;
  const own: GuardedContext = {
    ...context,
    get months() {
      monthsKept = true;
      return months;
    },
    get rows() {
      rowsKept = true;
      return rows;
    },
  };
  /** A resolver that has not asked which months, or whose rows, it may use has not kept to them. */
  const checked = (result: unknown): unknown => {
    if (isPromise(result)) return result.then(checked);
    if (!monthsKept) throw new Error('the resolver of a field that is clipped to months did not ask for them');
    if (!rowsKept) throw new Error('the resolver of a field that is cut to the rows of a unit did not ask for them');
    return result;
  };
  return { own, checked };
}

/** How an object of a type with @subject says whom it is about: its key field, as the agency resolves it. */
function keyOf(type: GraphQLObjectType, access: SchemaAccess): ResolveKey | undefined {
  const subject = access.subject(type);
  const field = subject && type.getFields()[subject.field];
  if (!field) return undefined;
  const resolve = field.resolve as Resolver | undefined;
  if (resolve) return (value, _args, context, info) => resolve(value, {}, context, info);
  return (value) => (typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[field.name] : undefined);
}

/** How a mutation says whom it is about: by an argument. */
function keyOfAct(way: readonly string[] | undefined): ResolveKey | undefined {
  return (
    way &&
    ((_value, args) => way.reduce<unknown>((holder, step) => (holder as Readonly<Record<string, unknown>> | undefined)?.[step], args))
  );
}

function valueOf(source: unknown): unknown {
  return source instanceof About ? source.value : source;
}

/** Says of every object of a result whom it is about. Errors that stand for an object stay as they are. */
function carried(result: unknown, subject: Subject, isList: boolean): unknown {
  if (result === null || result === undefined || result instanceof Error) return result;
  if (isPromise(result)) return result.then((value) => carried(value, subject, isList));
  if (isList && typeof result === 'object' && Symbol.iterator in result)
    return Array.from(result as Iterable<unknown>, (item) => carried(item, subject, Array.isArray(item)));
  return new About(result, subject);
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** Types whose objects must know whom they are about: something of them, or below them before the next subject, needs a scope. */
class Carriers {
  readonly #names = new Set<string>();

  constructor(
    readonly schema: GraphQLSchema,
    readonly access: SchemaAccess,
  ) {
    const types = Object.values(schema.getTypeMap()).filter((type) => isObjectType(type) || isInterfaceType(type));
    for (let before = -1; before < this.#names.size;) {
      before = this.#names.size;
      for (const type of types) {
        if (access.subject(type)) continue;
        const leads = Object.values(type.getFields()).some(
          (field) => access.scopes(type, field.name).length > 0 || this.has(getNamedType(field.type)),
        );
        if (leads) this.#names.add(type.name);
      }
    }
  }

  /** True when objects of a type may come with their subject: they do where another type of the same place needs it. */
  meets(type: GraphQLObjectType): boolean {
    return (
      this.has(type) ||
      Object.values(this.schema.getTypeMap()).some((one) => isAbstractType(one) && this.schema.isSubType(one, type) && this.has(one))
    );
  }

  has(type: GraphQLNamedType): boolean {
    if (isAbstractType(type)) return this.schema.getPossibleTypes(type).some(({ name }) => this.#names.has(name));
    return this.#names.has(type.name);
  }
}
