import type { OfficeOrder } from '@yichuang/kit';
import { jurisdictionOfDivision } from '../people/divisions.js';
import type { Ac02, Registers } from '../people/tables.js';
import { personAccount } from './accounts.js';
import { Books } from './books.js';
import { clearedOf, paidTwice, withoutCleared } from './clearing.js';
import { isLink } from './decide.js';
import { balanceOf, BooksNotClean, exportOf } from './figures.js';
import type { PersonBooks } from './generated-books.js';
import type { Journal } from './journal.js';
import { withoutRelation, withSheet } from './joining.js';
import { openRelation } from './opening.js';
import { OrderDesk } from './order-desk.js';
import type { Holding, OrderRegisters } from './order-registers.js';
import { dueElsewhere } from './unemployment.js';

export interface DeskOptions {
  readonly registers: Registers;
  /** Today in Asia/Shanghai, YYYY-MM-DD. */
  readonly today: string;
  /** Where effects are kept across a restart; nowhere when absent. */
  readonly journal?: Journal;
}

/** The offices of 人社 in all provinces. A relation goes by its person number. */
export class Desk extends OrderDesk {
  readonly books: Books;

  constructor({ registers, today, ...more }: DeskOptions) {
    const books = new Books(registers);
    super({ registers: provincialRegisters(books, today), ...more });
    this.books = books;
  }
}

function provincialRegisters(books: Books, today: string): OrderRegisters {
  return {
    of: (order) => holdingOf(order, books, today),
    opening: () => books.generated.opening(),
    placeOf: jurisdictionOfDivision,
    change(order, { opens, ends, joins, clears }, { sheet, received }) {
      const { jurisdiction, citizenNumber } = order;
      const held = books.of(jurisdiction, citizenNumber);
      const put = (changed: PersonBooks): void => {
        books.put(jurisdiction, citizenNumber, changed);
      };
      const named = (number: string) => held.AC02.find((row) => row.AAC001 === number && row.AAE140 === order.scheme);
      const person = opens ? books.generated.person(citizenNumber) : undefined;
      if (person) put(openRelation(held, order, person));
      const ended = ends === undefined ? undefined : named(ends);
      const leaves = isLink(order) || !sameJurisdiction(order);
      if (ended) put(!leaves ? movedInside(held, ended.AAC001, order) : withoutRelation(held, ended));
      const joined = joins === undefined ? undefined : named(joins);
      if (joined && sheet) put(withSheet(held, joined, sheet, received));
      const cleared = clears === undefined ? undefined : named(clears.personNumber);
      if (cleared && clears) put(withoutCleared(held, cleared, clears));
    },
  };
}

function holdingOf(order: OfficeOrder, all: Books, today: string): Holding {
  const { jurisdiction, citizenNumber, scheme } = order;
  const books = all.of(jurisdiction, citizenNumber);
  const named = (number: string): Ac02 | undefined => books.AC02.find((row) => row.AAC001 === number && row.AAE140 === scheme);
  const benefitDue = ({ AAC001 }: Ac02): number => {
    const payments = books.AC43.filter((row) => row.AAC001 === AAC001 && row.AAE140 === scheme);
    const benefits = all.generated.benefits(jurisdiction, citizenNumber, scheme);
    return dueElsewhere(payments, benefits, (order.month ?? today.slice(0, 7)).replace('-', ''));
  };
  return {
    isKnown: () => all.generated.person(citizenNumber) !== undefined,
    relation: () => relationOf(order, books)?.AAC001,
    hasEnded: () => books.AC02.some((row) => row.AAE140 === scheme),
    drawsBenefit: () => all.generated.drawsBenefit(jurisdiction, citizenNumber, scheme),
    account: (number) => personAccount(jurisdiction, scheme, number),
    held: (number) => balanceOf(books.SC51.filter((row) => row.AAC001 === number && row.AAE140 === scheme)) ?? 0,
    exported(number, moneyMoves) {
      const relation = named(number);
      if (!relation) return undefined;
      if (new Set(books.AC01.map(({ AAC003 }) => AAC003)).size > 1) throw new BooksNotClean('one number with two persons');
      return exportOf({
        ...{ jurisdiction, relation, books, moneyMoves },
        accountKind: order.accountKind,
        month: (order.month ?? today.slice(0, 7)).replace('-', ''),
        otherScheme: order.otherScheme ?? scheme,
        benefitDue: order.benefitDue === true ? benefitDue(relation) : 0,
      });
    },
    overlaps: {
      twice(number, sheet) {
        const relation = named(number);
        return relation ? paidTwice(books, relation, sheet) : [];
      },
      cleared(number, sheet, clearing) {
        const relation = named(number);
        return relation && clearedOf(clearing, { books, relation, sheet, today });
      },
    },
  };
}

/** The relation that is meant: of the scheme, not ended, of the kind of account where the source has both. */
function relationOf({ scheme, accountKind, jurisdiction, from }: OfficeOrder, books: PersonBooks): Ac02 | undefined {
  const open = books.AC02.filter((row) => row.AAE140 === scheme && row.AAC031 !== '3');
  const atSource = jurisdiction === jurisdictionOfDivision(from);
  const kind = accountKind === 'TEMPORARY' ? '2' : '1';
  return (atSource ? open.find((row) => row.AAE473 === kind) : undefined) ?? open[0];
}

/** True between two divisions of one jurisdiction. */
function sameJurisdiction({ from, to }: OfficeOrder): boolean {
  return jurisdictionOfDivision(from) === jurisdictionOfDivision(to);
}

function movedInside<B extends { readonly AC02: readonly { readonly AAC001: string; readonly AAE140: string; readonly AAA027: string }[] }>(
  books: B,
  personNumber: string,
  { scheme, to }: OfficeOrder,
): B {
  const inPlace = to.endsWith('0000');
  return {
    ...books,
    AC02: books.AC02.map((row) => (row.AAC001 === personNumber && row.AAE140 === scheme && !inPlace ? { ...row, AAA027: to } : row)),
  };
}
