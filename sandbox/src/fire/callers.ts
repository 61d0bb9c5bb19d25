import type { IdentityProvider } from '../identity-provider.js';

/** What the hub said to one act on a case. */
export interface Said {
  /** Number of the case, where something was done. */
  readonly number: string | null;
  /** Stable code, where it was refused. */
  readonly refused: string | null;
}

interface Asked {
  /** Whose token is sent: an official's key, or `life-INDEX`. */
  readonly as: string;
  readonly purpose?: string;
  readonly caseNumber?: string;
  readonly mutation: string;
  readonly inputType: string;
  readonly input: Readonly<Record<string, unknown>>;
}

const TOKEN_SECONDS = 8 * 3600;
const CALL_MS = 30_000;
const AGAIN_MS = 300;
/** A gateway that is killed comes back: so often, and then it is a finding. */
const MOST_TRIES = 400;
/** Said of a case that has gone on meanwhile, and of acts that are not the caller's. */
const FINAL = new Set(['ACCESS_DENIED', 'CASE_UNKNOWN', 'BAD_REQUEST', 'GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT']);

/** Persons and officials at the one window: whoever gets no answer sends the same request again, under the same key. */
export class Callers {
  readonly #tokens = new Map<string, Promise<string>>();
  /** Requests that were sent again. */
  repeated = 0;

  constructor(
    private readonly gatewayUrl: string,
    private readonly identity: IdentityProvider,
  ) {}

  /** @throws when none is given now; the next call asks anew */
  async token(as: string): Promise<string> {
    const known = this.#tokens.get(as) ?? this.identity.tokenFor(as, { lifetime: TOKEN_SECONDS });
    this.#tokens.set(as, known);
    try {
      return await known;
    } catch (error) {
      this.#tokens.delete(as);
      throw error;
    }
  }

  /** @throws when the hub gives no answer at all, however often it is asked */
  async act(asked: Asked): Promise<Said> {
    const { mutation, inputType, input } = asked;
    const query = `mutation($input: ${inputType}!) { said: ${mutation}(input: $input) { number refusal { code } } }`;
    const headers = {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json',
      ...(asked.purpose === undefined ? {} : { 'yichuang-purpose': asked.purpose }),
      ...(asked.caseNumber === undefined ? {} : { 'yichuang-case': asked.caseNumber }),
    };
    let last = '';
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      if (tries > 0) {
        this.repeated++;
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
      const answer = await this.#once(asked.as, JSON.stringify({ query, variables: { input } }), headers);
      if (answer.said) return { number: answer.said.number, refused: answer.said.refusal?.code ?? null };
      last = answer.code;
      if (FINAL.has(answer.code)) return { number: null, refused: answer.code };
    }
    throw new Error(`${mutation}: no answer after ${MOST_TRIES} tries, last ${last}`);
  }

  async #once(as: string, body: string, said: Readonly<Record<string, string>>): Promise<Once> {
    try {
      const headers = { ...said, authorization: `Bearer ${await this.token(as)}` };
      const response = await fetch(`${this.gatewayUrl}/graphql`, { method: 'POST', headers, body, signal: AbortSignal.timeout(CALL_MS) });
      const { data, errors } = (await response.json()) as {
        readonly data?: { readonly said?: Payload | null } | null;
        readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
      };
      return data?.said ? { said: data.said, code: '' } : { code: errors?.[0]?.extensions?.code ?? `HTTP ${response.status}` };
    } catch {
      return { code: 'NO_ANSWER' };
    }
  }
}

interface Once {
  readonly said?: Payload;
  readonly code: string;
}

interface Payload {
  readonly number: string | null;
  readonly refusal: { readonly code: string } | null;
}
