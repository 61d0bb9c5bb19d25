import { ref, shallowRef, type Ref, type ShallowRef } from 'vue';
import { ownCasesDocument, type ownCasesQuery } from '../generated/console.js';
import { askOnce } from '../graph/question.js';

export type OwnCase = NonNullable<NonNullable<ownCasesQuery['myCases']>['nodes']>[number];

/** The cases an official has opened, newest first, read page by page. */
export function useOwnCases(): {
  readonly cases: ShallowRef<readonly OwnCase[]>;
  readonly more: Ref<boolean>;
  readonly busy: Ref<boolean>;
  readonly lost: Ref<boolean>;
  /** Reads the next page. */
  next(): Promise<void>;
  /** Begins anew. */
  again(): Promise<void>;
} {
  const cases = shallowRef<readonly OwnCase[]>([]);
  const [more, busy, lost] = [ref(false), ref(false), ref(false)];
  let after: string | undefined;

  async function next(): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    const { data } = await askOnce(ownCasesDocument, { after });
    busy.value = false;
    lost.value = !data?.myCases;
    if (!data?.myCases) return;
    const { nodes, pageInfo } = data.myCases;
    const known = new Set(after === undefined ? [] : cases.value.map(({ number }) => number));
    cases.value = [...(after === undefined ? [] : cases.value), ...(nodes ?? []).filter(({ number }) => !known.has(number))];
    more.value = pageInfo.hasNextPage;
    after = pageInfo.endCursor ?? undefined;
  }
  async function again(): Promise<void> {
    after = undefined;
    await next();
  }
  return { cases, more, busy, lost, next, again };
}
