import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { isObjectType, printSchema } from 'graphql';
import { SUPERGRAPH_FILE } from '@yichuang/schema';
import { buildGraph } from '../../src/graph/build-graph.js';
import { readPlannedGraph } from '../../src/planning/planner.js';

const sdl = readFileSync(SUPERGRAPH_FILE, 'utf8');

const read = async (text: string) => {
  const { graph, planner } = await readPlannedGraph(text);
  await planner.stop();
  return graph;
};

describe('a supergraph read in a thread', () => {
  it('is the same graph as one read here, to the last access rule', async () => {
    const [here, there] = [buildGraph(sdl), await read(sdl)];
    expect({ ...there, api: printSchema(there.api), full: printSchema(there.full), access: {} }).toEqual({
      ...here,
      api: printSchema(here.api),
      full: printSchema(here.full),
      access: {},
    });
    const types = Object.values(here.full.getTypeMap()).filter(isObjectType);
    const rules = ({ access }: typeof here) =>
      types.map((type) => [
        access.subject(type.name),
        access.keys(type.name),
        Object.keys(type.getFields()).map((field) => access.requirement(type.name, field)),
      ]);
    expect(there.access.open).toBe(false);
    expect(rules(there)).toEqual(rules(here));
    expect(JSON.stringify(rules(there))).toContain('pension.contributions:read');
  });

  it('is refused with the same words', async () => {
    await expect(read('type Query { nothing: Int }')).rejects.toThrow(messageOf(() => buildGraph('type Query { nothing: Int }')));
    const unannotated = sdl.replaceAll(/@(access|public)\(\w+: "[^"]*"\)/g, '');
    const refusal: unknown = await read(unannotated).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(Error); // of this thread's kind
    expect(refusal).toMatchObject({ message: expect.stringContaining('says neither @access nor @public') });
  });
});

function messageOf(fails: () => unknown): string {
  try {
    fails();
  } catch (error) {
    if (error instanceof Error) return error.message;
  }
  throw new Error('it did not fail');
}
