import type { SubgraphContext } from '@yichuang/kit';
import {
  fenFromYuan,
  monthFrom,
  monthLabel,
  outlook,
  pensionProvinceFrom,
  provinceName,
  RuleRefusal,
  type LifeRecord,
  type OutlookWish,
} from '@yichuang/rules';
import { lastWholeMonth } from '@yichuang/schema';
import type { MissingSource, OutlookWhatIf, PensionOutlook } from '@yichuang/schema/resolvers/hrss';
import type { CardHolderRecord } from '../records.js';
import type { RegisterAnswers } from '../registers.js';
import { lifeRecordOf } from './life-record.js';
import { shownOutlook } from './shown.js';

/** The outlook of a person from all registers that answered; those that did not are named, with what they would change. */
export function pensionOutlook(
  holder: CardHolderRecord | undefined,
  registers: RegisterAnswers,
  whatIf: OutlookWhatIf | null | undefined,
  { question }: Pick<SubgraphContext, 'question'>,
  now = new Date(),
): PensionOutlook {
  const { record, unreadable } = lifeRecordOf(holder, registers, lastWholeMonth(now));
  const missing = registers.gaps.map((gap): MissingSource => {
    const { since } = question.failure(gap).extensions;
    return {
      agency: 'hrss',
      jurisdiction: gap.jurisdiction ?? null,
      code: gap.fault.code,
      since: typeof since === 'string' ? since : null,
      parts: ['pension.relations', 'pension.contributions', 'pension.account', 'pension.benefits'],
      changes: changesOf(gap.jurisdiction),
    };
  });
  const shown = foreseen(record, whatIf);
  const notes = [
    ...(unreadable > 0
      ? [
          {
            reason: 'ROWS_UNREADABLE',
            text: {
              zh: `有${unreadable}条登记内容无法识别，未计入。`,
              en: `${unreadable} rows of the registers cannot be read and are not counted.`,
            },
          },
        ]
      : []),
    ...(record.person.identityConflicts.length > 0
      ? [
          {
            reason: 'IDENTITY_CONFLICT',
            text: {
              zh: '有登记机构在同一公民身份号码下登记了两个人，其月份未能区分，核实前不可作准。',
              en: 'A register has two persons under the number; whose months are whose is not known, so nothing here holds before that is settled.',
            },
          },
        ]
      : []),
  ];
  return { ...shown, provisional: [...shown.provisional, ...notes], missing };
}

function foreseen(record: LifeRecord, whatIf: OutlookWhatIf | null | undefined): Omit<PensionOutlook, 'missing'> {
  try {
    return shownOutlook(outlook(record, wishOf(whatIf ?? {}), { explain: true }));
  } catch (error) {
    if (!(error instanceof RuleRefusal)) throw error;
    const { code, field, message, wayOut } = error.refused;
    return {
      asOf: monthLabel(record.asOf),
      category: null,
      categoryAssumed: false,
      refused: { code, field, text: message, wayOut },
      monthsPaid: null,
      monthsDeemed: null,
      monthsDoubled: null,
      minimumMetIn: null,
      receivingPlace: null,
      retirement: null,
      options: [],
      steps: [],
      provisional: [],
      rule: null,
      article: null,
      version: null,
    };
  }
}

/** @throws RuleRefusal naming the part of the question that cannot be */
function wishOf({ retireIn, base, stopPaying, moveTo, hukou, category }: OutlookWhatIf): OutlookWish {
  return {
    retireIn: retireIn === null || retireIn === undefined ? undefined : monthFrom(retireIn, 'whatIf.retireIn'),
    base: base === null || base === undefined ? undefined : fenFromYuan(base, 'whatIf.base'),
    stopPaying: stopPaying ?? undefined,
    moveTo: moveTo === null || moveTo === undefined ? undefined : pensionProvinceFrom(moveTo, 'whatIf.moveTo'),
    hukou: hukou === null || hukou === undefined ? undefined : pensionProvinceFrom(hukou, 'whatIf.hukou'),
    category: category ?? undefined,
  };
}

function changesOf(jurisdiction: string | undefined): { readonly zh: string; readonly en: string } {
  const name = jurisdiction === undefined ? undefined : provinceName(pensionProvinceFrom(jurisdiction, ''));
  return {
    zh: `${name?.zh ?? '该机构'}的缴费月数和个人账户未计入：缴费月数、待遇金额会更多；如在该地累计满120个月，待遇领取地也可能变为该地。`,
    en: `Months and account in ${name?.en ?? 'this register'} are not counted: months and amounts may be higher, and with 120 months there it may become the receiving place.`,
  };
}
