import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import type { ConnectorContext } from './connector.js';

/**
 * Checks a system's settings against what its connector takes and fills in the defaults.
 * @throws Error naming the system and the setting that does not fit; never a setting's value, which may be a credential.
 */
export function readSettings<T extends TSchema>(shape: T, settings: unknown, context: ConnectorContext): Static<T> {
  const filled: unknown = Value.Default(shape, { ...withinTheCall(shape, context), ...structuredClone(settings as object) });
  if (Value.Check(shape, filled)) return filled;
  // A misspelt setting is reported by its name; typebox puts those into the parameters, not into the path.
  const faults = [...Value.Errors(shape, filled)].map((error) => {
    const names =
      'additionalProperties' in error.params
        ? error.params.additionalProperties
        : 'requiredProperties' in error.params
          ? error.params.requiredProperties
          : [];
    const path = error.instancePath.replaceAll('/', '.').replace(/^\./, '');
    return [path, ...(Array.isArray(names) ? names.map(String) : [])].filter((part) => part !== '').join('.') + ` ${error.message}`;
  });
  throw new Error(`system ${context.id}: setting ${faults[0] ?? 'settings do not fit'}`);
}

/** Time limits within a call, as far as the connector has them. */
function withinTheCall(shape: TSchema, { deadlineMs }: ConnectorContext): Readonly<Record<string, number>> {
  const known: unknown = 'properties' in shape ? shape.properties : undefined;
  if (deadlineMs === undefined || typeof known !== 'object' || known === null) return {};
  return Object.fromEntries(['connectMs', 'statementMs'].filter((name) => name in known).map((name) => [name, deadlineMs]));
}
