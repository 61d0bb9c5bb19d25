import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { JURISDICTIONS } from '../../src/people/jurisdictions.js';
import { Window, type Answer } from './window.js';

let window: Window;

beforeAll(async () => {
  window = await Window.open({ people: 60, legacyDeadlineMs: 6000 });
}, 60_000);
afterAll(() => window.close());
afterEach(async () => {
  for (const system of window.sandbox.systems.values()) await system.setFault(undefined);
});

const FINDINGS = `
  examined undecided article version
  findings { code months schemes jurisdictions reason { zh en } wayOut { zh en } appeal { zh en } article enterprises { creditCode name } }
  missing { agency jurisdiction code since parts changes { zh en } }`;
const OUTLOOK = `query ($whatIf: OutlookWhatIf) { me { outlook(whatIf: $whatIf) {
  asOf category categoryAssumed refused { code field text { zh } wayOut { en } } monthsPaid monthsDeemed
  receivingPlace { province reason monthsMissing months { province actual temporary } changes { change province } }
  retirement { statutoryMonth earliestMonth latestMonth }
  options { choice month requiredMonths months missingMonths allowed obstacles receivingProvince estimate { total basic account transition extra } }
  steps { text { zh en } article amount }
  missing { agency jurisdiction code parts changes { zh en } } provisional { reason } rule article version
} } }`;
const ARCHIVE = '{ me { archive { issuedAt json sha256 checkCode missing { agency jurisdiction code parts } } } }';
const GENUINE = 'query ($sha256: String!, $checkCode: String!) { archiveIsGenuine(sha256: $sha256, checkCode: $checkCode) }';

interface Finding {
  readonly code: string;
  readonly months: readonly string[];
  readonly jurisdictions: readonly string[];
}
const found = (answer: Answer): readonly Finding[] => answer.data.me.findings.findings as Finding[];
const findingsOf = (as: string): Promise<Answer> => window.ask(`{ me { findings { ${FINDINGS} } } }`, { as });

/** A jurisdiction of the persona whose system can be made to fail alone. */
function soapPlaceOf(key: string): { readonly code: string; readonly system: string } {
  const place = JURISDICTIONS.find(
    ({ code, dialect }) =>
      (dialect === 'soap' || dialect === 'rest') &&
      window.lifeOf(key).relations.some(({ jurisdiction, scheme }) => jurisdiction === code && scheme === '110'),
  );
  if (!place) throw new Error('the persona has no province that can fail alone');
  return place;
}

