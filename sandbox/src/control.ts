import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import type { LedgerView } from './ledger/order-desk.js';
import { isLoopbackHost } from './loopback.js';
import type { World } from './people/model.js';
import type { DirtEntry } from './people/tables.js';
import { FAULT_KINDS, type Fault, type StandIn } from './systems/stand-in.js';

export interface ControlOptions {
  /** TCP port on 127.0.0.1; 0 lets the system choose. */
  readonly port?: number;
  readonly world: World;
  /** Read when somebody asks: making the manifest of a large world takes a while. */
  readonly manifest: () => readonly DirtEntry[];
  readonly systems: ReadonlyMap<string, StandIn>;
  /** Lets a night pass for the offices that work at night. */
  readonly night: () => Promise<void>;
  /** The sums of all accounts, pools and clearing. */
  readonly ledger: () => LedgerView;
  /** Absent when the sandbox runs without PostgreSQL. */
  readonly restartPostgres?: () => Promise<void>;
}

export interface Control {
  readonly url: string;
  close(): Promise<void>;
}

const FaultBody = Type.Object(
  {
    kind: Type.Union(FAULT_KINDS.map((kind) => Type.Literal(kind))),
    milliseconds: Type.Optional(Type.Integer({ minimum: 0, maximum: 600_000 })),
    fen: Type.Optional(Type.Integer({ minimum: -1_000_000_000, maximum: 1_000_000_000 })),
    times: Type.Optional(Type.Integer({ minimum: 1 })),
  },
  { additionalProperties: false },
);

/**
 * The control endpoint of the sandbox: what the systems are, how often they were called, and what they shall do wrong. It listens on
 * 127.0.0.1, answers only requests addressed to this machine, and lets no web page of another origin read or change anything.
 */
export async function startControl({
  port = 0,
  world,
  manifest,
  systems,
  night,
  ledger,
  restartPostgres,
}: ControlOptions): Promise<Control> {
  const app = Fastify({ bodyLimit: 4096, forceCloseConnections: true });
  // PUT and DELETE are preflighted by browsers and POST needs no body here, so refusing foreign origins closes the rest.
  app.addHook('onRequest', async (request, reply) => {
    const { host, origin } = request.headers;
    const foreign = origin !== undefined && !(URL.canParse(origin) && isLoopbackHost(new URL(origin).host));
    if (!isLoopbackHost(host) || foreign) await refuse(reply, 421, 'The control endpoint answers only requests from and to this machine.');
  });

  const faults = new FaultBook(systems);
  app.get('/systems', () => [...systems.values()].map((system) => describe(system, faults)));
  app.get('/calls', () => Object.fromEntries([...systems.values()].map((system) => [system.id, system.calls()])));
  app.get('/manifest', () => manifest());
  app.get('/ledger', () => ledger());
  app.get('/personas', () => world.personas.map(({ key, title, story, life }) => ({ key, title, story, citizenNumber: life.number })));
  app.post('/calls/reset', async (_request, reply) => {
    faults.resetCalls();
    await reply.code(204).send();
  });
  app.delete('/faults', async (_request, reply) => {
    await faults.clearAll();
    await reply.code(204).send();
  });
  app.post('/nights', async (_request, reply) => {
    await night();
    await reply.code(204).send();
  });
  app.post('/postgres/restart', async (_request, reply) => {
    if (!restartPostgres) return refuse(reply, 404, 'This sandbox runs without PostgreSQL.');
    await restartPostgres();
    await reply.code(204).send();
  });
  addFaultRoutes(app, systems, faults);

  const url = await app.listen({ port, host: '127.0.0.1' });
  return { url, close: () => app.close() };
}

function addFaultRoutes(app: FastifyInstance, systems: ReadonlyMap<string, StandIn>, faults: FaultBook): void {
  app.put<{ Params: { id: string } }>('/systems/:id/fault', async (request, reply) => {
    const system = systems.get(request.params.id);
    if (!system) return refuse(reply, 404, 'There is no system by that id. GET /systems lists them.');
    const fault = readFault(request.body);
    if (typeof fault === 'string') return refuse(reply, 400, fault);
    if (!system.faults.has(fault.kind)) {
      return refuse(reply, 400, `${system.id} cannot show the fault ${fault.kind}. It can show: ${[...system.faults].join(', ')}.`);
    }
    await faults.set(system, fault);
    await reply.send(describe(system, faults));
  });
  app.delete<{ Params: { id: string } }>('/systems/:id/fault', async (request, reply) => {
    const system = systems.get(request.params.id);
    if (!system) return refuse(reply, 404, 'There is no system by that id. GET /systems lists them.');
    await faults.set(system, undefined);
    await reply.code(204).send();
  });
}

/** The faults in force. A stand-in counts its fault down by itself; its call counter says how far. */
class FaultBook {
  readonly #set = new Map<string, { readonly fault: Fault; readonly callsBefore: number }>();

  constructor(private readonly systems: ReadonlyMap<string, StandIn>) {}

  async set(system: StandIn, fault: Fault | undefined): Promise<void> {
    await system.setFault(fault);
    if (fault) this.#set.set(system.id, { fault, callsBefore: system.calls() });
    else this.#set.delete(system.id);
  }

  async clearAll(): Promise<void> {
    await Promise.all([...this.systems.values()].map((system) => this.set(system, undefined)));
  }

  resetCalls(): void {
    for (const system of this.systems.values()) {
      const entry = this.#set.get(system.id);
      if (entry) this.#set.set(system.id, { ...entry, callsBefore: entry.callsBefore - system.calls() });
      system.resetCalls();
    }
  }

  of(system: StandIn): Fault | undefined {
    const entry = this.#set.get(system.id);
    if (!entry) return undefined;
    const met = system.calls() - entry.callsBefore;
    return entry.fault.times !== undefined && met >= entry.fault.times ? undefined : entry.fault;
  }
}

interface SystemDescription {
  readonly id: string;
  readonly faults: readonly string[];
  readonly fault: Fault | null;
  readonly calls: number;
}

function describe(system: StandIn, faults: FaultBook): SystemDescription {
  return { id: system.id, faults: [...system.faults], fault: faults.of(system) ?? null, calls: system.calls() };
}

function readFault(body: unknown): Fault | string {
  if (!Value.Check(FaultBody, body)) {
    return `A fault is {"kind": ..., "milliseconds"?: ..., "fen"?: ..., "times"?: ...} with kind one of ${FAULT_KINDS.join(', ')}.`;
  }
  const { kind, milliseconds, fen, times }: Static<typeof FaultBody> = body;
  if (kind === 'latency' && milliseconds === undefined) return 'The fault latency needs "milliseconds".';
  return {
    kind,
    ...(milliseconds === undefined ? {} : { milliseconds }),
    ...(fen === undefined ? {} : { fen }),
    ...(times === undefined ? {} : { times }),
  };
}

async function refuse(reply: FastifyReply, status: number, message: string): Promise<void> {
  await reply.code(status).send({ error: message });
}
