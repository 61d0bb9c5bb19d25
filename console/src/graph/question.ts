import type { CombinedError, OperationResult, TypedDocumentNode } from '@urql/vue';
import { computed, onScopeDispose, ref, shallowRef, type ComputedRef, type Ref } from 'vue';
import type { TrustedDocument } from '../generated/console.js';
import { randomText } from '../sign-in/pkce.js';
import { useSession } from '../sign-in/session.js';
import type { AnswerError } from './answer.js';
import { client } from './client.js';

/** For what, and in which case, an official asks. Citizens ask about themselves and say neither. */
export interface Matter {
  readonly purpose: string;
  readonly case: string | undefined;
}

/** How far a question is. `LOST`: nothing came, the connection or the hub is at fault. */
export type Progress = 'IDLE' | 'ASKING' | 'ARRIVING' | 'DONE' | 'LOST';

/** A question that can be asked again, and what has come of it so far. */
export interface Question<Result, Variables> {
  readonly data: Readonly<Ref<Result | undefined>>;
  readonly errors: Readonly<Ref<readonly AnswerError[]>>;
  readonly progress: Readonly<Ref<Progress>>;
  readonly busy: ComputedRef<boolean>;
  ask(variables: Variables, matter?: Matter): void;
  /** Asks no further; what has come stays. */
  stop(): void;
  clear(): void;
}

/** What a change came to. */
export interface Done<Result> {
  readonly data: Result | undefined;
  readonly errors: readonly AnswerError[];
  readonly lost: boolean;
}

const ACCEPT = 'multipart/mixed;deferSpec=20220824, application/graphql-response+json, application/json';

/** A question of a page. Its parts are shown as they arrive; a question asked again, or a page that is left, lets go of the one before. */
export function useQuestion<Result, Variables extends object>(document: TrustedDocument<Result, Variables>): Question<Result, Variables> {
  const data = shallowRef<Result>();
  const errors = shallowRef<readonly AnswerError[]>([]);
  const progress = ref<Progress>('IDLE');
  let stop: () => void = () => undefined;

  function ask(variables: Variables, matter?: Matter): void {
    stop();
    progress.value = 'ASKING';
    const subscription = client.query(node(document), variables, contextOf(matter)).subscribe((result) => {
      const found = errorsOf(result.error);
      noteExpiry(found);
      // Nothing has been answered: what is on the page stays.
      if (found.some(({ code }) => code === 'CONNECTION_LOST' || code.startsWith('TOKEN_'))) {
        errors.value = found;
        progress.value = 'LOST';
        return;
      }
      data.value = result.data ?? undefined;
      errors.value = found;
      progress.value = result.hasNext ? 'ARRIVING' : lost(result) ? 'LOST' : 'DONE';
    });
    stop = () => {
      subscription.unsubscribe();
    };
  }
  function clear(): void {
    stop();
    data.value = undefined;
    errors.value = [];
    progress.value = 'IDLE';
  }
  function leave(): void {
    stop();
    if (progress.value === 'ASKING' || progress.value === 'ARRIVING') progress.value = 'DONE';
  }
  onScopeDispose(() => {
    stop();
  });
  return {
    data,
    errors,
    progress,
    busy: computed(() => progress.value === 'ASKING' || progress.value === 'ARRIVING'),
    ask,
    stop: leave,
    clear,
  };
}

/** Asks once and waits for the whole answer. */
export async function askOnce<Result, Variables extends object>(
  document: TrustedDocument<Result, Variables>,
  variables: Variables,
  matter?: Matter,
): Promise<Done<Result>> {
  return doneOf(await client.query(node(document), variables, contextOf(matter)).toPromise());
}

/** A change that is under way at most once: a second click does nothing. */
export function useChange<Result, Variables extends object>(
  document: TrustedDocument<Result, Variables>,
): { readonly busy: Readonly<Ref<boolean>>; run(variables: Variables, matter?: Matter): Promise<Done<Result> | undefined> } {
  const busy = ref(false);
  return {
    busy,
    async run(variables, matter) {
      if (busy.value) return undefined;
      busy.value = true;
      try {
        return doneOf(await client.mutation(node(document), variables, contextOf(matter)).toPromise());
      } finally {
        busy.value = false;
      }
    },
  };
}

/**
 * A change that has an effect once however often it is sent: it goes under a key of its own, and under the same one again until an answer
 * has come.
 */
export function useAct<Result, Input extends object>(
  document: TrustedDocument<Result, { readonly input: Input & { readonly requestKey?: string | null | undefined } }>,
): { readonly busy: Readonly<Ref<boolean>>; run(input: Input, matter?: Matter): Promise<Done<Result> | undefined> } {
  const change = useChange(document);
  let requestKey = randomText();
  return {
    busy: change.busy,
    async run(input, matter) {
      const done = await change.run({ input: { ...input, requestKey } }, matter);
      if (done?.lost === false) requestKey = randomText();
      return done;
    },
  };
}

function doneOf<Result>(result: OperationResult<Result>): Done<Result> {
  const errors = errorsOf(result.error);
  noteExpiry(errors);
  return { data: result.data ?? undefined, errors, lost: lost(result) };
}

function lost({ data, error }: OperationResult): boolean {
  return (data ?? undefined) === undefined && error !== undefined;
}

function contextOf(matter: Matter | undefined): { fetchOptions: { headers: Record<string, string> } } {
  return { fetchOptions: { headers: { accept: ACCEPT, ...headersOf(matter) } } };
}

/** Who asks, for what, in which case. */
export function headersOf(matter: Matter | undefined): Record<string, string> {
  const { token } = useSession();
  return {
    'yichuang-client': 'console',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(matter ? { 'yichuang-purpose': matter.purpose } : {}),
    ...(matter?.case === undefined ? {} : { 'yichuang-case': matter.case }),
  };
}

/** The document by its hash, in the form the client takes documents in. */
function node<Result, Variables extends object>({ id }: TrustedDocument<Result, Variables>): TypedDocumentNode<Result, Variables> {
  return { kind: 'Document', definitions: [], documentId: id } as unknown as TypedDocumentNode<Result, Variables>;
}

function errorsOf(error: CombinedError | undefined): readonly AnswerError[] {
  if (!error) return [];
  if (error.networkError) return [{ ...NOWHERE, code: 'CONNECTION_LOST' }];
  return error.graphQLErrors.map(({ path, extensions }) => ({
    path: path ?? [],
    code: text(extensions['code']) ?? 'INTERNAL',
    agency: text(extensions['agency']),
    jurisdiction: text(extensions['jurisdiction']),
    since: text(extensions['since']),
    scope: text(extensions['scope']),
    retryAfterSeconds: typeof extensions['retryAfterSeconds'] === 'number' ? extensions['retryAfterSeconds'] : undefined,
    reason: text(extensions['reason']),
  }));
}

const NOWHERE: AnswerError = { path: [], code: '', agency: undefined, jurisdiction: undefined, since: undefined, scope: undefined };

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function noteExpiry(errors: readonly AnswerError[]): void {
  if (errors.some(({ code }) => code === 'TOKEN_EXPIRED' || code === 'TOKEN_INVALID')) useSession().expire();
}
