import { createHash } from 'node:crypto';
import type { InformationSheet, OfficeOrder, OfficeReceipt, TransferFigures } from '@yichuang/kit';
import { clearingOf, poolOf, refundsOf, type Line } from './accounts.js';
import type { CaseFile } from './case-file.js';
import type { Cleared } from './clearing.js';
import { BooksNotClean, type Export } from './figures.js';
import type { Holding } from './order-registers.js';

type Figures = TransferFigures;

/** What an office does wrong about an order when it is told to: figures of the sheet, or the money paid, are so many fen too high. */
export interface OrderDefect {
  readonly kind: 'wrong-figures' | 'wrong-fund';
  readonly fen: number;
}

/** What an order does, decided before anything is changed; kept in the journal as it stands. */
export interface Effect {
  readonly receipt: OfficeReceipt & { readonly state: 'DONE' };
  /** A balanced booking; empty where no money moves. */
  readonly lines: readonly Line[];
  readonly side: 'SOURCE' | 'TARGET' | 'BOTH';
  /** OPEN opens a relation, and registers the person where they are not yet. */
  readonly opens?: true;
  /** A relation that is frozen for the case from now on, or no longer. */
  readonly freezes?: string;
  readonly thaws?: string;
  /** The relation that was frozen, by its name in the register. */
  readonly frozen?: string;
  /** The relation that is ended, or joined with the sheet. */
  readonly ends?: string;
  readonly joins?: string;
  /** Months of the sheet that the target has of its own, yyyyMM. */
  readonly twice?: readonly string[];
  /** Those that are paid back. */
  readonly clears?: Cleared;
  readonly sheet?: InformationSheet;
}

export interface Refusal {
  readonly code: string;
  readonly text: string;
}

/** What an office knows when it decides. */
export interface Desktop {
  readonly holding: Holding;
  readonly file: CaseFile;
  frozenFor(relation: string): string | undefined;
  /** Booked to an account since the opening. */
  balance(account: string): number;
  readonly defect: OrderDefect | undefined;
  /** The place that an office is of, between which relations move: of a division its jurisdiction or its pooling area. */
  placeOf(division: string): string;
}

const REFUSALS = {
  NOT_THIS_OFFICE: '不属于本机构业务',
  NO_PERSON: '查无此人',
  NO_RELATION: '本地无此参保关系',
  RELATION_ENDED: '参保关系已终止',
  ALREADY_RECEIVING: '已领取待遇，不予转移',
  FROZEN_FOR_ANOTHER: '参保关系已为另一业务冻结',
  NOT_FROZEN: '参保关系尚未冻结',
  BOOKS_NOT_CLEAN: '缴费记录有误，需人工核对',
  ALREADY_PAID: '基金已划拨',
  NOT_PAID: '基金尚未划拨',
  FUND_NOT_THERE: '清算账户无此笔资金',
  AMOUNT_MISMATCH: '金额不一致',
  SHEET_MISSING: '未附信息表',
  NOT_IMPORTED: '信息表尚未录入',
  ALREADY_CONFIRMED: '关系转移已办结',
  NOT_CONFIRMED: '关系尚未接续',
  ALREADY_CLEARED: '重复缴费已清退',
  NOT_OVERLAPPING: '所列月份并非重复缴费',
  CASE_CLOSED: '业务已撤销',
} as const;
type RefusalCode = keyof typeof REFUSALS;
const refuse = (code: RefusalCode): Refusal => ({ code, text: REFUSALS[code] });

