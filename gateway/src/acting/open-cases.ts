import type { CitizenRef } from '@yichuang/schema';
import type { PageAsked } from '../pages.js';
import type { Store } from '../store/store.js';
import { reachingOr } from '../store/unavailable.js';
import { openCasesOf, type CasesWanted } from './lists.js';

/** A case that is open, and whom it is about. */
export interface OpenCase {
  /** Its place among all cases. */
  readonly place: string;
  readonly number: string;
  readonly citizen: CitizenRef;
  readonly openedAt: Date;
}

/** Reads open cases, newest first, one more than asked where there is one. @throws GraphQLError ACTING_UNAVAILABLE */
export type OpenCases = (wanted: CasesWanted, page: PageAsked<string>) => Promise<readonly OpenCase[]>;

export function openCases({ db }: Store): OpenCases {
  return (wanted, page) =>
    reachingOr('ACTING_UNAVAILABLE', async () => {
      const rows = await openCasesOf(db, wanted, page);
      return rows.map(({ seq, id, subject, opened_at: openedAt }) => ({ place: seq, number: id, citizen: subject, openedAt }));
    });
}
