import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';

const optional = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) => Type.Optional(Type.Union([type, Type.Null()]));

const Systems = Type.Array(
  Type.Object({
    id: Type.String(),
    jurisdictions: Type.Array(Type.String()),
    transport: Type.String(),
    state: Type.Union([Type.Literal('UP'), Type.Literal('DEGRADED'), Type.Literal('DOWN'), Type.Literal('UNKNOWN')]),
    since: optional(Type.String()),
    latencyMs: optional(Type.Number()),
    asOf: optional(Type.String()),
    closed: Type.Boolean(),
  }),
);

/** A legacy system as its agency's subgraph reports it on GET /systems. */
export type ReportedSystem = Static<typeof Systems>[number];

/** Reads the answer of GET /systems. Undefined when it is something else. */
export function readSystems(body: unknown): readonly ReportedSystem[] | undefined {
  return Value.Check(Systems, body) ? body : undefined;
}
