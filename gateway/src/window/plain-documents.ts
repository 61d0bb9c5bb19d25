import { getNamedType, isAbstractType, TypeInfo, visit, visitWithTypeInfo, type DocumentNode, type GraphQLSchema } from 'graphql';

/** Finds documents that read nothing but the properties of what they are executed on: whoever asks, the answer is the same. */
export class PlainDocuments {
  readonly #known = new WeakMap<DocumentNode, boolean>();

  constructor(readonly schema: GraphQLSchema) {}

  has(document: DocumentNode): boolean {
    let plain = this.#known.get(document);
    if (plain === undefined) this.#known.set(document, (plain = this.#isPlain(document)));
    return plain;
  }

  #isPlain(document: DocumentNode): boolean {
    const types = new TypeInfo(this.schema);
    let plain = true;
    const look = {
      Field: () => {
        const field = types.getFieldDef();
        const type = field ? getNamedType(field.type) : undefined;
        plain &&= type !== undefined && !isAbstractType(type) && (field?.resolve === undefined || field.name === '__typename');
      },
    };
    visit(document, visitWithTypeInfo(types, look));
    return plain;
  }
}
