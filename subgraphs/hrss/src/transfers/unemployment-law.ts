import type { Expectation, Judgement, Move, TransferLaw } from '@yichuang/kit';
import {
  benefitDuration,
  fen,
  paidMonths,
  pensionProvinceFrom,
  unemploymentTransfer,
  type CivilDate,
  type LifeRecord,
  type Month,
  type Ruled,
  type UnemploymentTransfer,
} from '@yichuang/rules';
import { monthOfDay } from './pension-law.js';
import { certificateOf, noteOf, refusalOf, unlessRefused } from './shared.js';
import { UNEMPLOYMENT_TEXTS } from './texts.js';

const UNEMPLOYMENT = new Set(['210'] as const);
const ARTICLE = '失业保险金申领发放办法（劳动保障部令第8号）';

/**
 * Unemployment insurance (失业保险关系转移): the relation follows who is employed, without money; for who is unemployed and claims at the hukou
 * 1.5 times the benefit still due goes along. Statements: `status` (EMPLOYED or UNEMPLOYED) and `claimAt` (LAST_PLACE or HUKOU). No statute
 * sets days for it.
 */
export const unemploymentLaw: TransferLaw = { clock: undefined, judge, expect };

function judge(move: Move, record: LifeRecord, today: CivilDate): Judgement {
  const said = statementsOf(move);
  if (said === undefined) return refusalOf('STATEMENT_MISSING', 'status');
  const origin = pensionProvinceFrom(move.source, 'source');
  const relation = record.relations.find((one) => one.scheme === '210' && one.jurisdiction === origin && one.state !== 'ENDED');
  if (relation === undefined) return refusalOf('NO_RELATION_AT_SOURCE', 'source');
  const ruled = transfer(move, said, record, today);
  const { relationMoves, reason } = ruled.figures;
  if (!relationMoves) return { allowed: false, refusal: { code: reason, text: UNEMPLOYMENT_TEXTS[reason], article: ruled.article } };
  return {
    allowed: true,
    scheme: '210',
    accountKind: 'ORDINARY',
    moneyMoves: reason === 'CLAIMED_AT_HUKOU',
    seals: false,
    ground: { reason, article: ruled.article, version: ruled.version },
    notes: ruled.provisional.map(noteOf),
    certificate: certificateOf(record, '210', origin, relation),
  };
}

function expect(move: Move, record: LifeRecord, today: CivilDate): Expectation {
  const said = statementsOf(move) ?? { status: 'EMPLOYED', claimAt: 'LAST_PLACE' };
  const claims = said.status === 'UNEMPLOYED' && said.claimAt === 'HUKOU';
  return unlessRefused({ moneyMoves: claims, article: ARTICLE }, () => expected(move, said, record, today));
}

function expected(move: Move, said: Said, record: LifeRecord, today: CivilDate): Expectation {
  const ruled = transfer(move, said, record, today);
  const moves = ruled.figures.reason === 'CLAIMED_AT_HUKOU';
  const known = benefitOf(record, move.source) !== undefined;
  const { total } = ruled.figures;
  return {
    // Without a benefit on file the source alone knows what is due a month: its sheet and its money are compared with each other.
    ...(moves && known ? { figures: { before1998: 0, balance: 0, principal: 0, account: 0, pool: total, total } } : {}),
    moneyMoves: moves,
    article: ruled.article,
    version: ruled.version,
    steps: ruled.steps,
    provisional: ruled.provisional,
    notes: [],
  };
}

interface Said {
  readonly status: 'EMPLOYED' | 'UNEMPLOYED';
  readonly claimAt: 'LAST_PLACE' | 'HUKOU';
}

function statementsOf({ statements }: Move): Said | undefined {
  const { status, claimAt } = statements;
  if (status === 'EMPLOYED') return { status, claimAt: 'LAST_PLACE' };
  return status === 'UNEMPLOYED' && (claimAt === 'LAST_PLACE' || claimAt === 'HUKOU') ? { status, claimAt } : undefined;
}

/** The latest claim at the source. */
function benefitOf(record: LifeRecord, source: string): LifeRecord['benefits'][number] | undefined {
  return record.benefits
    .filter(({ scheme, jurisdiction }) => scheme === '210' && jurisdiction === source)
    .sort((a, b) => b.from - a.from)[0];
}

/** Months of benefit still due: those of what was paid since the last claim began, and those of that claim that were not drawn. */
function monthsDue(paid: readonly Month[], benefit: LifeRecord['benefits'][number] | undefined, month: Month): number {
  const due = (paidMonths: number, unusedMonths: number): number => benefitDuration({ paidMonths, unusedMonths, month }).figures.months;
  if (benefit === undefined) return due(paid.length, 0);
  const before = paid.filter((one) => one < benefit.from).length;
  const drawn = (benefit.to ?? month) - benefit.from + 1;
  return due(paid.length - before, Math.max(0, due(before, 0) - drawn));
}

function transfer({ source, target }: Move, said: Said, record: LifeRecord, today: CivilDate): Ruled<UnemploymentTransfer> {
  const month = monthOfDay(today);
  const paid = paidMonths(record, UNEMPLOYMENT).flatMap((one) => (one.jurisdiction === source ? [one.month] : []));
  const benefit = benefitOf(record, source);
  return unemploymentTransfer(
    {
      ...said,
      fromProvince: pensionProvinceFrom(source, 'source'),
      toProvince: pensionProvinceFrom(target, 'target'),
      paidMonths: paid.length,
      monthlyBenefit: benefit?.monthlyAmount ?? fen(0),
      monthsDue: monthsDue(paid, benefit, month),
      drawing: benefit?.state === 'PAYING',
      month,
    },
    { explain: true },
  );
}
