import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { JURISDICTIONS } from '../../src/people/jurisdictions.js';
import type { FaultKind } from '../../src/systems/stand-in.js';
import { ME } from './questions.js';
import { Window, type Answer } from './window.js';

let window: Window;

beforeAll(async () => {
  window = await Window.open({ people: 60, legacyDeadlineMs: 4000 });
}, 60_000);
afterAll(() => window.close());
afterEach(async () => {
  for (const system of window.sandbox.systems.values()) await system.setFault(undefined);
});

const AS = 'courier-four-provinces';
/** The persona's jurisdiction on the given dialect, and its system. */
const place = (dialect: string): { code: string; system: string } => {
  const found = JURISDICTIONS.find(
    (one) =>
      one.dialect === dialect &&
      window.lifeOf(AS).relations.some((relation) => relation.jurisdiction === one.code && relation.scheme === '110'),
  );
  if (!found) throw new Error(`the persona has no ${dialect} province`);
  return found;
};
const whole = async (): Promise<Answer> => {
  const answer = await until(
    () => window.ask(ME, { as: AS }),
    ({ errors }) => errors.length === 0,
  );
  return answer;
};

/** The answer with one jurisdiction missing: everything else is there, the gap names itself at a place that is null. */
function expectGap(answer: Answer, code: string, system: string, jurisdiction: string, before: Answer): void {
  expect(answer.status).toBe(200);
  const relations = answer.data.me.pension.relations as ({ jurisdiction: string } | null)[];
  const others = (before.data.me.pension.relations as { jurisdiction: string }[]).filter(
    (relation) => relation.jurisdiction !== jurisdiction,
  );
  expect(
    relations
      .filter((relation) => relation !== null)
      .map((relation) => relation.jurisdiction)
      .sort(),
  ).toEqual(others.map((relation) => relation.jurisdiction).sort());
  expect(relations.at(-1)).toBeNull();
  const error = answer.errors.find(({ path }) => path?.slice(0, 3).join('.') === 'me.pension.relations');
  expect(error?.path).toEqual(['me', 'pension', 'relations', relations.length - 1]);
  expect(error?.extensions).toMatchObject({ code, agency: 'hrss', system, jurisdiction });
  expect(Date.parse(String(error?.extensions['since']))).not.toBeNaN();
  // A total that rests on the missing register is not guessed; what the others hold is there.
  expect(answer.data.me.pension.monthsPaid).toBeNull();
  expect(answer.data.me.pension.account.balance).toBeNull();
  expect(answer.data.me.identity).toEqual(before.data.me.identity);
  expect(answer.data.me.courierWork).toEqual(before.data.me.courierWork);
  expect(answer.data.me.medical).not.toBeNull();
}

describe('a province', () => {
  it.each<[string, FaultKind, string]>([
    ['soap', 'hang', 'AGENCY_TIMEOUT'],
    ['rest', 'hang', 'AGENCY_TIMEOUT'],
    ['sql', 'hang', 'AGENCY_TIMEOUT'],
    ['soap', 'drop', 'AGENCY_UNAVAILABLE'],
    ['rest', 'drop', 'AGENCY_UNAVAILABLE'],
    ['sql', 'drop', 'AGENCY_UNAVAILABLE'],
    ['soap', 'error-in-200', 'AGENCY_BAD_RESPONSE'],
    ['rest', 'error-in-200', 'AGENCY_BAD_RESPONSE'],
    ['soap', 'truncate', 'AGENCY_BAD_RESPONSE'],
    ['rest', 'truncate', 'AGENCY_BAD_RESPONSE'],
    ['soap', 'wrong-encoding', 'AGENCY_BAD_RESPONSE'],
    ['rest', 'wrong-encoding', 'AGENCY_BAD_RESPONSE'],
    ['soap', 'wrong-person', 'SUBJECT_MISMATCH'],
    ['rest', 'wrong-person', 'SUBJECT_MISMATCH'],
    ['sql', 'wrong-person', 'SUBJECT_MISMATCH'],
    ['rest', 'rate-limit', 'AGENCY_RATE_LIMITED'],
  ])('on %s with %s is one named gap (%s); the rest is there', async (dialect, kind, code) => {
    const before = await whole();
    const { system, code: jurisdiction } = place(dialect);
    await window.fault(system, { kind });
    const answer = await window.ask(ME, { as: AS });
    expectGap(answer, code, system, jurisdiction, before);
    await window.fault(system, undefined);
  });

  it('that hangs costs its own deadline and not more', async () => {
    await whole();
    await window.fault(place('soap').system, { kind: 'hang' });
    const { milliseconds } = await window.ask(ME, { as: AS });
    // The system's deadline is 4 s and the question's is 24 s; the bound lies between and is not a measure of speed.
    expect(milliseconds).toBeLessThan(20_000);
  });

  it('that is slow is waited for', async () => {
    const before = await whole();
    await window.fault(place('rest').system, { kind: 'latency', milliseconds: 400 });
    const { data, errors } = await window.ask(ME, { as: AS });
    expect(errors).toEqual([]);
    expect(data.me.pension.relations).toHaveLength(before.data.me.pension.relations.length);
  });

  it('that sends rows twice is read once, and says so', async () => {
    const before = await whole();
    await window.fault(place('rest').system, { kind: 'duplicate-rows' });
    const { data, errors } = await window.ask(ME, { as: AS });
    expect(errors).toEqual([]);
    expect(data.me.pension.monthsPaid).toBe(before.data.me.pension.monthsPaid);
    expect(data.me.pension.account.balance).toBe(before.data.me.pension.account.balance);
    const findings = data.me.pension.relations.flatMap((relation: { provenance: { quality: { rule: string }[] } }) =>
      relation.provenance.quality.map(({ rule }) => rule),
    );
    expect(findings).toContain('DUPLICATE_ROW');
  });
});

