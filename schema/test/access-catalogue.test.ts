import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadAccessCatalogue, provisionOf, SUBGRAPHS, subgraphSdl } from '@yichuang/schema';
import { accessCataloguePage } from '../src/access-page.js';
import { scopeFields } from '../src/scope-fields.js';

const FILES = ['scopes', 'purposes', 'mandates'] as const;
type FileName = (typeof FILES)[number];
const written = (file: FileName): string => readFileSync(new URL(`../access/${file}.yaml`, import.meta.url), 'utf8');
const folders: string[] = [];

/** Loads the real catalogue with something in it replaced, which must be there. */
function loadWith(changes: readonly [FileName, string, string][]): unknown {
  const folder = mkdtempSync(join(tmpdir(), 'access-'));
  folders.push(folder);
  for (const file of FILES) {
    const text = changes
      .filter(([of]) => of === file)
      .reduce((before, [, from, to]) => {
        if (!before.includes(from)) throw new Error(`${file}.yaml no longer holds ${from}`);
        return before.replace(from, to);
      }, written(file));
    writeFileSync(join(folder, `${file}.yaml`), text);
  }
  return loadAccessCatalogue(pathToFileURL(`${folder}/`));
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

const DEFERRAL = 'deferral: { reason: 影响检查 · would hinder an inspection, days: 90 }';
const SECRET =
  '  risk.secret:read: { zh: 内部, en: internal, covers: { zh: 内部, en: internal }, sensitivity: S2, sharing: NOT_SHARED }\n  # Work\n';
const HIRING = '      - pension.months:count\n      - pension.months:assert\n\n  RIGHTS_SUPPORT:';
const hiringWith = (scope: string): string => HIRING.replace('\n\n', `\n      - ${scope}\n\n`);
const COUNTED = '    delegable: [GUARDIAN, COURT_APPOINTED, FAMILY_HELP, NEXT_OF_KIN]\n    predicateOf: pension.contributions:read';
const DUTIES = '      - enterprise.headcount:count\n      - enterprise.standing:read\n\n  - id: hiring-supervision';

/** One thing wrong at a time, and what the refusal names. */
const refusals: readonly { what: string; changes: readonly [FileName, string, string][]; says: string }[] = [
  {
    what: 'a field of an entry that has the wrong shape',
    changes: [['mandates', 'notice: IMMEDIATE', 'notice: NEVER']],
    says: 'schema/access/mandates.yaml: mandates counter-service notice',
  },
  {
    what: 'a notice that is deferred without a reason and an end',
    changes: [['mandates', 'notice: IMMEDIATE', 'notice: DEFERRED']],
    says: 'mandates.yaml counter-service: deferral (a reason and days) belongs to notice: DEFERRED',
  },
  {
    what: 'a reason for deferring what is told at once',
    changes: [['mandates', 'notice: IMMEDIATE', `notice: IMMEDIATE\n    ${DEFERRAL}`]],
    says: 'mandates.yaml counter-service: deferral (a reason and days) belongs to notice: DEFERRED',
  },
  {
    what: 'a notice deferred for more than a year',
    changes: [['mandates', 'notice: IMMEDIATE', `notice: DEFERRED\n    ${DEFERRAL.replace('90', '366')}`]],
    says: 'schema/access/mandates.yaml: mandates counter-service deferral',
  },
  {
    what: 'a deferred notice of what is done in a case, which the person is told of',
    changes: [['mandates', 'case: REQUIRED\n    notice: IMMEDIATE', `case: REQUIRED\n    notice: DEFERRED\n    ${DEFERRAL}`]],
    says: 'mandates.yaml record-printout: notice: DEFERRED cannot go with a case',
  },
  {
    what: 'a scope a consent may hold that does not say what is left of it in a bounded period',
    changes: [['scopes', `    period: CLIPPED\n${COUNTED}`, COUNTED]],
    says: 'purposes.yaml HIRING_CHECK: a consent may bound the months of pension.months:count',
  },
  { what: 'a field nobody knows', changes: [['scopes', 'stepUp: true', 'stepsUp: true']], says: 'schema/access/scopes.yaml: scopes' },
  {
    what: 'a sensitive scope without a tick of its own',
    changes: [
      ['scopes', '    sensitivity: S4\n    sharing: CONDITIONAL\n    separate: true\n', '    sensitivity: S4\n    sharing: CONDITIONAL\n'],
    ],
    says: 'scopes.yaml identity.number:read: S4 needs separate: true',
  },
  {
    what: 'a delegable scope that writes, without a reason',
    changes: [['scopes', '    delegableReason: 个人信息保护法第三十一条 · a guardian decides for a person who cannot\n', '']],
    says: 'scopes.yaml consent.requests:write: write is not delegable unless',
  },
  {
    what: 'a kind of delegation nobody knows',
    changes: [['scopes', 'delegable: [GUARDIAN, COURT_APPOINTED]', 'delegable: [GUARDIAN, NEIGHBOUR]']],
    says: 'schema/access/scopes.yaml: scopes identity.number:read delegable 1',
  },
  {
    what: 'a count that does not say what it stands for',
    changes: [['scopes', '    predicateOf: pension.relations:read\n', '']],
    says: 'scopes.yaml enterprise.headcount:count: predicateOf must name',
  },
  {
    what: 'a count of an unknown scope',
    changes: [['scopes', 'predicateOf: pension.relations:read', 'predicateOf: pension.everything:read']],
    says: 'enterprise.headcount:count: predicateOf names pension.everything:read',
  },
  {
    what: 'a count of a count',
    changes: [['scopes', 'predicateOf: pension.relations:read', 'predicateOf: pension.months:count']],
    says: 'enterprise.headcount:count: predicateOf names pension.months:count, which is no read scope',
  },
  {
    what: 'a scope in no purpose',
    changes: [
      ['scopes', '  # Work\n', SECRET.replace('NOT_SHARED', 'CONDITIONAL')],
      ['purposes', "    scopes: '*'", '    scopes: [identity.person:read]'],
    ],
    says: 'it is in no purpose',
  },
  {
    what: 'a scope that is not shared in a purpose of others',
    changes: [
      ['scopes', '  # Work\n', SECRET],
      ['purposes', HIRING, hiringWith('risk.secret:read')],
    ],
    says: 'purposes.yaml HIRING_CHECK: scope risk.secret:read is NOT_SHARED',
  },
  {
    what: 'what the hub holds for the person in a purpose of others',
    changes: [['purposes', HIRING, hiringWith('accesslog.entries:read')]],
    says: 'purposes.yaml HIRING_CHECK: scope accesslog.entries:read is held by the hub',
  },
  {
    what: 'everything at once for a third party',
    changes: [['purposes', '    bases: [SELF]', '    bases: [SELF, MANDATE]']],
    says: "purposes.yaml OWN_RECORD: scopes: '*' is for the person's own purposes",
  },
  {
    what: 'a purpose with an unknown scope',
    changes: [['purposes', HIRING, hiringWith('pension.everything:read')]],
    says: 'purposes.yaml HIRING_CHECK: scope pension.everything:read is not in',
  },
  {
    what: 'records for an employer who hires',
    changes: [['purposes', HIRING, hiringWith('pension.contributions:read')]],
    says: 'purposes.yaml HIRING_CHECK: an employer may not have pension.contributions:read',
  },
  {
    what: "a worker's employments at others for the present employer",
    changes: [['scopes', '    own: SPELL\n', '']],
    says: 'mandates.yaml employer-duties: an employer may not have employment.registered:read',
  },
  {
    what: 'a scope the family may not be given, for the family',
    changes: [['purposes', '    through: FAMILY_HELP', '    through: NEXT_OF_KIN']],
    says: 'purposes.yaml FAMILY_HELP: scope identity.card:read is not delegable to NEXT_OF_KIN',
  },
  {
    what: 'a consent nobody may ask for',
    changes: [['purposes', '    recipients: [EMPLOYER]\n', '']],
    says: 'purposes.yaml HIRING_CHECK: recipients must name',
  },
  {
    what: 'a recipient nobody knows',
    changes: [['purposes', 'recipients: [EMPLOYER]', 'recipients: [NEIGHBOUR]']],
    says: 'HIRING_CHECK: recipient NEIGHBOUR is not among the parties',
  },
  ...(['dataLifeDays: 30', 'validDays: 90', 'maxUses: 3'] as const).map((limit) => ({
    what: `a consent without ${limit.replace(/:.*/, '')}`,
    changes: [['purposes', `    ${limit}\n`, '']] as const satisfies readonly [FileName, string, string][],
    says: `purposes.yaml HIRING_CHECK: it has the basis CONSENT, so ${limit.replace(/:.*/, '')}`,
  })),
  {
    what: 'limits of a consent on a mandate',
    changes: [['purposes', '    law: 《社会保险经办条例》第二十八条', '    maxUses: 3']],
    says: 'purposes.yaml COUNTER_SERVICE: maxUses bounds consents',
  },
  {
    what: 'an emergency anybody may open',
    changes: [['purposes', '    recipients: [HRSS_OFFICE, MEDICAL_OFFICE]\n', '']],
    says: 'purposes.yaml EMERGENCY: recipients must name',
  },
  {
    what: 'a purpose for mandates that has none',
    changes: [['mandates', 'purpose: RESEARCH_COUNTS', 'purpose: HIRING_SUPERVISION']],
    says: 'purposes.yaml RESEARCH_COUNTS: it has the basis MANDATE, but no mandate',
  },
  {
    what: 'a consent that an office asks for what its mandate lets it see',
    changes: [
      ['mandates', 'purpose: COUNTER_SERVICE', 'purpose: CROSS_REGION_HELP'],
      ['purposes', 'bases: [CONSENT]\n    law: 《社会保险经办条例》', 'bases: [CONSENT, MANDATE]\n    law: 《社会保险经办条例》'],
    ],
    says: 'mandates.yaml counter-service: HRSS_OFFICE may ask for consent for CROSS_REGION_HELP',
  },
  {
    what: 'a mandate for an unknown purpose',
    changes: [['mandates', 'purpose: COUNTER_SERVICE', 'purpose: CURIOSITY']],
    says: 'mandates.yaml counter-service: purpose CURIOSITY is not in',
  },
  {
    what: 'a mandate for a purpose that rests on consent',
    changes: [['mandates', 'purpose: COUNTER_SERVICE', 'purpose: HIRING_CHECK']],
    says: 'mandates.yaml counter-service: purpose HIRING_CHECK does not allow the basis MANDATE',
  },
  {
    what: 'a mandate that goes beyond its purpose',
    changes: [['mandates', DUTIES, `      - pension.months:count\n${DUTIES}`]],
    says: 'mandates.yaml employer-duties: purpose EMPLOYER_DUTIES does not cover pension.months:count',
  },
  {
    what: 'a party nobody knows',
    changes: [['mandates', '    party: HRSS_OFFICE', '    party: NEIGHBOUR']],
    says: 'mandates.yaml counter-service: party NEIGHBOUR is not among the parties',
  },
  {
    what: 'a mandate without an article',
    changes: [['mandates', '    article: 第八条、第七十四条\n', '    article: 见全文\n']],
    says: 'schema/access/mandates.yaml: mandates counter-service article',
  },
  {
    what: 'an employer in a region of offices',
    changes: [['mandates', 'region: OWN_WORKER', 'region: PERSON_IN_JURISDICTION']],
    says: 'mandates.yaml employer-duties: OWN_WORKER is the region of employers',
  },
  {
    what: 'the region of a case without a case',
    changes: [['mandates', '    region: CASE_JURISDICTION\n    case: REQUIRED', '    region: CASE_JURISDICTION\n    case: NONE']],
    says: 'mandates.yaml transfer-out: CASE_JURISDICTION needs case: REQUIRED',
  },
  {
    what: 'two mandates of one id',
    changes: [['mandates', 'id: transfer-out\n', 'id: counter-service\n']],
    says: 'mandates.yaml counter-service: the id is used twice',
  },
];

describe('the access catalogue', () => {
  const catalogue = loadAccessCatalogue();

  it('holds every scope that the graph names, and no scope that neither the graph nor the hub uses', () => {
    const named = new Set(
      SUBGRAPHS.flatMap((name) => [...subgraphSdl(name).matchAll(/@access\(scope: "([^"]+)"\)/g)].map((match) => match[1] ?? '')),
    );
    for (const scope of named) expect(catalogue.scopes.has(scope)).toBe(true);
    const unused = [...catalogue.scopes].filter(([name, { heldBy }]) => !named.has(name) && heldBy === undefined);
    expect(unused.map(([name]) => name)).toEqual([]);
  });

  it.each(refusals)('refuses $what, and names file and entry', ({ changes, says }) => {
    expect(() => loadWith(changes)).toThrow(says);
  });

  it('lets a person have what is not shared between departments', () => {
    expect(() => loadWith([['scopes', '  # Work\n', SECRET]])).not.toThrow();
  });

  it('names law and article for every mandate', () => {
    for (const mandate of catalogue.mandates)
      for (const one of [mandate, ...mandate.besides]) expect(provisionOf(one)).toMatch(/\p{Script=Han}.*第.+条/u);
  });

  it('lets nobody but the person read the citizen number, the log or what they have allowed', () => {
    for (const name of ['identity.number:read', 'accesslog.entries:read', 'consent.artefacts:read', 'consent.requests:write']) {
      expect(catalogue.mandates.filter(({ scopes }) => scopes.has(name))).toEqual([]);
      const asked = [...catalogue.purposes.values()].filter(({ bases }) => bases.includes('CONSENT') || bases.includes('EMERGENCY'));
      expect(asked.filter(({ scopes }) => scopes.has(name))).toEqual([]);
    }
  });

  it('gives statistics nothing but counts', () => {
    expect([...(catalogue.purposes.get('RESEARCH_COUNTS')?.scopes ?? [])].every((scope) => scope.endsWith(':count'))).toBe(true);
  });
});

describe('the page of the catalogue', () => {
  const catalogue = loadAccessCatalogue();
  const fields = scopeFields(SUBGRAPHS.map(subgraphSdl));
  const page = accessCataloguePage(catalogue, fields);

  it('is what docs/access-catalogue.md shows', () => {
    expect(readFileSync(new URL('../../docs/access-catalogue.md', import.meta.url), 'utf8')).toBe(page);
  });

  it('shows every scope with its fields, every purpose with its notice, and every mandate with law and article', () => {
    const lines = page.split('\n');
    for (const name of catalogue.scopes.keys()) {
      const row = lines.find((line) => line.startsWith(`| \`${name}\` |`));
      for (const field of fields.get(name) ?? []) expect(row).toContain(`\`${field}\``);
    }
    for (const [code, { notice }] of catalogue.purposes) {
      expect(page).toContain(`### \`${code}\``);
      expect(page).toContain(`> ${notice.zh}\n>\n> ${notice.en}`);
    }
    for (const mandate of catalogue.mandates)
      expect(lines.find((line) => line.startsWith('| ') && line.includes(`\`${mandate.id}\``))).toContain(provisionOf(mandate));
  });

  it('is not made while a scope opens nothing', () => {
    const without = new Map([...fields].filter(([name]) => name !== 'pension.account:read'));
    expect(() => accessCataloguePage(catalogue, without)).toThrow('pension.account:read: no field of the graph names it');
  });
});
