import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseDocument, type YAMLSeq } from 'yaml';
import { Window } from './window.js';

/** The province that is not configured at first, though its system is there. */
const NEW = '340000';
const original = new URL('../../../subgraphs/hrss/agency.yaml', import.meta.url);
const QUERY = '{ me { jurisdictions pension { relations { jurisdiction provenance { system } } monthsPaid } } }';

let folder: string;
let window: Window;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yichuang-province-'));
  await symlink(fileURLToPath(new URL('mappings', original)), join(folder, 'mappings'));
  await writeFile(join(folder, 'agency.yaml'), await withoutTheProvince());
  window = await Window.open({ people: 60, agencyFiles: { hrss: pathToFileURL(join(folder, 'agency.yaml')) } });
}, 60_000);
afterAll(async () => {
  await window.close();
  await rm(folder, { recursive: true });
});

describe('a province', () => {
  it('that no configuration names is a gap that says so', async () => {
    const { data, errors } = await window.ask(QUERY, { as: 'courier-four-provinces' });
    expect(data.me.jurisdictions).toContain(NEW);
    expect(data.me.pension.relations.at(-1)).toBeNull();
    expect(errors.map(({ extensions }) => [extensions.code, extensions['jurisdiction']])).toContainEqual(['AGENCY_UNAVAILABLE', NEW]);
  });

  it('joins by configuration alone: one row, and its records are there', async () => {
    const row = systemsOf(await readFile(original, 'utf8')).items.find(isNew);
    const file = join(folder, 'agency.yaml');
    const document = parseDocument(await readFile(file, 'utf8'));
    (document.get('systems') as YAMLSeq).add(row);
    await writeFile(file, document.toString());

    const port = Number(new URL(window.urlOf('hrss')).port);
    await window.stopAgency('hrss');
    await window.startAgency('hrss', port);
    const { data, errors } = await window.ask(QUERY, { as: 'courier-four-provinces' });
    expect(errors).toEqual([]);
    const added = data.me.pension.relations.filter((relation: { jurisdiction: string }) => relation.jurisdiction === NEW);
    expect(added.length).toBeGreaterThan(0);
    for (const relation of added) expect(relation.provenance.system).toBe(`hrss-rest-${NEW}`);
    expect(data.me.pension.monthsPaid).toBeGreaterThan(0);
  });
});

async function withoutTheProvince(): Promise<string> {
  const document = parseDocument(await readFile(original, 'utf8'));
  const systems = document.get('systems') as YAMLSeq;
  systems.items = systems.items.filter((item) => !isNew(item));
  return document.toString();
}

function systemsOf(text: string): YAMLSeq {
  return parseDocument(text).get('systems') as YAMLSeq;
}

function isNew(item: unknown): boolean {
  return JSON.stringify(item).includes(`"id":"hrss-rest-${NEW}"`);
}
