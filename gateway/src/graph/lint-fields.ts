import { Kind } from 'graphql';
import type { AccessCatalogue } from '@yichuang/schema';
import {
  effective,
  ROOT_TYPES,
  type Annotation,
  type DeclaredAbstract,
  type DeclaredField,
  type DeclaredSubgraph,
  type DeclaredType,
} from './annotations.js';
import type { LintFailure } from './lint-failure.js';

/** Rules that look at one field or type at a time: annotated once, with a known scope that may be shared, and able to be withheld. */
export function checkFields(subgraphs: readonly DeclaredSubgraph[], catalogue: AccessCatalogue): LintFailure[] {
  return subgraphs.flatMap((subgraph) => {
    const check = new FieldCheck(subgraph.name, catalogue);
    for (const type of subgraph.types.values()) check.type(type);
    for (const abstract of subgraph.abstracts.values()) check.interface(abstract);
    return check.failures;
  });
}

class FieldCheck {
  readonly failures: LintFailure[] = [];

  constructor(
    readonly subgraph: string,
    readonly catalogue: AccessCatalogue,
  ) {}

  type(type: DeclaredType): void {
    this.#scopes(type.name, type.own);
    this.#contradiction(type.name, type.own);
    if (type.interfaceObject)
      this.#fail(
        'UNDECIDABLE',
        type.name,
        'take @interfaceObject off and declare the object types: decisions go by the type of an entity, and under this name nobody sees it',
      );
    for (const field of type.fields.values()) this.#field(type.name, field, effective(type, field), `the field or on ${type.name}`);
  }

  interface({ name, fields }: DeclaredAbstract): void {
    for (const field of fields.values()) this.#field(name, field, field.own[0], 'the field, and the same on those that implement it');
  }

  #field(type: string, field: DeclaredField, annotation: Annotation | undefined, where: string): void {
    const coordinate = `${type}.${field.name}`;
    if (!annotation)
      this.#fail(
        'NOT_ANNOTATED',
        coordinate,
        `say who may see it: @access(scope: "…") with a scope of schema/access/scopes.yaml, or @public(reason: "…"), on ${where}`,
      );
    this.#contradiction(coordinate, field.own);
    this.#scopes(coordinate, field.own);
    if (field.predicateOf !== undefined) this.#scopes(coordinate, [{ kind: 'ACCESS', scope: field.predicateOf }]);
    this.#predicate(coordinate, field, annotation);
    if (field.fromContext)
      this.#fail(
        'UNDECIDABLE',
        coordinate,
        "take @fromContext off its argument: it would carry values of other people's records past the decisions",
      );
    if (field.type.kind !== Kind.NON_NULL_TYPE) return;
    if (annotation?.kind === 'ACCESS')
      this.#fail(
        'PERSONAL_NON_NULL',
        coordinate,
        'make the type nullable: a field that can be withheld must be able to be null without taking its siblings with it',
      );
    else if (ROOT_TYPES.has(type))
      this.#fail(
        'CROSSING_NON_NULL',
        coordinate,
        'make the type nullable: a non-null root field that fails takes the whole answer with it',
      );
  }

  #contradiction(coordinate: string, own: readonly Annotation[]): void {
    if (own.length > 1) this.#fail('ANNOTATED_TWICE', coordinate, 'keep one of @access and @public: it cannot be both');
  }

  #scopes(coordinate: string, annotations: readonly Annotation[]): void {
    for (const annotation of annotations) {
      if (annotation.kind !== 'ACCESS') continue;
      const entry = this.catalogue.scopes.get(annotation.scope);
      if (!entry)
        this.#fail(
          'SCOPE_UNKNOWN',
          coordinate,
          `scope ${annotation.scope} is not in schema/access/scopes.yaml: correct the name or add the scope there`,
        );
      else if (entry.sharing === 'NOT_SHARED')
        this.#fail(
          'SCOPE_NOT_SHARED',
          coordinate,
          `scope ${annotation.scope} is NOT_SHARED (不予共享): take the field out of the graph, or have its class changed in the data catalogue first`,
        );
    }
  }

  /** What answers yes, no or a number says what it stands for, as the catalogue does. */
  #predicate(coordinate: string, { predicateOf }: DeclaredField, annotation: Annotation | undefined): void {
    const scope = annotation?.kind === 'ACCESS' ? annotation.scope : undefined;
    const wanted = scope === undefined ? undefined : this.catalogue.scopes.get(scope)?.predicateOf;
    if (wanted === predicateOf) return;
    const mend =
      wanted === undefined
        ? 'take @predicate off, or give the field an assert or count scope: with this one it shows the data itself'
        : `say @predicate(of: "${wanted}"), as schema/access/scopes.yaml does for ${scope ?? ''}, or correct it there`;
    this.#fail('PREDICATE_MISMATCH', coordinate, mend);
  }

  #fail(rule: LintFailure['rule'], coordinate: string, message: string): void {
    this.failures.push({ rule, subgraph: this.subgraph, coordinate, message });
  }
}