describe('findings over the records of all agencies', () => {
  it.each([
    ['double-insured', 'R01'],
    ['two-pensions', 'R03'],
    ['deceased-still-paid', 'R07'],
    ['uncovered-courier', 'R10'],
    ['flexible-with-gaps', 'R12'],
    ['same-number-first', 'R14'],
    ['two-person-numbers', 'R14'],
  ])('show %s what the register trouble is (%s)', async (as, code) => {
    const answer = await findingsOf(as);
    expect(answer.errors).toEqual([]);
    expect(found(answer).map((finding) => finding.code)).toContain(code);
    expect(answer.data.me.findings.missing).toEqual([]);
    expect(answer.data.me.findings.examined).toHaveLength(16);
  });

  it('name exactly the months that a life was insured twice, in both provinces, with the way out and the appeal in both languages', async () => {
    const life = window.lifeOf('double-insured');
    const byPlace = life.relations
      .filter(({ scheme }) => scheme === '110')
      .map(({ contributions }) => contributions.map(({ month }) => month));
    const [first = [], second = []] = byPlace;
    const answer = await findingsOf('double-insured');
    const double = found(answer).find(({ code, months }) => code === 'R01' && months.length > 0);
    expect(double?.months).toEqual(first.filter((month) => second.includes(month)).sort());
    expect(double?.jurisdictions).toEqual(
      [...new Set(life.relations.filter(({ scheme }) => scheme === '110').map((one) => one.jurisdiction))].sort(),
    );
    expect(double).toMatchObject({
      wayOut: { zh: expect.stringContaining('先转移'), en: expect.any(String) },
      appeal: { zh: expect.stringContaining('行政复议') },
    });
  });

  it('leave alone a life without trouble', async () => {
    expect(found(await findingsOf('retiree'))).toEqual([]);
  });

  it('name a province that does not answer, what it would change, and leave undecided what only it could disprove', async () => {
    const { code, system } = soapPlaceOf('courier-four-provinces');
    await window.fault(system, { kind: 'drop' });
    const answer = await findingsOf('courier-four-provinces');
    expect(answer.errors).toEqual([]);
    const { missing, undecided } = answer.data.me.findings;
    expect(missing).toEqual([
      expect.objectContaining({
        agency: 'hrss',
        jurisdiction: code,
        code: 'AGENCY_UNAVAILABLE',
        changes: { zh: expect.stringContaining('R01'), en: expect.stringContaining('R01') },
      }),
    ]);
    expect(undecided).toEqual(expect.arrayContaining(['N01', 'R10']));
    expect(found(answer).map((finding) => finding.code)).not.toContain('R10');
  });

  it('are shown to a caseworker of the place for service at the window, and to nobody without a basis', async () => {
    const { data } = await window.ask('{ me { id } }', { as: 'courier-four-provinces' });
    const ask = (as: string, purpose?: string): Promise<Answer> =>
      window.ask(`query ($id: ID!) { citizen(id: $id) { findings { ${FINDINGS} } } }`, {
        as,
        ...(purpose === undefined ? {} : { purpose }),
        variables: { id: data.me.id },
      });
    const official = await ask('caseworker-440000', 'COUNTER_SERVICE');
    expect(official.errors).toEqual([]);
    // Payments of medical insurance are for medical offices: R12 says so where it could find more with them.
    expect(official.data.citizen.findings.missing).toEqual([
      expect.objectContaining({
        agency: 'medical-insurance',
        code: 'ACCESS_DENIED',
        parts: ['medical.payments'],
        changes: { zh: expect.stringContaining('R12'), en: expect.stringContaining('R12') },
      }),
    ]);
    for (const [as, purpose] of [
      ['caseworker-440000', undefined],
      ['caseworker-310000', 'COUNTER_SERVICE'],
      ['double-insured', undefined],
      ['employer-1', 'EMPLOYER_DUTIES'],
    ] as const) {
      const answer = await ask(as, purpose);
      expect(answer.data.citizen.findings).toBeNull();
      expect(answer.errors.map(({ path }) => path)).toEqual([['citizen', 'findings']]);
    }
  });
});

