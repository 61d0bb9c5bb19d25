import { Pool } from 'undici';

/** Who asks, in the headers of a request. */
export type Who = Readonly<Record<string, string>>;

/** What a question that rests on a consent came to. OTHER: neither an answer nor a refusal, such as OVERLOADED. */
export type Told = 'ALLOWED' | 'REFUSED' | 'KNOWN_REVOKED' | `OTHER ${string}`;

interface Answer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

const PURPOSE = 'HIRING_CHECK';
const REQUEST = 'mutation ($input: RequestConsentInput!) { requestConsent(input: $input) { request { id notice { hash } } } }';
const APPROVE = 'mutation ($input: ApproveConsentRequestInput!) { approveConsentRequest(input: $input) { consent { id } } }';
const REVOKE = 'mutation ($input: RevokeConsentInput!) { revokeConsent(input: $input) { consent { state } } }';
const READ = 'query ($id: ID!) { citizen(id: $id) { pension { hasPaidAtLeast(months: 24) } } }';
const CONNECTIONS = 64;
/** What the store does not count another use of is not told from what is used up. */
const REFUSALS: ReadonlySet<string> = new Set(['CONSENT_EXHAUSTED', 'CONSENT_REQUIRED', 'ACCESS_DENIED']);

/** Of these two the first is read and revoked; who holds the other is told by which code the first is refused. */
export const READ_SCOPE = 'pension.months:assert';
export const STANDING_SCOPE = 'pension.months:count';

/** What persons and an employer do about consent at one gateway. */
export class Consenting {
  readonly #pool: Pool;
  readonly #path: string;

  /** @param url GraphQL address of the gateway */
  constructor(url: string) {
    const { origin, pathname } = new URL(url);
    this.#pool = new Pool(origin, { connections: CONNECTIONS, pipelining: 1 });
    this.#path = pathname;
  }

  /** The person's own reference. */
  async referenceOf(person: Who): Promise<string> {
    const { id } = await this.#done<{ id: string }>(person, '{ me { id } }', {});
    return id;
  }

  /** Has the employer ask the person for one scope, and the person allow it. @returns the consent */
  async grant(employer: Who, person: Who, citizen: string, scope: string): Promise<string> {
    const { request } = await this.#done<{ request: { id: string; notice: { hash: string } } }>(employer, REQUEST, {
      input: { citizen, purpose: PURPOSE, scopes: [scope] },
    });
    const { consent } = await this.#done<{ consent: { id: string } }>(person, APPROVE, {
      input: { id: request.id, noticeHash: request.notice.hash, together: [], separately: [scope] },
    });
    return consent.id;
  }

  async revoke(person: Who, consent: string): Promise<void> {
    const { consent: revoked } = await this.#done<{ consent: { state: string } }>(person, REVOKE, { input: { id: consent } });
    if (revoked.state !== 'REVOKED') throw new Error(`a revocation left a consent ${revoked.state}`);
  }

  /** Asks the one question that rests on the consent. */
  async read(employer: Who, citizen: string): Promise<Told> {
    const { data, errors } = await this.#ask({ ...employer, 'yichuang-purpose': PURPOSE }, READ, { id: citizen });
    const person = data?.['citizen'] as { pension: { hasPaidAtLeast: boolean | null } | null } | null | undefined;
    if (typeof person?.pension?.hasPaidAtLeast === 'boolean') return 'ALLOWED';
    const code = errors?.[0]?.extensions?.code ?? 'no code';
    if (code === 'CONSENT_REVOKED') return 'KNOWN_REVOKED';
    return REFUSALS.has(code) ? 'REFUSED' : `OTHER ${code}`;
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  async #done<T>(who: Who, query: string, variables: object): Promise<T> {
    const { data, errors } = await this.#ask(who, query, variables);
    const [value] = Object.values(data ?? {});
    if (errors || value === undefined || value === null)
      throw new Error(`refused: ${(errors ?? []).map(({ extensions, message }) => extensions?.code ?? message).join(', ')}`);
    return value as T;
  }

  async #ask(who: Who, query: string, variables: object): Promise<Answer> {
    const { body } = await this.#pool.request({
      path: this.#path,
      method: 'POST',
      headers: { 'content-type': 'application/json', ...who },
      body: JSON.stringify({ query, variables }),
    });
    return (await body.json()) as Answer;
  }
}
