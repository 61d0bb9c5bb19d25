import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readCases, runCase } from '../../src/cases/case.js';
import { caseReport } from '../../src/cases/report.js';

const command = fileURLToPath(new URL('../../src/rules.cli.ts', import.meta.url));
const rules = (...args: string[]) =>
  spawnSync(process.execPath, ['--conditions=@yichuang/source', '--import', 'tsx', command, ...args], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  });

const right = { id: 'A', kind: 'deadline', title: 'A step', input: { from: '2025-03-03', amount: 10 }, expected: { due: '2025-03-17' } };
const wrong = { ...right, id: 'B', expected: { due: '2025-03-16', amount: 10 } };
const refused = { ...right, id: 'C', input: { from: '2025-02-30', amount: 1 }, expected: { refused: { code: 'DATE_INVALID' } } };

describe('a case', () => {
  it.each([
    ['a file of cases', { version: '1', cases: [right, wrong] }, ['A', 'B']],
    ['a list', [right, { ...wrong, id: 7 }], ['A', '7']],
    ['one case without a name', { kind: 'deadline', input: {} }, ['1']],
  ])('is read from %s', (_, json, ids) => {
    expect(readCases(json)?.map(({ id }) => id)).toEqual(ids);
  });

  it.each([[null], ['text'], [{ cases: [{ input: {} }] }], [[{ kind: 'deadline' }]], [{}]])('is not read from %j', (json) => {
    expect(readCases(json)).toBeUndefined();
  });

  it('passes when everything expected came out, whatever came out beside it', () => {
    expect(runCase(right)).toMatchObject({ verdict: 'PASSED', differences: [] });
    expect(runCase(refused)).toMatchObject({ verdict: 'PASSED' });
  });

  it('fails by the path of each figure that differs', () => {
    expect(runCase(wrong)).toMatchObject({
      verdict: 'FAILED',
      differences: [{ at: 'due', expected: '2025-03-16', cameOut: '2025-03-17' }],
    });
    const check = { id: 'D', kind: 'identifier_check', title: '', input: { items: [{ type: 'ORG', value: 'M000100Y4' }] } };
    expect(runCase({ ...check, expected: { results: [{ valid: false }] } }).differences).toMatchObject([{ at: 'results[0].valid' }]);
    expect(runCase({ ...check, expected: { results: [] } }).differences).toMatchObject([{ at: 'results' }]);
    expect(runCase({ ...check, expected: { results: { valid: true } } }).differences).toMatchObject([{ at: 'results' }]);
    expect(runCase({ ...check, expected: { other: 1 } }).differences).toMatchObject([{ at: 'other', cameOut: undefined }]);
  });

  it('names the fields that its question does not read, and nothing that is no field name', () => {
    const input = { ...right.input, amont: 5, '11010519491231002X': 1 };
    expect(runCase({ ...right, input }).answer).toMatchObject({
      figures: { due: '2025-03-17' },
      provisional: [{ reason: 'FIELDS_NOT_READ', text: { en: expect.stringMatching(/: amont, \*$/) } }],
    });
    const segments = [{ from: '202001', to: '202012', area: '440300', tpye: 'DEEMED' }];
    const place = { ...right, kind: 'receiving_place', input: { hukouProvince: '510000', segments } };
    expect(caseReport(runCase(place))).toContain('they changed nothing: segments.tpye');
    expect(runCase(right).answer).toMatchObject({ provisional: [] });
  });

  it('without an expectation is only computed', () => {
    const { id, kind, title, input } = right;
    expect(runCase({ id, kind, title, input })).toMatchObject({ verdict: 'COMPUTED', cameOut: { due: '2025-03-17' } });
  });

  it('is told with what was expected, what came out, and the steps in both languages with their article', () => {
    const told = caseReport(runCase({ ...right, input: { from: '2025-01-20', deadline: 'PENSION_TRANSFER_LETTER' } }));
    expect(told).toContain('✗ A deadline: A step');
    expect(told).toContain('expected  {"due":"2025-03-17"}');
    expect(told).toContain('转入地自受理之日起发出联系函：自2025-01-20起15个工作日 = 2025-02-14');
    expect(told).toContain('15 working days after 2025-01-20 [国办发〔2009〕66号 第八条]');
    expect(caseReport(runCase(refused))).toContain('refused   不是有效日期');
  });
});

describe('the worked cases', () => {
  const cases = readCases(JSON.parse(readFileSync(new URL('../../examples/cases.json', import.meta.url), 'utf8'))) ?? [];

  it.each(cases.map((one) => [one.id, one.kind, one] as const))('%s %s comes out as expected', (_id, _kind, one) => {
    expect(runCase(one).differences).toEqual([]);
  });
});

describe('yichuang rules', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'yichuang-cases-'));
    writeFileSync(join(folder, 'right.json'), JSON.stringify({ cases: [right, refused] }));
    writeFileSync(join(folder, 'wrong.json'), JSON.stringify([right, wrong]));
    writeFileSync(join(folder, 'none.json'), '{');
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('eval ends with 0 when all is as expected, and counts', () => {
    const { status, stdout } = rules('eval', join(folder, 'right.json'));
    expect([status, stdout.trimEnd().split('\n').at(-1)]).toEqual([0, '2 passed, 0 failed']);
  });

  it('eval ends with 1 when a figure differs; with --failed it tells of that case alone', () => {
    const { status, stdout } = rules('eval', '--failed', join(folder, 'wrong.json'));
    expect(status).toBe(1);
    expect(stdout).toMatch(/^✗ B deadline[^]*\n1 passed, 1 failed\n$/);
  });

  it('eval ends with 2 when there is nothing to run, and says why', () => {
    const { status, stderr } = rules('eval', join(folder, 'none.json'));
    expect(status).toBe(2);
    expect(stderr).toMatch(/none.json is no JSON/);
  });
});