describe('the outlook', () => {
  it('says where, when, what is missing and how much, with the arithmetic in both languages', async () => {
    const { data, errors } = await window.ask(OUTLOOK, { as: 'temporary-account-man' });
    const { outlook } = data.me;
    const life = window.lifeOf('temporary-account-man');
    expect(errors).toEqual([]);
    expect(outlook.receivingPlace).toMatchObject({ province: `${life.hukou.slice(0, 2)}0000`, reason: 'RELATION_IN_HUKOU' });
    const temporary = life.relations.find(({ accountKind }) => accountKind === 'TEMPORARY');
    expect(outlook.receivingPlace.months).toContainEqual({
      province: temporary?.jurisdiction,
      actual: 0,
      temporary: temporary?.contributions.length,
    });
    expect(outlook.options.map(({ choice }: { choice: string }) => choice)).toEqual(['EARLIEST', 'STATUTORY', 'LATEST']);
    for (const { estimate } of outlook.options) {
      const cents = ({ basic, account, transition, extra }: Record<string, string>): number =>
        [basic, account, transition, extra].reduce((sum, text) => sum + Math.round(Number(text) * 100), 0);
      expect(cents(estimate)).toBe(Math.round(Number(estimate.total) * 100));
    }
    expect(outlook.steps.length).toBeGreaterThan(5);
    for (const { text, article } of outlook.steps) expect([text.zh, text.en, article].every((one) => one.length > 0)).toBe(true);
  });

  it('answers what-if questions: another month, base, province', async () => {
    const plain = await window.ask(OUTLOOK, { as: 'courier-four-provinces' });
    const moved = await window.ask(OUTLOOK, {
      as: 'courier-four-provinces',
      variables: { whatIf: { moveTo: '310000', base: '12000.00', retireIn: '2050-01' } },
    });
    const statutory = ({ data }: Answer): { receivingProvince: string; estimate: { total: string } } =>
      data.me.outlook.options.find(({ choice }: { choice: string }) => choice === 'STATUTORY');
    expect(statutory(moved).receivingProvince).toBe('310000');
    expect(Number(statutory(moved).estimate.total)).toBeGreaterThan(Number(statutory(plain).estimate.total));
    expect(moved.data.me.outlook.options.at(-1)).toMatchObject({
      choice: 'CHOSEN',
      month: '2050-01',
      allowed: false,
      obstacles: ['BEFORE_EARLIEST'],
    });
  });

  it('refuses by code where there is nothing to foresee, and names the part of the question that cannot be', async () => {
    const drawn = await window.ask(OUTLOOK, { as: 'retiree' });
    expect(drawn.data.me.outlook).toMatchObject({ refused: { code: 'ALREADY_RECEIVING' }, options: [], receivingPlace: null });
    const nowhere = await window.ask(OUTLOOK, { as: 'courier-four-provinces', variables: { whatIf: { moveTo: '810000' } } });
    expect(nowhere.data.me.outlook.refused).toMatchObject({ code: 'NOT_A_PENSION_JURISDICTION', field: 'whatIf.moveTo' });
  });

  it('goes on without a province that does not answer, names it, and says what it would change', async () => {
    const { code, system } = soapPlaceOf('courier-four-provinces');
    const whole = await window.ask(OUTLOOK, { as: 'courier-four-provinces' });
    await window.fault(system, { kind: 'drop' });
    const { data, errors } = await window.ask(OUTLOOK, { as: 'courier-four-provinces' });
    expect(errors).toEqual([]);
    expect(data.me.outlook.missing).toEqual([
      expect.objectContaining({
        agency: 'hrss',
        jurisdiction: code,
        changes: { zh: expect.any(String), en: expect.stringContaining('receiving place') },
      }),
    ]);
    expect(data.me.outlook.provisional).toContainEqual({ reason: 'RECORD_INCOMPLETE' });
    expect(data.me.outlook.monthsPaid).toBeLessThan(whole.data.me.outlook.monthsPaid);
  });
});

