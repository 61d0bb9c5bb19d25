import type { PostgresPool, PostgresPoolClient } from 'kysely';
import { DatabaseError, type Pool } from 'pg';

/**
 * The connections of a pool for a query builder that hands all of them back. One on which a statement was not answered may never answer
 * again: it is closed, and what is still sent over it, such as the end of the transaction, fails at once. `pool.query` does so by itself.
 */
export function keptFromSilence(pool: Pool): PostgresPool {
  return {
    connect: async () => {
      const client = await pool.connect();
      let given: { readonly up: unknown } | undefined;
      const query = async (text: string, values: readonly unknown[]): Promise<unknown> => {
        if (given) throw given.up;
        try {
          return await client.query(text, [...values]);
        } catch (error) {
          if (!(error instanceof DatabaseError)) given = { up: error };
          throw error;
        }
      };
      return {
        // Cursors are not used, which is the other way in which a query builder may call it.
        query: query as PostgresPoolClient['query'],
        release: () => {
          client.release(given !== undefined);
        },
      };
    },
    end: () => pool.end(),
  };
}
