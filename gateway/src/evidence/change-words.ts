import type { AccessCatalogue } from '@yichuang/schema';
import { OFFICIAL_ROLES } from '../access/principal.js';
import type { DelegationAct } from '../acting/delegation.js';
import type { EmergencyAct } from '../acting/emergency.js';
import type { ConsentAct } from '../consent/consent.js';
import type { RequestAct } from '../consent/request.js';
import type { ChangeActor, RecordedChange } from './changes.js';
import type { Recording } from './recorded-question.js';
import { delegationTitle, kindsOf, nameOf, organisationOf, purposeOf, titlesOf, whoOf, type Organisation, type Words } from './words.js';

/**
 * A change as the graph shows it (`AccessLogEntry`), told in the words of the catalogue.
 * @param id of its row in the log
 */
export function shownChange(
  change: RecordedChange,
  id: string,
  catalogue: AccessCatalogue,
  recording: Pick<Recording, 'actorOf'>,
): Record<string, unknown> {
  const { by, about, act, from, to } = change;
  const organisation = by?.kind === 'OFFICIAL' ? organisationOf(by.party, catalogue) : null;
  const doer = { organisation, own: by?.kind === 'PERSON', onBehalf: by?.kind === 'DELEGATE' ? by.delegation : null };
  const purpose = change.purpose === null ? null : purposeOf(change.purpose, catalogue);
  const kinds = kindsOf(change.scopes, catalogue);
  const concerned = change.organisation ? organisationOf(change.organisation, catalogue) : null;
  const what = objectOf(change, concerned, purpose?.title);
  const deeds: Readonly<Record<string, Words>> = DEEDS[about];
  const did = deeds[act] ?? { zh: act, en: act };
  const who = by ? whoOf(doer) : THE_HUB;
  const titles = titlesOf(kinds);
  const list = kinds.length > 0 ? { zh: `（${titles.zh}）`, en: ` (${titles.en})` } : { zh: '', en: '' };
  return {
    ...doer,
    id,
    at: change.at.toISOString(),
    state: 'CHANGED',
    words: { zh: `${who.zh}${did.zh}：${what.zh}${list.zh}。`, en: `${who.en} ${did.en}: ${what.en}${list.en}.` },
    role: roleOf(by),
    official: by && pseudonymOf(by, recording),
    purpose,
    case: about === 'CASE' ? change.id : null,
    basis: null,
    reference: null,
    law: null,
    article: null,
    kinds,
    agencies: [],
    code: null,
    decisionId: null,
    deferred: null,
    change: { about, id: change.id, act, from, to, organisation: concerned },
  };
}

const THE_HUB: Words = { zh: '平台', en: 'The hub' };

function roleOf(by: ChangeActor | undefined): string | null {
  if (!by) return null;
  return by.kind === 'OFFICIAL' ? by.role : 'CITIZEN';
}

/** The same official has the same one in every row. */
function pseudonymOf(by: ChangeActor, { actorOf }: Pick<Recording, 'actorOf'>): string | null {
  if (by.kind !== 'OFFICIAL') return null;
  const kind = OFFICIAL_ROLES.find((role) => role === by.role);
  return kind ? actorOf({ kind, user: by.user, party: by.party, jurisdiction: undefined }) : null;
}

function objectOf(
  { about, id, delegationKind }: RecordedChange,
  organisation: Organisation | null,
  purpose: Words = { zh: '', en: '' },
): Words {
  const whom = organisation ? nameOf(organisation) : { zh: '', en: '' };
  switch (about) {
    case 'CONSENT_REQUEST':
      return { zh: `${whom.zh}为“${purpose.zh}”提出的授权申请`, en: `the request of ${whom.en} for a consent for “${purpose.en}”` };
    case 'CONSENT':
      return { zh: `给${whom.zh}用于“${purpose.zh}”的授权`, en: `the consent to ${whom.en} for “${purpose.en}”` };
    case 'DELEGATION': {
      const kind = delegationTitle(delegationKind ?? '');
      return { zh: `代办关系“${kind.zh}”`, en: `the delegation “${kind.en}”` };
    }
    case 'CASE':
      return { zh: `${whom.zh}的业务 ${id}“${purpose.zh}”`, en: `case ${id} of ${whom.en} for “${purpose.en}”` };
    case 'EMERGENCY':
      return { zh: `${whom.zh}的紧急访问 ${id}`, en: `the emergency access ${id} of ${whom.en}` };
  }
}

