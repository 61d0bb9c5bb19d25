import { isAbstractType, isObjectType, type GraphQLSchema } from 'graphql';
import type { IsOfType } from './places.js';

/** Says of `__typename`s whether they are fit for a type condition, remembering what it has said: graphs are small, answers are not. */
export function typeConditions(schema: GraphQLSchema): IsOfType {
  const known = new Map<string, Map<string, boolean>>();
  return (typename, condition) => {
    if (typename === condition) return true;
    // An object that does not say what it is came from where it can only be one thing.
    if (typeof typename !== 'string') return true;
    let answers = known.get(condition);
    if (!answers) known.set(condition, (answers = new Map<string, boolean>()));
    let answer = answers.get(typename);
    if (answer === undefined) {
      const type = schema.getType(typename);
      const wanted = schema.getType(condition);
      answer =
        isAbstractType(wanted) &&
        (isObjectType(type) || isAbstractType(type)) &&
        (isObjectType(type) ? schema.isSubType(wanted, type) : schema.getPossibleTypes(type).every((one) => schema.isSubType(wanted, one)));
      // Names come from replies: only those of the graph are worth remembering.
      if (type) answers.set(typename, answer);
    }
    return answer;
  };
}
