import { PERSONA_GRANT, SANDBOX_CLIENT } from '../tokens.js';

/** One question about one person that all four agencies answer. */
export const ONE_WINDOW_QUERY = `{
  me {
    identity { name birthDate }
    pension {
      monthsPaid
      account { balance }
      relations { jurisdiction scheme state firstMonth lastMonth provenance { agency system asOf } }
    }
    employments { employerName from to kind jurisdiction }
    platformWork { platformName trade from to }
    businesses { creditCode name }
    courierWork { filingNumber from to outlet { filingNumber } }
    medical { account { balance } enrolments { scheme poolingArea state from to } }
  }
}`;

type Person = Readonly<Record<string, unknown>>;

/** What in the answer only this agency can have given. */
const GIVEN_BY: Readonly<Record<string, (me: Person) => unknown>> = {
  hrss: (me) => me.identity,
  'market-regulation': (me) => me.platformWork ?? me.businesses,
  postal: (me) => me.courierWork,
  'medical-insurance': (me) => (me.medical as Person | null | undefined)?.enrolments,
};

export interface FirstAnswer {
  readonly milliseconds: number;
  readonly answered: readonly string[];
  readonly missing: readonly string[];
  readonly errors: readonly string[];
}

/** An access token for a persona, valid for a working day. */
export async function personaToken(issuer: string, persona: string): Promise<string> {
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: PERSONA_GRANT, client_id: SANDBOX_CLIENT, persona, lifetime: String(8 * 3600) }),
  });
  const { access_token: token } = (await response.json()) as { access_token?: string };
  if (token === undefined) throw new Error(`The identity provider gives no token for ${persona}.`);
  return token;
}

/** Asks the one-window query once and says which agencies answered. */
export async function askOnce(url: string, token: string): Promise<FirstAnswer> {
  const from = performance.now();
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query: ONE_WINDOW_QUERY }),
    signal: AbortSignal.timeout(30_000),
  });
  const answer = (await response.json()) as {
    data?: { me?: Person | null } | null;
    errors?: { message: string; path?: (string | number)[]; extensions?: { code?: string } }[];
  };
  const milliseconds = Math.round(performance.now() - from);
  const me = answer.data?.me ?? {};
  const agencies = Object.entries(GIVEN_BY).map(([agency, given]) => ({ agency, answered: (given(me) ?? null) !== null }));
  return {
    milliseconds,
    answered: agencies.filter(({ answered }) => answered).map(({ agency }) => agency),
    missing: agencies.filter(({ answered }) => !answered).map(({ agency }) => agency),
    errors: (answer.errors ?? []).map(
      ({ message, path, extensions }) => `${extensions?.code ?? 'ERROR'} ${path?.join('.') ?? ''}: ${message}`,
    ),
  };
}
