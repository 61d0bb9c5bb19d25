import { createHash } from 'node:crypto';
import type { OfficeOrder } from '@yichuang/kit';
import { jurisdictionName, placeIn } from '../people/divisions.js';
import type { MinistryRegister } from '../people/tables.js';
import type { PersonBooks } from './generated-books.js';

/** The books of a person at the target once the relation is open there; the person is registered where they are not yet. */
export function openRelation(books: PersonBooks, order: OfficeOrder, person: MinistryRegister['PERSON'][number]): PersonBooks {
  const { jurisdiction, citizenNumber, scheme } = order;
  const ended = books.AC02.find((row) => row.AAE140 === scheme);
  if (ended) return { ...books, AC02: books.AC02.map((row) => (row === ended ? { ...row, AAC031: '1' } : row)) };
  const AAC001 = books.AC01[0]?.AAC001 ?? newPersonNumber(jurisdiction, citizenNumber);
  const { AAC003, AAC004, AAC006, AAC060, AAE138 } = person;
  return {
    ...books,
    AC01: books.AC01.length > 0 ? books.AC01 : [{ AAC001, AAC002: citizenNumber, AAC003, AAC004, AAC006, AAC060, AAE138 }],
    AC02: [
      ...books.AC02,
      {
        AAC001,
        AAC002: citizenNumber,
        AAE140: scheme,
        AAC031: '1',
        // A temporary account that is gathered is joined to an ordinary one.
        AAE473: '1',
        AAC066: scheme === '170' ? '3' : '2',
        AAC049: '',
        AAE042: '',
        AAE201: '0',
        AAE200: '0',
        AAA027: order.to.endsWith('0000') ? placeIn(jurisdiction).area : order.to,
        AAB301: `${jurisdictionName(jurisdiction)}社会保险经办机构`,
      },
    ],
  };
}

/** Twelve digits that no generated register has: theirs begin with the province. */
function newPersonNumber(jurisdiction: string, citizenNumber: string): string {
  const digest = createHash('sha256').update(`${jurisdiction} ${citizenNumber}`).digest();
  return `9${String(digest.readUIntBE(0, 6) % 100_000_000_000).padStart(11, '0')}`;
}