describe('the archive', () => {
  it('holds every relation, month, employment and cover of a life, each with where it comes from', async () => {
    const { data, errors } = await window.ask(ARCHIVE, { as: 'courier-four-provinces' });
    expect(errors).toEqual([]);
    const { record } = JSON.parse(data.me.archive.json) as { record: Record<string, readonly Record<string, unknown>[]> };
    const life = window.lifeOf('courier-four-provinces');
    const pension = life.relations.filter(({ scheme }) => ['110', '120', '170'].includes(scheme));
    expect(record['pension.relations']).toHaveLength(pension.length);
    expect(record['pension.contributions']).toHaveLength(pension.flatMap(({ contributions }) => contributions).length);
    expect(record['jurisdictions']).toEqual([...new Set(life.relations.map(({ jurisdiction }) => jurisdiction))].sort());
    expect(record['employments']).toHaveLength(life.employments.length);
    expect(record['courierWork']).toHaveLength(life.courierWork.length);
    expect(record['medical.enrolments']).toHaveLength(life.medical.length);
    for (const name of ['pension.relations', 'pension.contributions', 'employments', 'courierWork', 'medical.enrolments'])
      for (const { provenance } of record[name] ?? [])
        expect(provenance).toMatchObject({ agency: expect.any(String), system: expect.any(String) });
  });

  it('holds every transfer of a life with its days, figures and provenance, on paper in words', async () => {
    const as = 'rider-three-provinces';
    const { id } = (await window.ask('{ me { id } }', { as })).data.me;
    const applied = await window.ask('mutation($input: ApplyForTransferInput!) { applyForTransfer(input: $input) { number } }', {
      as,
      variables: { input: { citizen: id, kind: 'PENSION', from: '330000', to: '370000' } },
    });
    const { number } = applied.data.applyForTransfer as { number: string };
    const { data, errors } = await window.ask(ARCHIVE, { as });
    expect(errors).toEqual([]);
    expect((JSON.parse(data.me.archive.json) as { record: Record<string, unknown> }).record['transfers']).toEqual([
      expect.objectContaining({
        ...{ number, kind: 'PENSION', scheme: 'EMPLOYEE_PENSION', source: '330000', target: '370000', state: 'APPLIED', endedAt: null },
        appliedAt: expect.any(String),
        figures: expect.objectContaining({ moneyMoves: true, paid: null }),
        provenance: expect.objectContaining({ agency: 'hrss', system: 'transfers' }),
      }),
    ]);
  });

  it('says what is withheld, and that a step-up would open it', async () => {
    const { data } = await window.ask(ARCHIVE, { as: 'injured-worker' });
    expect(data.me.archive.missing).toEqual([
      { agency: 'hrss', jurisdiction: null, code: 'STEP_UP_REQUIRED', parts: ['occupationalInjury.benefits'] },
    ]);
    expect(JSON.parse(data.me.archive.json).missing).toHaveLength(1);
  });

  it('is proven by its check code, however that is typed, and not when a letter of it is changed', async () => {
    const { data } = await window.ask(ARCHIVE, { as: 'retiree' });
    const { json, sha256, checkCode } = data.me.archive as { json: string; sha256: string; checkCode: string };
    const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
    const genuine = async (of: string, code: string): Promise<unknown> =>
      (await window.ask(GENUINE, { variables: { sha256: of, checkCode: code } })).data.archiveIsGenuine;
    expect(sha256).toBe(hash(json));
    expect(await genuine(sha256, checkCode)).toBe(true);
    expect(await genuine(sha256.toUpperCase(), checkCode.toLowerCase().replaceAll('-', ' '))).toBe(true);
    expect(await genuine(hash(json.replace(/"month":"(\d{4})-01"/, '"month":"$1-02"')), checkCode)).toBe(false);
    expect(await genuine(sha256, `${checkCode.slice(0, -1)}${checkCode.endsWith('0') ? '1' : '0'}`)).toBe(false);
  });

  it('is printed on numbered pages in Chinese, with its JSON text attached', async () => {
    const { data, errors } = await window.ask('{ me { archive { json pdf { fileName pages bytes base64 } } } }', {
      as: 'courier-four-provinces',
    });
    expect(errors).toEqual([]);
    const { json, pdf } = data.me.archive as { json: string; pdf: { pages: number; bytes: number; base64: string; fileName: string } };
    const file = Buffer.from(pdf.base64, 'base64');
    expect(file).toHaveLength(pdf.bytes);
    expect(file.subarray(0, 5).toString()).toBe('%PDF-');
    const text = file.toString('latin1');
    expect(text.match(/\/Type \/Page\n/g)).toHaveLength(pdf.pages);
    expect(pdf.pages).toBeGreaterThan(3);
    const streams = [...text.matchAll(/stream\n([\s\S]*?)\nendstream/g)].map(([, body = '']) => {
      try {
        return inflateSync(Buffer.from(body, 'latin1')).toString();
      } catch {
        return '';
      }
    });
    expect(streams).toContain(json);
    if (process.env['KEEP_PDF'] !== undefined) writeFileSync(process.env['KEEP_PDF'], file);
  });

  it('is for the person alone', async () => {
    const { data } = await window.ask('{ me { id } }', { as: 'courier-four-provinces' });
    const answer = await window.ask('query ($id: ID!) { citizen(id: $id) { archive { json } } }', {
      as: 'caseworker-440000',
      purpose: 'COUNTER_SERVICE',
      variables: { id: data.me.id },
    });
    expect(answer.data.citizen.archive).toBeNull();
    expect(answer.errors).toHaveLength(1);
  });
});

