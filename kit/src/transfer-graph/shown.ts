import { fen, yuan } from '@yichuang/rules';
import type { SubgraphContext } from '../server/subgraph.js';
import type { TransferCase, TransferState } from '../transfers/case.js';
import type { TransferFigures } from '../transfers/office.js';
import type { Decision } from '../transfers/decision.js';
import type { TransferRefusal } from '../transfers/law.js';
import type { CasePaper, CaseStep } from '../transfers/reading.js';
import type { Prospect } from '../transfers/transfers.js';
import { mustConcern } from './concern.js';

const SCHEMES = {
  110: 'EMPLOYEE_PENSION',
  120: 'PUBLIC_INSTITUTION_PENSION',
  170: 'RESIDENT_PENSION',
  210: 'UNEMPLOYMENT',
  310: 'EMPLOYEE_MEDICAL',
  390: 'RESIDENT_MEDICAL',
} as const;
/** The agency's own record of its cases, beside the registers. */
const CASES = 'transfers';
const SIDES = { source: 'SOURCE', target: 'TARGET' } as const;

/** A case as the graph shows it; what was done and the papers are read when they are asked for. */
export type ShownTransfer = ReturnType<typeof shownTransfer>;

/** Shows a case. */
export function shownTransfer(one: TransferCase) {
  const { hold, endedAt, changedAt, appliedAt } = one;
  return {
    caseId: one.id,
    citizen: one.citizen,
    number: one.number,
    agency: one.agency,
    kind: one.kind,
    scheme: schemeOf(one.scheme),
    accountKind: one.accountKind,
    source: one.source,
    target: one.target,
    state: one.state,
    ground: one.ground,
    hold: hold && { step: null, text: null, reason: null, ...hold },
    ending: one.ending,
    notes: one.notes,
    awaits: endedAt === null ? one.awaits : null,
    deadline: one.deadline,
    deadlineOf: one.dueStep,
    deadlineProvisional: one.deadlineProvisional,
    overdue: one.overdue,
    deadlines: one.deadlines.map(({ side, ...rest }) => ({ ...rest, side: SIDES[side] })),
    appliedAt: appliedAt.toISOString(),
    changedAt: changedAt.toISOString(),
    endedAt: endedAt === null ? null : endedAt.toISOString(),
    provenance: { agency: one.agency, system: CASES, asOf: changedAt.toISOString(), freshness: 'LIVE', quality: [] } as const,
    figures: ofConcern(one, shownFigures),
    overlap: ofConcern(one, shownOverlap),
  };
}

/** What of a case is for those alone whom it concerns. */
function ofConcern<T>(one: TransferCase, show: (one: TransferCase) => T) {
  return (_arguments: unknown, context: SubgraphContext): T => {
    mustConcern(one, context);
    return show(one);
  };
}

/** Shows a no. */
export function shownRefusal({ code, text, article, wayOut, field }: TransferRefusal) {
  return { code, text, article: article ?? null, wayOut: wayOut ?? null, field: field ?? null };
}

/** Shows what would become of an application. */
export function shownProspect(decision: Decision<Prospect>) {
  if (!decision.ok) return { ...UNKNOWN, refusal: shownRefusal(decision.refusal) };
  const { judged, expected } = decision.value;
  return {
    refusal: null,
    ground: judged.ground,
    scheme: schemeOf(judged.scheme),
    accountKind: judged.accountKind,
    seals: judged.seals,
    moneyMoves: expected?.moneyMoves ?? judged.moneyMoves,
    amounts: amounts(expected?.figures),
    article: expected?.article ?? null,
    steps: (expected?.steps ?? []).map((step) => ({ amount: null, ...step })),
    notes: [...judged.notes, ...(expected?.notes ?? [])],
    provisional: expected?.provisional ?? [],
  };
}

const UNKNOWN = {
  ...{ refusal: null, ground: null, scheme: null, accountKind: null, seals: null, moneyMoves: null, amounts: null, article: null },
  ...{ steps: [], notes: [], provisional: [] },
};

