import { GraphQLError } from 'graphql';
import { DatabaseError } from 'pg';
import { catalogued } from '@yichuang/schema';

/** The store cannot say it now. That is no denial: nothing is released, and it may be asked again. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';

  /** @param retryAfterSeconds from when on somebody is let through to it again; undefined: at once */
  constructor(
    cause: unknown,
    readonly retryAfterSeconds?: number,
  ) {
    super('the store cannot be reached', { cause });
  }

  /** What clients are told beside the code. */
  get detail(): { readonly retryAfterSeconds?: number } {
    return this.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: this.retryAfterSeconds };
  }
}

/** Classes of SQLSTATE with which a database that is there says that it cannot do it now. */
const UNABLE = /^(08|53|57|58|25006|40)/;

/**
 * Does something with the store. What is thrown at once is as good as what is thrown later.
 * @throws StoreUnavailable when the store could not be reached; other faults as they are
 */
export async function reaching<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isLost(error) ? new StoreUnavailable(error) : error;
  }
}

/**
 * Does something with the store for a client.
 * @param code by which the client is told that the store could not be reached
 * @throws GraphQLError with that code; other faults as they are
 */
export async function reachingOr<T>(
  code: 'ACTING_UNAVAILABLE' | 'AUDIT_UNAVAILABLE' | 'CONSENT_UNAVAILABLE' | 'EVENTS_UNAVAILABLE',
  work: () => T | Promise<T>,
): Promise<T> {
  try {
    return await reaching(work);
  } catch (error) {
    throw error instanceof StoreUnavailable ? catalogued(code, error.detail) : error;
  }
}

function isLost(error: unknown): boolean {
  if (error instanceof StoreUnavailable || error instanceof GraphQLError || error instanceof TypeError || error instanceof RangeError)
    return false;
  if (error instanceof DatabaseError) return UNABLE.test(error.code ?? '');
  // What comes from sockets need not be an Error of this realm.
  if (typeof error !== 'object' || error === null) return false;
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  if (typeof code === 'string' && /^E[A-Z]+$/.test(code)) return true;
  return typeof message === 'string' && /timeout|terminated|connection|not queryable|closed/i.test(message);
}
