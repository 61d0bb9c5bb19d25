import type { PostgresPool, PostgresPoolClient } from 'kysely';
import { DatabaseError, type Pool } from 'pg';
import type { Silence } from './silence.js';

/**
 * The connections of a pool for a query builder that hands all of them back. One on which a statement was not answered may never answer
 * again: it is closed, and what is still sent over it, such as the end of the transaction, fails at once. `pool.query` does so by itself.
 * @param silence is asked before a connection is, and told what came
 */
export function keptFromSilence(pool: Pool, silence: Silence): PostgresPool {
  return {
    connect: async () => {
      const turn = silence.turn();
      const client = await pool.connect().catch((error: unknown) => {
        throw turn.failed(error);
      });
      let given: { readonly up: unknown } | undefined;
      // A connection that breaks between two statements says so here; without a listener it would end the process.
      const broken = (error: unknown): void => {
        given ??= { up: error };
      };
      client.on('error', broken);
      const query = async (text: string, values: readonly unknown[]): Promise<unknown> => {
        if (given) throw given.up;
        try {
          const answer = await client.query(text, [...values]);
          turn.answered();
          return answer;
        } catch (error) {
          const told = turn.failed(error);
          if (!(error instanceof DatabaseError)) given = { up: told };
          throw told;
        }
      };
      return {
        // Cursors are not used, which is the other way in which a query builder may call it.
        query: query as PostgresPoolClient['query'],
        release: () => {
          client.off('error', broken);
          client.release(given !== undefined);
          turn.over();
        },
      };
    },
    end: () => pool.end(),
  };
}
