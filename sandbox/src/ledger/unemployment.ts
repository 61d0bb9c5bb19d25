import type { Ac43, Sc61 } from '../people/tables.js';
import { fenOf } from './amounts.js';

/*
 * What a source pays to the place where an unemployed person claims (失业保险金申领发放办法 第二十二条至第二十四条): the benefit still due, and half of it
 * again. Written from the order and the rows of the register, not from the rules library, so that each proves the other.
 */

/** 失业保险金标准 in fen a month, of those who have never claimed: invented, the same everywhere. */
const STANDARD = 1_680_00;
const MOST_MONTHS = 24;

/** Fen that go along; 0 for who has paid for less than a year. */
export function dueElsewhere(payments: readonly Ac43[], benefits: readonly Sc61[], month: string): number {
  const paid = [
    ...new Set(payments.filter(({ AAE020, AAE022 }) => (fenOf(AAE020) ?? 0) + (fenOf(AAE022) ?? 0) > 0).map(({ AAE003 }) => AAE003)),
  ];
  if (paid.length < 12) return 0;
  const last = [...benefits].sort((a, b) => (a.AAE041 < b.AAE041 ? 1 : -1))[0];
  if (!last) return oneAndAHalf(STANDARD * fromPaid(paid.length));
  // A new loss of work counts from anew; what was due before and not drawn is added.
  const before = paid.filter((at) => at < last.AAE041).length;
  const drawn = index(last.AAE042 === '' ? month : last.AAE042) - index(last.AAE041) + 1;
  const unused = Math.max(0, fromPaid(before) - drawn);
  const months = Math.min(MOST_MONTHS, fromPaid(paid.length - before) + unused);
  return oneAndAHalf((fenOf(last.AAE129) ?? 0) * months);
}

function fromPaid(months: number): number {
  if (months < 12) return 0;
  return months < 60 ? 12 : months < 120 ? 18 : 24;
}

const oneAndAHalf = (fen: number): number => fen + Math.floor((fen + 1) / 2);
const index = (month: string): number => Number(month.slice(0, 4)) * 12 + Number(month.slice(4, 6));