/** What an order does here, or why it does nothing. Changes nothing. */
export function decide(order: OfficeOrder, desk: Desktop): Effect | Refusal {
  const side = sideOf(order, desk);
  if (!side) return refuse('NOT_THIS_OFFICE');
  if (side === 'TARGET' ? desk.file.targetClosed : desk.file.sourceClosed) if (!UNDOES.has(order.action)) return refuse('CASE_CLOSED');
  switch (order.action) {
    case 'OPEN':
      return open(order, desk);
    case 'FREEZE':
      return freeze(order, desk);
    case 'EXPORT':
      return exported(order, desk, (out) => ({
        ...done(order, 'SOURCE'),
        receipt: receiptOf(order, wrong(out.figures, desk, 'wrong-figures'), out.sheet),
      }));
    case 'PAY':
      return pay(order, desk);
    case 'IMPORT':
      if (desk.file.joined) return refuse('ALREADY_CONFIRMED');
      return order.sheet ? { ...done(order, side), sheet: order.sheet } : refuse('SHEET_MISSING');
    case 'RECEIVE':
      return receive(order, desk);
    case 'CONFIRM':
      return confirm(order, desk, side);
    case 'RELEASE':
      return release(order, desk);
    case 'REFUND':
      return side === 'TARGET' ? giveBack(order, desk) : refund(order, desk);
    case 'CLEAR':
      return clear(order, desk);
  }
}

const UNDOES: ReadonlySet<OfficeOrder['action']> = new Set(['RELEASE', 'REFUND']);
const AT_SOURCE: ReadonlySet<OfficeOrder['action']> = new Set(['FREEZE', 'EXPORT', 'PAY', 'RELEASE']);
const AT_TARGET: ReadonlySet<OfficeOrder['action']> = new Set(['OPEN', 'IMPORT', 'RECEIVE', 'CLEAR']);
const NO_MONEY: Figures = { before1998: 0, balance: 0, principal: 0, account: 0, pool: 0, total: 0 };

function sideOf(order: OfficeOrder, { file, placeOf }: Pick<Desktop, 'file' | 'placeOf'>): Effect['side'] | undefined {
  const { action, jurisdiction, from, to, scheme } = order;
  const [source, target] = [placeOf(from), placeOf(to)];
  if (AT_SOURCE.has(action)) return jurisdiction === source ? 'SOURCE' : undefined;
  if (AT_TARGET.has(action)) return jurisdiction === target ? 'TARGET' : undefined;
  // Two schemes of one jurisdiction: the one that was frozen is left.
  if (source === target && isLink(order)) return jurisdiction !== source ? undefined : scheme === file.scheme ? 'SOURCE' : 'TARGET';
  if (source === target) return jurisdiction !== source ? undefined : action === 'CONFIRM' ? 'BOTH' : 'SOURCE';
  return jurisdiction === source ? 'SOURCE' : jurisdiction === target ? 'TARGET' : undefined;
}

function open(order: OfficeOrder, { holding }: Desktop): Effect | Refusal {
  if (!holding.isKnown()) return refuse('NO_PERSON');
  return holding.relation() === undefined ? { ...done(order, 'TARGET'), opens: true } : done(order, 'TARGET');
}

function freeze(order: OfficeOrder, desk: Desktop): Effect | Refusal {
  if (desk.file.frozen !== undefined) return done(order, 'SOURCE');
  const relation = desk.holding.relation();
  if (relation === undefined) return refuse(desk.holding.hasEnded() ? 'RELATION_ENDED' : 'NO_RELATION');
  if (desk.holding.drawsBenefit()) return refuse('ALREADY_RECEIVING');
  const name = frozenName(order, relation);
  if (desk.frozenFor(name) !== undefined) return refuse('FROZEN_FOR_ANOTHER');
  return { ...done(order, 'SOURCE'), freezes: name, frozen: relation };
}

function pay(order: OfficeOrder, desk: Desktop): Effect | Refusal {
  if (desk.file.ended) return refuse('ALREADY_CONFIRMED');
  if (desk.file.paid) return refuse('ALREADY_PAID');
  return exported(order, desk, ({ figures: own }, relation) => {
    const figures = wrong(own, desk, 'wrong-fund');
    // An account is closed as a whole; what it held more or less than what the law lets move is the pool's.
    const held = figures.total === 0 ? 0 : desk.holding.held(relation);
    return {
      ...done(order, 'SOURCE'),
      receipt: receiptOf(order, figures),
      lines: [
        { account: desk.holding.account(relation), fen: -held },
        { account: poolOf(order.jurisdiction), fen: held - figures.total },
        { account: clearingOf(caseOf(order)), fen: figures.total },
      ],
    };
  });
}