/** Acts the person is told of: an act more is a word more here. Of an emergency access they hear when it is open, not when it is asked for. */
type Deeds<Act extends string> = Readonly<Record<Act, Words>>;
const DEEDS: {
  readonly CONSENT_REQUEST: Deeds<RequestAct>;
  readonly CONSENT: Deeds<ConsentAct>;
  readonly DELEGATION: Deeds<DelegationAct | 'OFFER' | 'REGISTER'>;
  readonly CASE: Deeds<'OPEN' | 'CLOSE'>;
  readonly EMERGENCY: Deeds<Exclude<EmergencyAct, 'LAPSE'>>;
} = {
  CONSENT_REQUEST: {
    REQUEST: { zh: '发起了', en: 'made' },
    APPROVE: { zh: '同意了', en: 'approved' },
    APPROVE_PART: { zh: '部分同意了', en: 'approved a part of' },
    DENY: { zh: '拒绝了', en: 'denied' },
    WITHDRAW: { zh: '撤回了', en: 'took back' },
    EXPIRE: { zh: '因逾期未答复终止了', en: 'ended, as nobody had answered in time' },
  },
  CONSENT: {
    GRANT: { zh: '给出了', en: 'gave' },
    ACTIVATE: { zh: '按约定时间启用了', en: 'let begin at its time' },
    PAUSE: { zh: '暂停了', en: 'suspended' },
    RESUME: { zh: '恢复了', en: 'resumed' },
    REVOKE: { zh: '撤回了', en: 'withdrew' },
    GIVE_UP: { zh: '放弃了', en: 'gave up' },
    EXPIRE: { zh: '因到期终止了', en: 'ended, as its time was over' },
    EXHAUST: { zh: '因次数用尽终止了', en: 'ended, as it had been used as often as it may' },
    NARROW: { zh: '因新的授权缩小了', en: 'narrowed, as a later one had taken over a part' },
    SUPERSEDE: { zh: '因新的授权终止了', en: 'ended, as a later one had taken its place' },
    INVALIDATE: { zh: '因不再成立终止了', en: 'ended, as it did not hold' },
  },
  DELEGATION: {
    OFFER: { zh: '提出了', en: 'offered' },
    REGISTER: { zh: '登记了', en: 'entered' },
    ACCEPT: { zh: '接受了', en: 'accepted' },
    SUSPEND: { zh: '暂停了', en: 'suspended' },
    RESUME: { zh: '恢复了', en: 'resumed' },
    REVOKE: { zh: '撤销了', en: 'took back' },
    END: { zh: '终止了', en: 'ended' },
    LAPSE: { zh: '因不再成立终止了', en: 'ended, as what it rested on had fallen away' },
  },
  CASE: {
    OPEN: { zh: '受理了', en: 'opened' },
    CLOSE: { zh: '办结了', en: 'closed' },
  },
  EMERGENCY: {
    OPEN: { zh: '启动了', en: 'opened' },
    CLOSE: { zh: '结束了', en: 'ended' },
    ESCALATE: { zh: '因逾期未复核上报了', en: 'reported, as nobody had reviewed it in time' },
    FIND_OK: { zh: '复核，认定妥当', en: 'reviewed and found right' },
    FIND_MISUSE: { zh: '复核，认定滥用', en: 'reviewed and found to be a misuse' },
  },
};