function schemeOf(code: string): (typeof SCHEMES)[keyof typeof SCHEMES] | null {
  return Object.hasOwn(SCHEMES, code) ? SCHEMES[code as unknown as keyof typeof SCHEMES] : null;
}

function shownFigures({ figures, money }: TransferCase) {
  const { ours, differences = [] } = figures;
  return {
    month: figures.month ?? null,
    moneyMoves: ours ? ours.moneyMoves : money,
    ours: amounts(ours?.figures),
    source: amounts(figures.source),
    paid: amounts(figures.paid),
    received: amounts(figures.received),
    differences: differences.map(({ field, ...each }) => ({
      field,
      ours: amount(each.ours),
      source: amount(each.source),
      paid: amount(each.paid),
    })),
    article: ours?.article ?? null,
    version: ours?.version ?? null,
    steps: (ours?.steps ?? []).map((step) => ({ amount: null, ...step })),
    provisional: ours?.provisional ?? [],
  };
}

function shownOverlap({ figures: { ours, clearing } }: TransferCase) {
  if (!ours?.overlap) return null;
  const { months, refund, article } = ours.overlap;
  return {
    months: [...months],
    refundKeepingSource: amount(refund.keepSource),
    refundKeepingTarget: amount(refund.keepTarget),
    keep: clearing?.keep ?? null,
    refunded: amount(clearing?.refunded ?? null),
    article,
  };
}

function amounts(figures: TransferFigures | undefined) {
  if (!figures) return null;
  const { before1998, balance, principal, account, pool, total } = figures;
  return {
    before1998: inYuan(before1998),
    balance: inYuan(balance),
    principal: inYuan(principal),
    account: inYuan(account),
    pool: inYuan(pool),
    total: inYuan(total),
  };
}

function amount(value: number | null): string | null {
  return value === null ? null : inYuan(value);
}

function inYuan(value: number): string {
  return yuan(fen(value));
}

/** Shows one thing that was done. Of persons and officials it says the kind alone. */
export function shownStep({ step, at, actor, fromState, toState, reason, requestDigest, answerDigest }: CaseStep) {
  return {
    step,
    at: at.toISOString(),
    by: byOf(actor),
    office: actor.kind === 'OFFICE' ? actor.party : null,
    from: fromState as TransferState | null,
    to: toState as TransferState,
    reason,
    requestDigest,
    answerDigest,
  };
}

function byOf(actor: CaseStep['actor']): 'PERSON' | 'DELEGATE' | 'OFFICE' | 'SYSTEM' {
  if (actor.kind === 'PERSON') return actor.delegated === true ? 'DELEGATE' : 'PERSON';
  // Who runs the systems is none of those who follow.
  return actor.kind === 'OPERATOR' ? 'SYSTEM' : actor.kind;
}

/** Codes whose values the papers keep in fen. */
const MONEY = new Set(
  ['AIC093', 'AIC089', 'AIC082', 'AIC083', 'AIC084', 'AIC102'].concat(['AAE180', 'AAE020', 'AAE022', 'AAE381', 'AAE269', 'AAE382']),
);

/** Shows a paper: part 2 of the information sheet (IC91) as rows, the rest as fields. */
export function shownPaper({ kind, number, issuedOn, issuer, fields }: CasePaper) {
  const { IC91: rows, ...plain } = fields;
  const segments = Array.isArray(rows) ? (rows as readonly Readonly<Record<string, unknown>>[]) : [];
  return { kind, number, issuedOn, issuer, fields: shownFields(plain), segments: segments.map((row) => ({ fields: shownFields(row) })) };
}

function shownFields(fields: Readonly<Record<string, unknown>>) {
  return Object.entries(fields).map(([code, value]) => ({ code, value: shownValue(code, value) }));
}

function shownValue(code: string, value: unknown): string | null {
  if (typeof value === 'number') return MONEY.has(code) ? inYuan(value) : String(value);
  return typeof value === 'string' || typeof value === 'boolean' ? String(value) : null;
}