/** The source's own figures of a frozen relation. */
function exported(order: OfficeOrder, desk: Desktop, effect: (out: Export, relation: string) => Effect | Refusal): Effect | Refusal {
  const { frozen, ended } = desk.file;
  if (frozen === undefined) return refuse('NOT_FROZEN');
  if (ended) return refuse('ALREADY_CONFIRMED');
  try {
    const moneyMoves = isLink(order) || desk.placeOf(order.from) !== desk.placeOf(order.to);
    const out = desk.holding.exported(frozen, moneyMoves);
    return out ? effect(out, frozen) : refuse('NOT_FROZEN');
  } catch (error) {
    if (error instanceof BooksNotClean) return refuse('BOOKS_NOT_CLEAN');
    throw error;
  }
}

function receive(order: OfficeOrder, desk: Desktop): Effect | Refusal {
  const relation = desk.holding.relation();
  if (relation === undefined) return refuse('NO_RELATION');
  if (desk.file.joined) return refuse('ALREADY_CONFIRMED');
  const { paid } = desk.file;
  if (desk.file.received) return refuse('FUND_NOT_THERE');
  if (!paid || desk.balance(clearingOf(caseOf(order))) !== paid.total) return refuse('FUND_NOT_THERE');
  if (order.figures && (order.figures.account !== paid.account || order.figures.pool !== paid.pool)) return refuse('AMOUNT_MISMATCH');
  return {
    ...done(order, 'TARGET'),
    receipt: receiptOf(order, paid),
    lines: [
      { account: clearingOf(caseOf(order)), fen: -paid.total },
      { account: desk.holding.account(relation), fen: paid.account },
      { account: poolOf(order.jurisdiction), fen: paid.pool },
    ],
  };
}

function confirm(order: OfficeOrder, desk: Desktop, side: Effect['side']): Effect | Refusal {
  const { file } = desk;
  if (side === 'TARGET') {
    const relation = desk.holding.relation();
    if (relation === undefined) return refuse('NO_RELATION');
    if (file.joined) return refuse('ALREADY_CONFIRMED');
    if (!file.sheet) return refuse('NOT_IMPORTED');
    if (file.paid && !file.received) return refuse('FUND_NOT_THERE');
    return { ...done(order, side), joins: relation, twice: desk.holding.overlaps?.twice(relation, file.sheet) ?? [] };
  }
  // Inside one place the relation is ended and joined at once: the second confirmation changes nothing.
  if (side === 'BOTH' && file.ended && file.joined) return done(order, side);
  if (file.ended) return refuse('ALREADY_CONFIRMED');
  if (file.frozen === undefined) return refuse('NOT_FROZEN');
  const ending = { ...done(order, side), ends: file.frozen, thaws: frozenName(order, file.frozen) };
  // A relation that ended with its money still there would have lost it.
  return file.paid ? ending : exported(order, desk, ({ figures }) => (figures.total > 0 ? refuse('NOT_PAID') : ending));
}

/** Months that both places were paid for count once: the account part of those that are not kept is paid back to the person, the pooled part is not. */
function clear(order: OfficeOrder, { file, holding }: Desktop): Effect | Refusal {
  if (file.cleared) return refuse('ALREADY_CLEARED');
  if (!file.joined || !file.sheet) return refuse('NOT_CONFIRMED');
  const relation = holding.relation();
  if (relation === undefined) return refuse('NO_RELATION');
  const { clearing } = order;
  if (!clearing?.months.every((month) => file.twice.includes(month.replace('-', '')))) return refuse('NOT_OVERLAPPING');
  const clears = holding.overlaps?.cleared(relation, file.sheet, clearing);
  if (!clears) return refuse('NOT_OVERLAPPING');
  const { refund: account } = clears;
  if (order.figures && order.figures.account !== account) return refuse('AMOUNT_MISMATCH');
  return {
    ...done(order, 'TARGET'),
    receipt: receiptOf(order, { ...NO_MONEY, balance: account, account, total: account }),
    clears,
    lines: [
      { account: holding.account(relation), fen: -account },
      { account: refundsOf(order.jurisdiction), fen: account },
    ],
  };
}