describe('compliance of a unit', () => {
  const COMPLIANCE = `query ($code: CreditCode!) { enterprise(creditCode: $code) { compliance {
    insured lastDeclaredMonth filedCouriers uninsuredAtLeast activeOnPlatforms activeMonth hints { code count } missing { agency code parts } } } }`;

  it('sets couriers filed against persons insured, in counts that name nobody', async () => {
    const courier = window.lifeOf('courier-four-provinces').courierWork[0];
    const { data, errors } = await window.ask(COMPLIANCE, {
      as: 'regulator-market-440000',
      purpose: 'HIRING_SUPERVISION',
      variables: { code: courier?.unit },
    });
    expect(errors).toEqual([]);
    const { compliance } = data.enterprise;
    expect(compliance.missing).toEqual([]);
    expect(compliance.filedCouriers).toBeGreaterThan(0);
    expect(compliance.uninsuredAtLeast).toBe(Math.max(0, compliance.filedCouriers - compliance.insured));
    expect(JSON.stringify(data)).not.toContain(window.lifeOf('courier-four-provinces').name);
  });

  it('says how many people were active on the platforms of a unit, in the latest month they report', async () => {
    const { lives } = window.sandbox.world;
    const work = lives.flatMap(({ platformWork }) => platformWork).find(({ unit }) => unit.slice(2, 4) === '44');
    const active = new Map<string, Set<string>>();
    for (const { number, platformWork } of lives)
      for (const { unit, months } of platformWork)
        if (unit === work?.unit) for (const { month } of months) active.set(month, (active.get(month) ?? new Set()).add(number));
    const latest = [...active.keys()].sort().at(-1) ?? '';
    const ask = (): Promise<Answer> =>
      window.ask(COMPLIANCE, {
        as: 'regulator-market-440000',
        purpose: 'HIRING_SUPERVISION',
        variables: { code: work?.unit },
      });
    const { data, errors } = await ask();
    expect(errors).toEqual([]);
    expect(data.enterprise.compliance).toMatchObject({ activeOnPlatforms: active.get(latest)?.size, activeMonth: latest });
    await window.fault('market-platforms', { kind: 'drop' });
    const without = await ask();
    expect(without.data.enterprise.compliance).toMatchObject({ activeOnPlatforms: null, activeMonth: null });
    expect(without.data.enterprise.compliance.missing).toEqual([
      expect.objectContaining({ agency: 'market-regulation', code: 'AGENCY_UNAVAILABLE', parts: ['platformHeadcounts'] }),
    ]);
  });

  it('names an agency that does not answer, and gives no count that rests on it', async () => {
    const courier = window.lifeOf('courier-four-provinces').courierWork[0];
    await window.fault('postal-couriers', { kind: 'drop' });
    await window.fault('hrss-sql-south', { kind: 'drop' });
    const { data } = await window.ask(COMPLIANCE, {
      as: 'regulator-market-440000',
      purpose: 'HIRING_SUPERVISION',
      variables: { code: courier?.unit },
    });
    expect(data.enterprise.compliance).toMatchObject({ insured: null, uninsuredAtLeast: null });
    expect(data.enterprise.compliance.missing).toContainEqual(expect.objectContaining({ agency: 'hrss' }));
  });
});

