import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startThirdParty, type ThirdParty } from '../cli/setup/third-party.js';
import { startProgram, type Program } from './setup/program.js';

/** A longer look: SWAPS=500. */
const SWAPS = Number(process.env['SWAPS'] ?? 24);
const ASIDE = 5;
const HEAP_MB = 128;
/** What the heap may be larger by at the end; a graph and its plans take some MiB. */
const GROWTH_BYTES = 6 * 1024 * 1024;
const QUERY = '{ products { name reviews { stars } } }';

// A program may have to be built first, and every swap starts a thread, on whatever machine this is.
jest.setTimeout(60_000 + SWAPS * 6_000);

let folder: string;
let thirdParty: ThirdParty;
let supergraph: string;
let program: Program;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'swaps-'));
  supergraph = join(folder, 'supergraph.graphql');
  thirdParty = await startThirdParty();
  await serve(0);
  program = await startProgram(supergraph, HEAP_MB);
});
afterAll(async () => {
  await program.stop();
  await thirdParty.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Puts another supergraph in place at once, as an operator would. */
async function serve(version: number): Promise<void> {
  const text = thirdParty.supergraphSdl.replace('type Product\n', `"""Version ${version}."""\ntype Product\n`);
  await writeFile(`${supergraph}.next`, text);
  await rename(`${supergraph}.next`, supergraph);
}

async function ask(query: string): Promise<{ data?: Record<string, unknown>; errors?: unknown }> {
  const response = await fetch(`${program.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as { data?: Record<string, unknown> };
}

async function swap(version: number): Promise<void> {
  await serve(version);
  program.child.kill('SIGHUP');
  const served = async (): Promise<string> => JSON.stringify(await ask('{ __type(name: "Product") { description } }'));
  while (!(await served()).includes(`Version ${version}.`)) await new Promise((resolve) => setTimeout(resolve, 20));
}

(platform() === 'linux' ? describe : describe.skip)('a gateway under load whose supergraph is replaced again and again', () => {
  it('answers every question, and is no larger and no busier afterwards', async () => {
    let over = false;
    let answered = 0;
    const wrong: string[] = [];
    const right = JSON.stringify((await ask(QUERY)).data);
    const load = async (): Promise<void> => {
      while (!over) {
        const text = JSON.stringify(await ask(`query Q${answered % 7} ${QUERY}`).catch(String));
        if (text !== `{"data":${right}}` && !text.startsWith(`{"data":${right},"extensions"`)) wrong.push(text);
        answered++;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    const loads = [load(), load()];
    for (let version = 1; version <= ASIDE; version++) await swap(version);
    const [before, threads] = [await program.heap(), await program.threads()];
    for (let version = ASIDE + 1; version <= SWAPS; version++) await swap(version);
    const after = await program.heap();
    over = true;
    await Promise.all(loads);
    if (process.env['SWAPS_REPORT'] !== undefined)
      process.stdout.write(
        `heap ${(before / 1e6).toFixed(1)} to ${(after / 1e6).toFixed(1)} MB, ${threads} to ${await program.threads()} threads, ${answered} answers\n`,
      );
    expect(wrong).toEqual([]);
    expect(answered).toBeGreaterThan(SWAPS);
    expect(await program.figure('yichuang_supergraph_replacements_total')).toBeGreaterThanOrEqual(SWAPS);
    expect(after - before).toBeLessThan(GROWTH_BYTES);
    // The planner's thread of the graph before may still be ending.
    expect(await program.threads()).toBeLessThanOrEqual(threads + 2);
  });
});
