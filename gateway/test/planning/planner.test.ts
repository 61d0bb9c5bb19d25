import { readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { composeServices } from '@apollo/composition';
import { Supergraph } from '@apollo/federation-internals';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Kind, parse, type OperationDefinitionNode } from 'graphql';
import { SUPERGRAPH_FILE } from '@yichuang/schema';
import { startPlanner, type Planner, type PlannerLimits, type PlanningEvent } from '../../src/planning/planner.js';

const repository = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
const hub = graphOf(readFileSync(SUPERGRAPH_FILE, 'utf8'));
const maze = graphOf(mazeSdl(6));

function graphOf(supergraphSdl: string) {
  const api = Supergraph.build(supergraphSdl).apiSchema().toGraphQLJSSchema({ includeDefer: true });
  return { supergraphSdl, api, interfaceObjects: new Map<string, string | undefined>() };
}

/** Subgraphs that all serve the same levels: at each of them the planner may stay or hop to any other, and has to look at all ways. */
function mazeSdl(subgraphs: number): string {
  const { supergraphSdl, errors } = composeServices(
    Array.from({ length: subgraphs }, (_, i) => ({
      name: `s${i}`,
      typeDefs: parse(`
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])
        ${i === 0 ? 'type Query { level: Level }' : ''}
        type Level @key(fields: "id") { id: ID! down: Level @shareable only${i}: String }
      `),
    })),
  );
  if (supergraphSdl === undefined) throw new Error(String(errors));
  return supergraphSdl;
}

/** A way through the maze that takes longer than anybody can wait from eight levels on. */
function descent(levels: number): OperationDefinitionNode {
  let body = Array.from({ length: 6 }, (_, i) => `only${i}`).join(' ');
  for (let level = 0; level < levels; level++) body = `down { ${body} }`;
  return operationOf(`{ level { ${body} } }`);
}

function operationOf(text: string): OperationDefinitionNode {
  const operation = parse(text).definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (!operation) throw new Error('no operation');
  return operation;
}

const PARTS = [
  'pension { monthsPaid }',
  'pension { account { balance } }',
  'pension { relations { scheme } }',
  'unemployment { relations { scheme } }',
  'occupationalInjury { relations { scheme } }',
  'medical { continuousMonths }',
];

/** A question about a person. @param which one of 63 that differ in more than names and values, from 1 on */
const citizen = (id: string, which: number, name = 'Q') =>
  operationOf(`query ${name} { citizen(id: "${id}") { ${PARTS.filter((_, part) => which & (1 << part)).join(' ')} } }`);

let events: PlanningEvent[] = [];
let planners: Planner[] = [];
const plannings = () => events.filter((event) => event.kind === 'PLANNING');
const lost = () => events.filter((event) => event.kind === 'THREAD_LOST').map(({ reason }) => reason);

function start(graph: typeof hub, limits: PlannerLimits = {}): Planner {
  const planner = startPlanner(graph, limits, (event) => events.push(event));
  planners.push(planner);
  return planner;
}

beforeEach(() => {
  events = [];
});

afterEach(async () => {
  await Promise.all(planners.map((planner) => planner.stop()));
  planners = [];
});

/** Plans as promises, whether they were known or not. */
function asking(planner: Planner) {
  return async (operation: OperationDefinitionNode) => planner.plan(operation);
}

describe('a planner', () => {
  let planner: Planner;
  beforeAll(() => {
    planner = startPlanner(hub, {}, (event) => events.push(event));
  });
  afterAll(() => planner.stop());

  it('plans once for fifty who ask the same at once, whatever their names and values, and gives all the same plan', async () => {
    const plan = asking(planner);
    const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => plan(citizen(String(i), 40, `N${i}`))));
    expect(new Set(answers.map((answer) => answer.ok && answer.plan)).size).toBe(1);
    expect(plannings()).toEqual([{ kind: 'PLANNING', outcome: 'PLANNED', waitedMs: expect.any(Number), tookMs: expect.any(Number) }]);
    expect(answers.map((answer) => answer.ok && answer.variables[0])).toEqual(
      Array.from({ length: 50 }, (_, i) => ({ name: 'v0', from: 'LITERAL', json: JSON.stringify(String(i)) })),
    );
  });

  it('answers at once what it has planned before', async () => {
    const operation = citizen('1', 41);
    const first = await planner.plan(operation);
    expect(planner.plan(operation)).toBe(first);
    const other = planner.plan(citizen('2', 41));
    expect(other).not.toBeInstanceOf(Promise);
    expect(other).toMatchObject({ ok: true, plan: first.ok && first.plan });
    expect(plannings()).toHaveLength(1);
  });

  it('makes plans whose texts hold no value and whose deferred parts carry the labels it names', async () => {
    const plan = asking(planner);
    const operation = operationOf(
      '{ citizen(id: "11010519491231002X") { id ... @defer(label: "11010519491231002X") { pension { monthsPaid } } } }',
    );
    const answer = await plan(operation);
    if (!answer.ok) throw new Error(answer.code);
    expect(JSON.stringify(answer.plan)).not.toContain('11010519491231002X');
    expect(answer.plan.node?.kind === 'Defer' && answer.plan.node.deferred.map(({ label }) => label)).toEqual(['d0']);
    expect([...answer.deferLabels.values()]).toEqual(['d0']);
  });

  it('leaves the event loop to others while many new operations are planned', async () => {
    const plan = asking(planner);
    await plan(citizen('1', 42));
    events = [];
    const before = performance.eventLoopUtilization();
    await Promise.all(Array.from({ length: 30 }, (_, i) => plan(citizen('1', i + 1))));
    const { active } = performance.eventLoopUtilization(before);
    const took = plannings().reduce((sum, { tookMs }) => sum + tookMs, 0);
    expect(plannings()).toHaveLength(30);
    expect(active).toBeLessThan(took / 2); // on one thread, it would be all of it
  });

  it('rejects when the planner fails for another reason, without the client’s text, and goes on', async () => {
    const plan = asking(planner);
    const wrong = operationOf('{ citizen(id: "11010519491231002X") { secret11010519491231002X } }');
    const error: unknown = await plan(wrong).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(error instanceof Error && `${error.message} ${error.stack ?? ''}`).not.toContain('11010519491231002X');
    expect(await plan(citizen('1', 43))).toMatchObject({ ok: true });
  });

  it('plans ahead what can be planned and counts the rest', async () => {
    const wrong = operationOf('{ citizen(id: "1") { nothing } }');
    expect(await planner.warm([citizen('1', 44), wrong, operationOf('{ enterprise(creditCode: "x") { name } }')])).toEqual({
      planned: 2,
      failed: 1,
    });
    expect(planner.plan(citizen('2', 44))).not.toBeInstanceOf(Promise);
  });

  it('rejects what is asked or under way when it is stopped', async () => {
    const stopped = start(hub);
    const underWay = Promise.resolve(stopped.plan(citizen('1', 63)));
    const outcome = expect(underWay).rejects.toThrow('stopped');
    await stopped.stop();
    await outcome;
    await expect(Promise.resolve(stopped.plan(citizen('1', 63)))).rejects.toThrow('stopped');
  });
});

