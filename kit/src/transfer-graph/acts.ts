import { createHash } from 'node:crypto';
import { catalogued, type CitizenRef } from '@yichuang/schema';
import type { SubgraphContext } from '../server/subgraph.js';
import type { Clearing, TransferCase } from '../transfers/case.js';
import { refuse, type Actor, type Decision } from '../transfers/decision.js';
import type { Act, Transfers } from '../transfers/transfers.js';
import { answered, caseOfPerson, opened, statementsOf, type TransferGraph, type Wanted } from './fields.js';
import { shownRefusal, shownTransfer } from './shown.js';

type Refused = Extract<Decision<unknown>, { readonly ok: false }>;

interface Named {
  readonly citizen: string;
  readonly number: string;
  readonly reason?: string;
  readonly requestKey?: string | null;
}

const LONGEST_REASON = 500;
const LONGEST_STATEMENT = 100;
const KEY = /^[\x21-\x7e]{8,64}$/;

/** What somebody applies for, as a mutation takes it. */
export interface Asked extends Wanted, Pick<Named, 'citizen' | 'requestKey'> {}

/**
 * What the mutations of transfers do, whatever an agency calls them. That the caller may act for the named person the hub has decided and
 * the guards have seen; whether the case is theirs, and whether what they want can be done now, is decided here.
 */
export function transferActs(graph: TransferGraph) {
  const { agency, scopes } = graph;
  const act =
    <I extends Named>(
      scope: string,
      what: (transfers: Transfers, id: string, act: Act & { readonly reason: string }, input: I) => Promise<Decision<TransferCase>>,
    ) =>
    async (_parent: unknown, { input }: { readonly input: I }, context: SubgraphContext) => {
      const { transfers } = opened(graph);
      const wrong = wrongInput(input);
      if (wrong) return acted(wrong);
      const one = await caseOfPerson(graph, input.citizen, input.number);
      if (!one) return acted(refuse('CASE_UNKNOWN'));
      const by = { actor: actorOf(scope, input.citizen, context), requestKey: keyOf(input, context), reason: input.reason ?? '' };
      return acted(await answered(agency, what(transfers, one.id, by, input)));
    };
  return {
    async apply(asked: Asked, context: SubgraphContext) {
      const { transfers, pinOf } = opened(graph);
      const { citizen, kind, from, to, statements } = asked;
      const actor = actorOf(scopes.cases, citizen, context);
      const wrong = wrongInput(asked);
      if (wrong) return { ...acted(wrong), pin: null };
      // At a counter one applies at the place the relation goes to (国办发〔2009〕66号 第八条).
      if (actor.kind === 'OFFICE' && !actor.jurisdictions.includes(to)) return { ...acted(refuse('NOT_YOURS')), pin: null };
      const said = statementsOf(statements);
      const decision = await answered(
        agency,
        transfers.apply({
          ...{ citizen: citizen as CitizenRef, kind, source: from, target: to, actor },
          statements: said,
          ...(kind === 'COLLECTIVE' && typeof said['approval'] === 'string' ? { collective: said['approval'] } : {}),
          requestKey: keyOf(asked, context),
        }),
      );
      return { ...acted(decision), pin: decision.ok ? pinOf(decision.value.number) : null };
    },
    withdraw: act(scopes.cases, (transfers, id, by) => transfers.withdraw(id, by)),
    dispute: act(scopes.cases, (transfers, id, by) => transfers.dispute(id, by)),
    choose: act<Named & Pick<Clearing, 'keep'>>(scopes.cases, (transfers, id, by, { keep }) => transfers.choose(id, { ...by, keep })),
    accept: act(scopes.handling, (transfers, id, by) => transfers.accept(id, by)),
    returnCase: act(scopes.handling, (transfers, id, by) => transfers.returnCase(id, by)),
    reconcile: act(scopes.handling, (transfers, id, by) => transfers.reconcile(id, by)),
    override: act(scopes.handling, (transfers, id, by) => transfers.override(id, by)),
    resume: act(scopes.handling, (transfers, id, by) => transfers.resume(id, by)),
  };
}

/** In what capacity the caller acts, as the grant says: as the person or by their delegation, or for an office of a place. */
function actorOf(scope: string, citizen: string, { question }: SubgraphContext): Actor {
  const { act } = question.call;
  const granted = question.grantFor(citizen).filter(({ scopes }) => scopes.includes(scope));
  const own = granted.find(({ basis }) => basis === 'SELF');
  // What one is granted of oneself rests on nothing; what a delegate is granted, on the delegation.
  if (own) return { kind: 'PERSON', ref: citizen as CitizenRef, ...(own.ref === undefined ? {} : { delegated: true }) };
  const { user, party, jurisdiction } = act;
  const mandated = granted.some(({ basis }) => basis === 'MANDATE');
  if (!mandated || user === undefined || !party || jurisdiction === undefined) throw catalogued('ACCESS_DENIED', { scope });
  return { kind: 'OFFICE', ref: user, party: `${party.kind}:${party.code}`, jurisdictions: [jurisdiction] };
}

/** One key for one request: the client's own, which counts for this caller and person alone, or else that of the grant, which is used once. */
function keyOf({ citizen, requestKey }: Pick<Named, 'citizen' | 'requestKey'>, { question: { call } }: SubgraphContext): string {
  if (typeof requestKey !== 'string') return `grant ${call.jti}`;
  return `client ${createHash('sha256')
    .update(JSON.stringify([call.act.user ?? '', citizen, requestKey]))
    .digest('base64url')}`;
}

function wrongInput({
  reason,
  requestKey,
  statements,
}: Pick<Named, 'reason' | 'requestKey'> & Pick<Asked, 'statements'>): Refused | undefined {
  if (typeof requestKey === 'string' && !KEY.test(requestKey))
    return refused('requestKey', { zh: '请求标识须为8至64个可见字符', en: 'the key has 8 to 64 visible characters of ASCII' });
  if (reason !== undefined && reason.length > LONGEST_REASON)
    return refused('reason', { zh: '理由不超过500字', en: 'the reason has at most 500 characters' });
  if (Object.values(statementsOf(statements)).some((said) => typeof said === 'string' && said.length > LONGEST_STATEMENT))
    return refused('statements', { zh: '说明每项不超过100字', en: 'a statement has at most 100 characters' });
  return undefined;
}

function refused(field: string, text: { readonly zh: string; readonly en: string }): Refused {
  return { ok: false, refusal: { code: 'INPUT_INVALID', field, text } };
}

function acted(decision: Decision<TransferCase>) {
  if (decision.ok) {
    const { value } = decision;
    return { number: value.number, state: value.state, refusal: null, transfer: shownTransfer(value) };
  }
  return { number: null, state: null, refusal: shownRefusal(decision.refusal), transfer: null };
}
