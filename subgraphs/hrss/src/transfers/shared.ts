import type { Expectation, Judgement, SideNote } from '@yichuang/kit';
import { monthLabel, paidMonths, RuleRefusal, yuan, type LifeRecord, type Provisional, type Province, type Text } from '@yichuang/rules';

type Scheme = LifeRecord['relations'][number]['scheme'];

const REFUSALS = {
  PERSON_FACTS_MISSING: {
    zh: '登记信息不全（性别、出生日期或户籍），无法审核',
    en: 'the register lacks sex, birth date or hukou: this cannot be judged',
  },
  PERSON_DEAD: { zh: '登记为已死亡', en: 'the person is registered as dead' },
  NO_RELATION_AT_SOURCE: { zh: '转出地没有可以转移的关系', en: 'there is no relation at the source that could move' },
  APPROVAL_MISSING: { zh: '成建制划转须有批准文号', en: 'a whole unit moves by an approval: its number is missing' },
  STATEMENT_MISSING: { zh: '缺少办理该类转移所需的说明', en: 'what this kind of transfer asks the applicant is missing' },
  NOT_THE_GATHERING_PLACE: {
    zh: '临时缴费账户归集至一般账户所在地或户籍地（待遇领取地）',
    en: 'a temporary account is gathered where the ordinary relation is, or at the hukou: one of them pays the pension',
  },
  DIRECTION_DIFFERS: { zh: '按职工缴费年限，应向另一制度衔接', en: 'by the employee months the link goes the other way' },
} as const satisfies Readonly<Record<string, Text>>;

/** A no that no rule gives: what is missing before one can be asked. */
export function refusalOf(code: keyof typeof REFUSALS, field?: string, article?: string): Judgement {
  const where = { ...(field === undefined ? {} : { field }), ...(article === undefined ? {} : { article }) };
  return { allowed: false, refusal: { code, text: REFUSALS[code], ...where } };
}

/**
 * What should move. Where no rule can say it, why: ours is not known then, and the sheet and the money are compared with each other alone.
 * @param known what holds all the same
 */
export function unlessRefused(known: Pick<Expectation, 'moneyMoves' | 'article' | 'overlap'>, expectation: () => Expectation): Expectation {
  try {
    return expectation();
  } catch (error) {
    if (!(error instanceof RuleRefusal)) throw error;
    const { code, message } = error.refused;
    return { refused: { code, text: message }, ...known, version: '', steps: [], provisional: [], notes: [] };
  }
}

/** What in an answer may still change, as a note of the case. */
export function noteOf({ text }: Provisional): SideNote {
  return { code: 'PROVISIONAL', text };
}

/** The certificate of insurance and contributions (参保缴费凭证), by national codes: what the source's register says today. */
export function certificateOf(
  record: LifeRecord,
  scheme: Scheme,
  province: Province,
  relation: LifeRecord['relations'][number],
): Readonly<Record<string, string>> {
  const months = paidMonths(record, new Set([scheme])).filter(({ jurisdiction }) => jurisdiction === province);
  const account = record.accounts.find(
    (one) => one.scheme === scheme && one.jurisdiction === province && one.accountKind === relation.accountKind,
  );
  const [first, last] = [months[0], months.at(-1)];
  return {
    AAE140: scheme,
    AAB299: province,
    ...(first === undefined ? {} : { AAE030: monthLabel(first.month) }),
    ...(last === undefined ? {} : { AAE031: monthLabel(last.month) }),
    AAE201: String(months.filter(({ actual }) => actual).length),
    ...(account?.balance === undefined ? {} : { AAE240: yuan(account.balance) }),
  };
}
