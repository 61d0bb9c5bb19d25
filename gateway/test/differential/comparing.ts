import type { Arbitrary } from 'fast-check';
import { ApolloOracle } from './apollo-oracle.js';
import { blueprintOf, type Blueprint } from './blueprint.js';
import { APOLLOS, HUBS, isConditional, isRight, report, saysNeeds, type Comparison, type Difference } from './differences.js';
import type { GraphFixture } from './graph-fixture.js';
import { HubExecutor } from './hub-executor.js';
import type { Operation, WriterOptions } from './operation-writer.js';
import { operations } from './operations.js';
import type { Outcome } from './outcome.js';
import { Served, truth } from './served.js';
import { World, type WorldOptions } from './world.js';

/** How often each known difference occurred. */
export type Tally = Map<string, number>;

/** One graph with the hub, Apollo's executor and the truth side by side. */
export class Comparing {
  readonly #blueprint: Blueprint;
  readonly #required: ReadonlySet<string>;

  private constructor(
    readonly fixture: GraphFixture,
    readonly hub: HubExecutor,
    readonly apollo: ApolloOracle,
  ) {
    this.#blueprint = blueprintOf(fixture);
    this.#required = new Set([...this.#blueprint.required].map((coordinate) => coordinate.slice(coordinate.indexOf('.') + 1)));
  }

  static async start(fixture: GraphFixture): Promise<Comparing> {
    return new Comparing(fixture, new HubExecutor(fixture), await ApolloOracle.start(fixture));
  }

  /** Operations over this graph's API. */
  operations(options: Omit<WriterOptions, 'api' | 'reserved'> = {}): Arbitrary<Operation> {
    const reserved = new Set([...this.#blueprint.keys.values()].flatMap((keys) => [...keys]));
    return operations({ api: this.fixture.api, reserved, literals: this.fixture.literals, ...options });
  }

  /** A world of this graph, with faults in two of three. */
  world(seed: number, options: Partial<WorldOptions> = {}): World {
    return new World(this.#blueprint, { ...this.fixture, seed, faults: seed % 3 !== 0, ...options });
  }

  /**
   * Asks all three, and counts which known differences there are.
   * @returns what is wrong and not known, for a reader; undefined when there is nothing
   */
  async compare(operation: Operation, seed: number, tally: Record<'hub' | 'apollo', Tally>): Promise<string | undefined> {
    const right = await this.truth(operation, seed);
    const hub = await this.#outcome((served) => this.hub.ask(served, operation), seed);
    const apollo = await this.#outcome((served) => this.apollo.ask(served, operation), seed);
    const beside = { operation, truth: right, required: this.#required };
    return (
      judge('the hub', { ...beside, answer: hub }, HUBS, tally.hub) ??
      judge('Apollo', { ...beside, answer: apollo }, APOLLOS, tally.apollo) ??
      moreCalls({ ...beside, answer: hub }, apollo)
    );
  }

  async truth({ document, variables }: Operation, seed: number, options?: Partial<WorldOptions>): Promise<Outcome> {
    const { data, errors = [] } = await truth(this.fixture.api, this.world(seed, options), document, variables);
    if (data === undefined) throw new Error(`not a valid operation: ${errors[0]?.message ?? ''}`);
    return { data, errors, calls: [] };
  }

  /** The subgraphs over a world of this graph. @param disorder as for `Served` */
  served(seed: number, options?: Partial<WorldOptions>, disorder?: number): Served {
    return new Served(this.fixture.subgraphs, this.world(seed, options), disorder);
  }

  async stop(): Promise<void> {
    await this.apollo.stop();
    await this.hub.stop();
  }

  #outcome(ask: (served: Served) => Promise<Outcome>, seed: number): Promise<Outcome | Error> {
    return ask(this.served(seed)).catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
  }
}

function judge(who: string, comparison: Comparison, known: readonly Difference[], tally: Tally): string | undefined {
  if (isRight(comparison)) return undefined;
  const difference = known.find(({ fits }) => fits(comparison));
  if (!difference) return `${who} answers otherwise than is right\n${report(comparison)}`;
  tally.set(difference.name, (tally.get(difference.name) ?? 0) + 1);
  return undefined;
}

function moreCalls(comparison: Comparison, apollo: Outcome | Error): string | undefined {
  if (comparison.answer instanceof Error || apollo instanceof Error || !isRight({ ...comparison, answer: apollo })) return undefined;
  // Where a condition leaves out what another field required, or all that is asked of an object, Apollo does not ask at all: it is right
  // only by luck.
  if (isConditional(comparison.operation)) return undefined;
  // What a subgraph refused, or could not say for want of what it needs, may have had to be null anyway: right by luck again.
  if (apollo.calls.some(({ refused }) => refused !== undefined) || saysNeeds(apollo)) return undefined;
  const most = apollo.calls.length;
  return comparison.answer.calls.length > most
    ? `the hub makes more calls than Apollo, which makes ${most}\n${report(comparison)}`
    : undefined;
}
