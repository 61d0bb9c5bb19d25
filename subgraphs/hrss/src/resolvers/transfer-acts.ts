import { createHash } from 'node:crypto';
import { catalogued, type CitizenRef } from '@yichuang/schema';
import { refuse, type Act, type Actor, type Decision, type SubgraphContext, type TransferCase, type Transfers } from '@yichuang/kit';
import type { MutationResolvers, TransferRefusal } from '@yichuang/schema/resolvers/hrss';
import { answered, caseOfPerson, statementsOf, transfersOf, type TransferDesk } from './transfer.js';
import { shownRefusal, shownTransfer, type ShownTransfer } from './transfer-shown.js';

type Refused = Extract<Decision<unknown>, { readonly ok: false }>;

interface Acted {
  readonly number: string | null;
  readonly state: TransferCase['state'] | null;
  readonly refusal: TransferRefusal | null;
  readonly transfer: ShownTransfer | null;
}

interface Named {
  readonly citizen: string;
  readonly number: string;
  readonly reason?: string;
  readonly requestKey?: string | null;
}

const LONGEST_REASON = 500;
const KEY = /^[\x21-\x7e]{8,64}$/;

/**
 * The mutations of transfers. That the caller may act for the named person the hub has decided and the guards have seen; whether the case
 * is theirs, and whether what they want can be done now, is decided here.
 */
export function transferActs(desk: TransferDesk | undefined): MutationResolvers<SubgraphContext> {
  const act =
    (scope: string, what: (transfers: Transfers, id: string, act: Act & { readonly reason: string }) => Promise<Decision<TransferCase>>) =>
    async (_parent: unknown, { input }: { readonly input: Named }, context: SubgraphContext): Promise<Acted> => {
      const { transfers } = transfersOf(desk);
      const wrong = wrongInput(input);
      if (wrong) return acted(wrong);
      const one = await caseOfPerson(transfersOf(desk), input.citizen, input.number);
      if (!one) return acted(refuse('CASE_UNKNOWN'));
      const by = { actor: actorOf(scope, input.citizen, context), requestKey: keyOf(input, context), reason: input.reason ?? '' };
      return acted(await answered(what(transfers, one.id, by)));
    };
  return {
    async applyForTransfer(_parent, { input }, context) {
      const { transfers, pinOf } = transfersOf(desk);
      const { citizen, kind, from, to, statements } = input;
      const actor = actorOf('transfer.cases:write', citizen, context);
      const wrong = wrongInput(input);
      if (wrong) return { ...acted(wrong), pin: null };
      // At a counter one applies at the place the relation goes to (国办发〔2009〕66号 第八条).
      if (actor.kind === 'OFFICE' && !actor.jurisdictions.includes(to)) return { ...acted(refuse('NOT_YOURS')), pin: null };
      const decision = await answered(
        transfers.apply({
          ...{ citizen: citizen as CitizenRef, kind, source: from, target: to, actor },
          statements: statementsOf(statements),
          requestKey: keyOf(input, context),
        }),
      );
      return { ...acted(decision), pin: decision.ok ? pinOf(decision.value.number) : null };
    },
    withdrawTransfer: act('transfer.cases:write', (transfers, id, by) => transfers.withdraw(id, by)),
    disputeTransfer: act('transfer.cases:write', (transfers, id, by) => transfers.dispute(id, by)),
    acceptTransfer: act('transfer.handling:write', (transfers, id, by) => transfers.accept(id, by)),
    returnTransfer: act('transfer.handling:write', (transfers, id, by) => transfers.returnCase(id, by)),
    reconcileTransfer: act('transfer.handling:write', (transfers, id, by) => transfers.reconcile(id, by)),
    overrideTransfer: act('transfer.handling:write', (transfers, id, by) => transfers.override(id, by)),
    resumeTransfer: act('transfer.handling:write', (transfers, id, by) => transfers.resume(id, by)),
  };
}

/** In what capacity the caller acts, as the grant says: as the person, or for an office of a place. */
function actorOf(scope: string, citizen: string, { question }: SubgraphContext): Actor {
  const { act } = question.call;
  const bases = question
    .grantFor(citizen)
    .filter(({ scopes }) => scopes.includes(scope))
    .map(({ basis }) => basis);
  if (bases.includes('SELF')) return { kind: 'PERSON', ref: citizen as CitizenRef };
  const { user, party, jurisdiction } = act;
  if (!bases.includes('MANDATE') || user === undefined || !party || jurisdiction === undefined)
    throw catalogued('ACCESS_DENIED', { scope });
  return { kind: 'OFFICE', ref: user, party: `${party.kind}:${party.code}`, jurisdictions: [jurisdiction] };
}

/** One key for one request: the client's own, which counts for this caller and person alone, or else that of the grant, which is used once. */
function keyOf({ citizen, requestKey }: Pick<Named, 'citizen' | 'requestKey'>, { question: { call } }: SubgraphContext): string {
  if (typeof requestKey !== 'string') return `grant ${call.jti}`;
  return `client ${createHash('sha256')
    .update(JSON.stringify([call.act.user ?? '', citizen, requestKey]))
    .digest('base64url')}`;
}

function wrongInput({ reason, requestKey }: Pick<Named, 'reason' | 'requestKey'>): Refused | undefined {
  if (typeof requestKey === 'string' && !KEY.test(requestKey))
    return refused('requestKey', { zh: '请求标识须为8至64个可见字符', en: 'the key has 8 to 64 visible characters of ASCII' });
  if (reason !== undefined && reason.length > LONGEST_REASON)
    return refused('reason', { zh: '理由不超过500字', en: 'the reason has at most 500 characters' });
  return undefined;
}

function refused(field: string, text: { readonly zh: string; readonly en: string }): Refused {
  return { ok: false, refusal: { code: 'INPUT_INVALID', field, text } };
}

function acted(decision: Decision<TransferCase> | Refused): Acted {
  if (decision.ok) {
    const { value } = decision;
    return { number: value.number, state: value.state, refusal: null, transfer: shownTransfer(value) };
  }
  return { number: null, state: null, refusal: shownRefusal(decision.refusal), transfer: null };
}