describe('an operation that explodes', () => {
  const boundless = { pathsLimit: 10_000_000, maxEvaluatedPlans: 10_000_000 };

  it('is refused at the deadline while the main thread goes on, and those behind it are planned by the next thread', async () => {
    const plan = asking(start(maze, { ...boundless, deadlineMs: 2_000 }));
    await plan(operationOf('{ level { id } }'));
    const before = performance.eventLoopUtilization();
    const [hostile, harmless] = await Promise.all([plan(descent(12)), plan(descent(0))]);
    expect(hostile).toEqual({ ok: false, code: 'PLANNING_TIMEOUT' });
    expect(harmless).toMatchObject({ ok: true });
    expect(lost()).toEqual(['DEADLINE']);
    expect(performance.eventLoopUtilization(before).utilization).toBeLessThan(0.5);
  });

  it('is refused without another try for a while, not for good', async () => {
    const remembering = start(maze, { ...boundless, deadlineMs: 300 });
    expect(await remembering.plan(descent(12))).toEqual({ ok: false, code: 'PLANNING_TIMEOUT' });
    expect(remembering.plan(descent(12))).toEqual({ ok: false, code: 'PLANNING_TIMEOUT' });
    expect(lost()).toEqual(['DEADLINE']);
    events = [];
    const plan = asking(start(maze, { ...boundless, deadlineMs: 300, timeoutKeptMs: 0 }));
    await plan(descent(12));
    await plan(descent(12));
    expect(lost()).toEqual(['DEADLINE', 'DEADLINE']);
  });

  it('is refused as too complex by the planner’s own limits, and for good', async () => {
    const limited = start(maze, { pathsLimit: 100 });
    expect(await limited.plan(descent(12))).toEqual({ ok: false, code: 'QUERY_TOO_COMPLEX' });
    expect(limited.plan(descent(12))).toEqual({ ok: false, code: 'QUERY_TOO_COMPLEX' });
    expect(lost()).toEqual([]);
  });

  it('takes the thread’s memory and not the process’s', async () => {
    const plan = asking(start(maze, { ...boundless, deadlineMs: 600_000, maxHeapMb: 40 }));
    expect(await plan(descent(12))).toEqual({ ok: false, code: 'QUERY_TOO_COMPLEX' });
    expect(lost()).toEqual(['MEMORY']);
    expect(await plan(descent(0))).toMatchObject({ ok: true });
  }, 120_000);

  it('does not make the row longer than its bound', async () => {
    const plan = asking(start(maze, { maxWaiting: 2 }));
    const answers = await Promise.all([0, 1, 2, 3].map((levels) => plan(descent(levels))));
    expect(answers.map((answer) => (answer.ok ? 'planned' : answer.code))).toEqual([
      'planned',
      'planned',
      'PLANNING_TIMEOUT',
      'PLANNING_TIMEOUT',
    ]);
    expect(await plan(descent(2))).toMatchObject({ ok: true });
  });
});

describe('the thread', () => {
  it('rejects what waits for it when it cannot read its supergraph', async () => {
    const plan = asking(start({ ...hub, supergraphSdl: 'type Query { nothing: Int }' }));
    await expect(plan(citizen('1', 63))).rejects.toThrow('did not start');
  });

  it('keeps no process alive that has nothing else to do', () => {
    const program = `
      import { startPlanner } from './gateway/src/planning/planner.ts';
      import { readFileSync } from 'node:fs';
      import { buildSchema, parse } from 'graphql';
      const api = buildSchema('type Query { viewer: Int }');
      const supergraphSdl = readFileSync(${JSON.stringify(fileURLToPath(SUPERGRAPH_FILE))}, 'utf8');
      const planner = startPlanner({ api, supergraphSdl, interfaceObjects: new Map() });
      const answer = await planner.plan(parse('{ viewer { role } }').definitions[0]);
      process.stdout.write(String(answer.ok));
    `;
    const output = execFileSync(
      process.execPath,
      ['--conditions=@yichuang/source', '--import', 'tsx', '--input-type=module', '-e', program],
      {
        cwd: repository,
        encoding: 'utf8',
        timeout: 60_000,
        env: { ...process.env, NODE_OPTIONS: '' },
      },
    );
    expect(output).toBe('true');
  }, 60_000);
});