describe('an agency', () => {
  it('whose database is restarted is asked again without anybody noticing', async () => {
    const before = await whole();
    await window.sandbox.postgres?.restart();
    const { data, errors } = await window.ask(ME, { as: AS });
    expect(errors).toEqual([]);
    expect(data.me.pension.monthsPaid).toBe(before.data.me.pension.monthsPaid);
  });

  it('that goes down is a gap with a time, and is there again when it is back', async () => {
    const before = await whole();
    const port = Number(new URL(window.urlOf('postal')).port);
    await window.stopAgency('postal');
    const { data, errors, status } = await window.ask(ME, { as: AS });
    expect(status).toBe(200);
    expect(data.me.courierWork).toBeNull();
    const error = errors.find(({ path }) => path?.join('.') === 'me.courierWork');
    expect(error?.extensions).toMatchObject({ code: 'AGENCY_UNAVAILABLE', agency: 'postal' });
    expect(Date.parse(String(error?.extensions['since']))).not.toBeNaN();
    expect(data.me.pension.monthsPaid).toBe(before.data.me.pension.monthsPaid);
    await window.startAgency('postal', port);
    expect((await whole()).data.me.courierWork).toEqual(before.data.me.courierWork);
  });

  it.each<[FaultKind, string]>([
    ['hang', 'AGENCY_TIMEOUT'],
    ['error-in-200', 'AGENCY_BAD_RESPONSE'],
    ['wrong-person', 'SUBJECT_MISMATCH'],
    ['truncate', 'AGENCY_BAD_RESPONSE'],
  ])('medical insurance with %s gives %s for its own fields only', async (kind, code) => {
    const before = await whole();
    await window.fault('medical-platform', { kind });
    const { data, errors } = await window.ask(ME, { as: AS });
    expect(data.me.medical).toMatchObject({ enrolments: null, account: null });
    expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(new Set([code]));
    expect(errors.every(({ path }) => path?.[1] === 'medical')).toBe(true);
    expect(data.me.pension.monthsPaid).toBe(before.data.me.pension.monthsPaid);
  });

  it('market regulation at its rate limit says when to come back', async () => {
    await whole();
    await window.fault('market-platforms', { kind: 'rate-limit' });
    const { data, errors } = await window.ask(ME, { as: AS });
    expect(data.me.platformWork).toBeNull();
    const error = errors.find(({ path }) => path?.join('.') === 'me.platformWork');
    expect(error?.extensions).toMatchObject({ code: 'AGENCY_RATE_LIMITED', agency: 'market-regulation', system: 'market-platforms' });
    expect(error?.extensions['retryAfterSeconds']).toBeGreaterThan(0);
  });

  it('the relation index failing leaves identity, work and medical cover from the others', async () => {
    await whole();
    await window.fault('hrss-ministry', { kind: 'hang' });
    const { data, errors } = await window.ask(ME, { as: AS });
    expect(data.me.pension.relations).toBeNull();
    expect(errors.find(({ path }) => path?.join('.') === 'me.pension.relations')?.extensions).toMatchObject({
      code: 'AGENCY_TIMEOUT',
      system: 'hrss-ministry',
    });
    expect(data.me.courierWork).not.toBeNull();
    expect(data.me.medical.enrolments).not.toBeNull();
  });
});

async function until<T>(attempt: () => Promise<T>, done: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await attempt();
    if (done(value)) return value;
  }
}