describe('the worklist of findings', () => {
  const OPEN =
    'mutation ($id: ID!, $purpose: String!) { openCase(citizen: $id, purpose: $purpose, presented: IN_PERSON) { number state } }';
  const LIST = `query ($filter: FindingFilter, $first: Int, $after: String) { findings(filter: $filter, first: $first, after: $after) {
    nodes { number openedAt citizen { id findings { findings { code jurisdictions } } } } examined undecided { number code }
    pageInfo { hasNextPage endCursor } } }`;
  const OFFICE = { as: 'caseworker-440000', purpose: 'COUNTER_SERVICE' } as const;
  const ids = new Map<string, string>();
  const list = async (variables: Readonly<Record<string, unknown>> = {}, options: Parameters<Window['ask']>[1] = OFFICE): Promise<Answer> =>
    window.ask(LIST, { ...options, variables });
  const persons = ({ data }: Answer): readonly string[] =>
    (data.findings.nodes as { citizen: { id: string } }[]).map(({ citizen }) => [...ids].find(([, id]) => id === citizen.id)?.[0] ?? '?');

  beforeAll(async () => {
    const inGuangdong = window.sandbox.world.personas.filter(({ life }) =>
      life.relations.some(({ jurisdiction, scheme }) => jurisdiction === '440000' && scheme === '110'),
    );
    for (const { key } of inGuangdong.slice(0, 7)) {
      const { data } = await window.ask('{ me { id } }', { as: key });
      ids.set(key, data.me.id);
      const opened = await window.ask(OPEN, { ...OFFICE, variables: { id: data.me.id, purpose: 'COUNTER_SERVICE' } });
      expect(opened.errors).toEqual([]);
    }
  }, 60_000);

  it('names whom the official has an open case about, newest first, with what is found', async () => {
    const answer = await list();
    expect(answer.errors).toEqual([]);
    expect(persons(answer)).toEqual([...ids.keys()].reverse());
    expect(answer.data.findings).toMatchObject({ examined: 0, undecided: [], pageInfo: { hasNextPage: false } });
  });

  it('with a filter names exactly those who have such a finding, page by page', async () => {
    const all = await list();
    const nodes = all.data.findings.nodes as {
      citizen: { id: string; findings: { findings: { code: string; jurisdictions: string[] }[] } };
    }[];
    const codes = [...new Set(nodes.flatMap(({ citizen }) => citizen.findings.findings.map(({ code }) => code)))];
    expect(codes.length).toBeGreaterThan(0);
    for (const code of codes) {
      const having = nodes
        .filter(({ citizen }) => citizen.findings.findings.some((one) => one.code === code))
        .map(({ citizen }) => citizen.id);
      const seen: string[] = [];
      let after: string | null = null;
      let more = true;
      while (more) {
        const page: Answer = await list({ filter: { codes: [code] }, first: 1, after });
        expect(page.errors).toEqual([]);
        seen.push(...page.data.findings.nodes.map(({ citizen }: { citizen: { id: string } }) => citizen.id));
        ({ hasNextPage: more, endCursor: after } = page.data.findings.pageInfo);
      }
      expect(seen).toEqual(having);
    }
    const elsewhere = await list({ filter: { jurisdictions: ['540000'] } });
    expect(elsewhere.data.findings).toMatchObject({ nodes: [], examined: ids.size, undecided: [] });
  });

  it('looks at each person in the case of that person, where the mandate is for a case', async () => {
    const [id = ''] = ids.values();
    const purpose = 'BENEFIT_APPLICATION';
    const opened = await window.ask(OPEN, { as: OFFICE.as, purpose, variables: { id, purpose } });
    expect(opened.errors).toEqual([]);
    const answer = await window.ask(
      '{ findings(filter: { jurisdictions: ["540000"] }) { examined undecided { code } nodes { number } } }',
      {
        as: OFFICE.as,
        purpose,
      },
    );
    expect(answer.errors).toEqual([]);
    expect(answer.data.findings).toEqual({ examined: 1, undecided: [], nodes: [] });
  });

  it('is for officials with a mandate, and shows them the cases of their own office', async () => {
    for (const [as, purpose, code] of [
      [undefined, undefined, 'UNAUTHENTICATED'],
      ['caseworker-440000', undefined, 'PURPOSE_REQUIRED'],
      ['courier-four-provinces', 'OWN_RECORD', 'ACCESS_DENIED'],
      ['regulator-market-440000', 'HIRING_SUPERVISION', 'PURPOSE_NOT_ALLOWED'],
      ['employer-1', 'EMPLOYER_DUTIES', 'PURPOSE_NOT_ALLOWED'],
    ] as const) {
      const answer = await list({}, { ...(as === undefined ? {} : { as }), ...(purpose === undefined ? {} : { purpose }) });
      expect(answer.data.findings).toBeNull();
      expect(answer.errors.map((error) => error.extensions.code)).toEqual([code]);
    }
    const elsewhere = await list({ filter: { colleagues: true } }, { as: 'caseworker-310000', purpose: 'COUNTER_SERVICE' });
    expect(elsewhere.data.findings.nodes).toEqual([]);
  });

  it('is on the record of whom it looked at', async () => {
    const [key = ''] = ids.keys();
    const { data } = await window.ask('{ me { accessLog(first: 20) { nodes { kinds { scope } case } } } }', { as: key });
    expect(JSON.stringify(data)).toContain('risk.findings:read');
  });

  it('names who could not be looked at, instead of leaving them out', async () => {
    await window.fault('hrss-sql-south', { kind: 'drop' });
    const answer = await list({ filter: { codes: ['R13'] } });
    expect(answer.data.findings.nodes).toEqual([]);
    expect(answer.data.findings.undecided).toHaveLength(ids.size);
    for (const { code } of answer.data.findings.undecided) expect(code).toBe('AGENCY_UNAVAILABLE');
  });
});
