import { DatabaseError } from 'pg';

/** The store cannot say now what a person has allowed. That is no denial: nothing is released, and it may be asked again. */
export class ConsentsUnavailable extends Error {
  override readonly name = 'ConsentsUnavailable';

  constructor(cause: unknown) {
    super('the store of consents cannot be reached', { cause });
  }
}

/** Classes of SQLSTATE with which a database that is there says that it cannot do it now. */
const UNABLE = /^(08|53|57|58|25006|40)/;

/**
 * Does something with the store.
 * @throws ConsentsUnavailable when the store could not be reached; other faults as they are
 */
export async function reaching<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ConsentsUnavailable) throw error;
    const answered = error instanceof DatabaseError && !UNABLE.test(error.code ?? '');
    if (answered || error instanceof TypeError || error instanceof RangeError) throw error;
    throw isLost(error) ? new ConsentsUnavailable(error) : error;
  }
}

function isLost(error: unknown): boolean {
  if (error instanceof DatabaseError) return true;
  // What comes from sockets need not be an Error of this realm.
  if (typeof error !== 'object' || error === null) return false;
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  if (typeof code === 'string' && /^E[A-Z]+$/.test(code)) return true;
  return typeof message === 'string' && /timeout|terminated|connection|not queryable|closed/i.test(message);
}