function release(order: OfficeOrder, { file }: Desktop): Effect | Refusal {
  if (file.ended) return refuse('ALREADY_CONFIRMED');
  if (file.paid && file.paid.total > 0) return refuse('ALREADY_PAID');
  return file.frozen === undefined ? done(order, 'SOURCE') : { ...done(order, 'SOURCE'), thaws: frozenName(order, file.frozen) };
}

/** PAY undone: clearing gives the money back to account and pool. */
function refund(order: OfficeOrder, desk: Desktop): Effect | Refusal {
  const { paid, frozen, ended } = desk.file;
  if (ended) return refuse('ALREADY_CONFIRMED');
  if (!paid || frozen === undefined) return { ...done(order, 'SOURCE'), receipt: receiptOf(order, NO_MONEY) };
  if (desk.balance(clearingOf(caseOf(order))) !== paid.total) return refuse('FUND_NOT_THERE');
  const held = paid.total === 0 ? 0 : desk.holding.held(frozen);
  return {
    ...done(order, 'SOURCE'),
    receipt: receiptOf(order, paid),
    lines: [
      { account: clearingOf(caseOf(order)), fen: -paid.total },
      { account: poolOf(order.jurisdiction), fen: paid.total - held },
      { account: desk.holding.account(frozen), fen: held },
    ],
  };
}

/** RECEIVE and IMPORT undone: the money goes back into clearing. */
function giveBack(order: OfficeOrder, desk: Desktop): Effect | Refusal {
  const { received, joined } = desk.file;
  if (joined) return refuse('ALREADY_CONFIRMED');
  const relation = desk.holding.relation();
  if (!received || relation === undefined) return { ...done(order, 'TARGET'), receipt: receiptOf(order, NO_MONEY) };
  return {
    ...done(order, 'TARGET'),
    receipt: receiptOf(order, received),
    lines: [
      { account: desk.holding.account(relation), fen: -received.account },
      { account: poolOf(order.jurisdiction), fen: -received.pool },
      { account: clearingOf(caseOf(order)), fen: received.total },
    ],
  };
}

function wrong(figures: Figures, { defect }: Desktop, kind: OrderDefect['kind']): Figures {
  if (defect?.kind !== kind) return figures;
  return { ...figures, pool: figures.pool + defect.fen, total: figures.total + defect.fen };
}

const frozenName = ({ jurisdiction, scheme }: OfficeOrder, relation: string): string => `${jurisdiction} ${scheme} ${relation}`;
/** True where the scheme at the other end is another one (resident link). */
export const isLink = ({ scheme, otherScheme }: OfficeOrder): boolean => otherScheme !== undefined && otherScheme !== scheme;
/** The case that an order belongs to. */
export const caseOf = ({ key }: OfficeOrder): string => key.split(':', 1)[0] ?? key;

function done(order: OfficeOrder, side: Effect['side']): Effect {
  return { receipt: receiptOf(order), lines: [], side };
}

function receiptOf(order: OfficeOrder, figures?: Figures, sheet?: InformationSheet): Effect['receipt'] {
  const digest = createHash('sha256').update(`${order.jurisdiction} ${order.key}`).digest('hex');
  return {
    state: 'DONE',
    at: new Date().toISOString(),
    reference: `${order.jurisdiction}${digest.slice(0, 12).toUpperCase()}`,
    ...(figures ? { figures } : {}),
    ...(sheet ? { sheet } : {}),
  };
}
