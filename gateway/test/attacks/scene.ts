import type { GrantedCall } from '@yichuang/schema';
import type { Received } from '../setup/fake-agency.js';
import { OWN_NUMBER, ref, type Answered, type TestHub } from '../setup/hub.js';

/* What attacks have in common: callers of every kind, what persons allow them, and all that the agencies were sent. */

export const EMPLOYER = '91440300MA5DHDAD1B';
export const ASSERT = 'pension.months:assert';
export const COUNT = 'pension.months:count';
export const UNIT_HERE = '91440101MA59ABCD1X';
export const UNIT_ELSEWHERE = '91350100M000100Y43';

type Token = Promise<string>;

/** A token of somebody's at an employer. */
export function employer(hub: TestHub, party = EMPLOYER): Token {
  return hub.token({ sub: `clerk of ${party}`, role: 'employer', party_kind: 'EMPLOYER', party });
}

/** A token of somebody's at a legal aid centre. */
export function legalAid(hub: TestHub, party = 'aid-1'): Token {
  return hub.token({ sub: `lawyer of ${party}`, role: 'integrator', party_kind: 'LEGAL_AID', party });
}

/** A caseworker's token. */
export function official(hub: TestHub, change: Readonly<Record<string, unknown>> = {}): Token {
  return hub.token({ sub: 'w-1', role: 'caseworker', party_kind: 'HRSS_OFFICE', party: '440000', jurisdiction: '440000', ...change });
}

/** A citizen's token; a fresh sign-in on demand. */
export function citizen(hub: TestHub, number = OWN_NUMBER, steppedUp = false): Token {
  const anew = steppedUp ? { acr: 'urn:yichuang:acr:step-up', auth_time: Math.floor(Date.now() / 1000) } : {};
  return hub.token({ sub: `u-${number.slice(6, 14)}`, role: 'citizen', citizen_number: number, ...anew });
}

/** What a root field answered. @throws where it did not */
export function field({ body }: Answered, name: string): Readonly<Record<string, unknown>> {
  const value = body.data?.[name];
  if (typeof value !== 'object' || value === null) throw new Error(`no ${name}: ${JSON.stringify(body)}`);
  return value as Readonly<Record<string, unknown>>;
}

/** Place and code of every error. */
export function refusals({ body }: Answered): unknown[] {
  return (body.errors ?? []).map(({ path, extensions }) => [path?.join('.'), extensions['code']]);
}

/** Codes of all errors, each once. */
export function codes({ body }: Answered): unknown[] {
  return [...new Set((body.errors ?? []).map(({ extensions }) => extensions['code']))];
}

const REQUEST =
  'mutation($input: RequestConsentInput!) { requestConsent(input: $input) { request { id notice { hash } scopes { scope separate } } } }';
const APPROVE = 'mutation($input: ApproveConsentRequestInput!) { approveConsentRequest(input: $input) { consent { id } } }';

/** Asks a person for consent in the name of who holds the token, and has them give it. @returns the consent's id */
export async function consented(
  hub: TestHub,
  recipient: string,
  number: string,
  terms: { readonly purpose: string; readonly scopes: readonly string[] } & Readonly<Record<string, unknown>>,
): Promise<string> {
  const asked = await hub.ask(REQUEST, { token: recipient, variables: { input: { citizen: ref(number), ...terms } } });
  const { id, notice, scopes } = field(asked, 'requestConsent')['request'] as {
    readonly id: string;
    readonly notice: { readonly hash: string };
    readonly scopes: readonly { readonly scope: string }[];
  };
  const input = { id, noticeHash: notice.hash, separately: scopes.map(({ scope }) => scope) };
  const approved = await hub.ask(APPROVE, { token: await citizen(hub, number), variables: { input } });
  return (field(approved, 'approveConsentRequest')['consent'] as { readonly id: string }).id;
}

/** What a person does with a consent: `pause`, `resume` or `revoke`. */
export async function act(hub: TestHub, number: string, what: 'pause' | 'resume' | 'revoke', id: string): Promise<void> {
  const name = `${what}Consent`;
  const type = `${what[0]?.toUpperCase() ?? ''}${what.slice(1)}ConsentInput`;
  const query = `mutation($input: ${type}!) { ${name}(input: $input) { consent { state } } }`;
  field(await hub.ask(query, { token: await citizen(hub, number), variables: { input: { id } } }), name);
}

/** Opens a case in the name of an official. @returns its number */
export async function opened(hub: TestHub, token: string, variables: Readonly<Record<string, unknown>>): Promise<string> {
  const query = `mutation($citizen: ID!, $purpose: String!, $jurisdictions: [DivisionCode!]) {
    openCase(citizen: $citizen, purpose: $purpose, jurisdictions: $jurisdictions, presented: IN_PERSON) { number }
  }`;
  return String(field(await hub.ask(query, { token, variables }), 'openCase')['number']);
}

/** A call to an agency, with what its grant says. */
export interface Sent extends Received {
  readonly agency: string;
  readonly grant: GrantedCall;
}

/** Everything the agencies were sent, oldest first by agency. */
export function sent(hub: TestHub): Sent[] {
  return Object.entries(hub.agencies).flatMap(([agency, { questions }]) =>
    questions.map((received) => {
      const [, disclosure = ''] = String(received.headers['yichuang-grant']).split('~');
      const [, grant] = JSON.parse(Buffer.from(disclosure, 'base64url').toString()) as [string, GrantedCall];
      return { ...received, agency, grant };
    }),
  );
}

/** Without what the hub asked on its own behalf in order to decide. */
export function released(hub: TestHub): Sent[] {
  return sent(hub).filter(({ grant }) => !grant.release.some(({ basis }) => basis === 'DECISION'));
}

/** Forgets what the agencies were sent. */
export function forget(hub: TestHub): void {
  for (const agency of Object.values(hub.agencies)) agency.received.length = 0;
}
