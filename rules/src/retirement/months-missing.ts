import { minimumMonths } from '../generated/minimum-months.js';
import { monthLabel, monthOf, yearOf, type Month } from '../month.js';
import { versionOf } from '../parameters/table.js';
import { RuleRefusal } from '../refusal.js';
import { Working, type RuleOptions, type Ruled } from '../result.js';
import { minimumMonthsRow } from './minimum-months.js';
import { retirementDates, type RetirementCategory } from './retirement-ages.js';

/** What a person with too few months can do. */
export type ShortageWayOut = 'GO_ON_PAYING' | 'PAY_THE_REST_AT_ONCE' | 'MOVE_TO_RESIDENT_SCHEME' | 'END_RELATION_IN_WRITING';

export interface MinimumMonths {
  readonly statutoryMonth: Month;
  /** The month the pension is to be drawn from; the statutory month unless another was chosen. */
  readonly drawingMonth: Month;
  readonly required: number;
  readonly counted: number;
  readonly shortage: number;
  readonly waysOut: readonly ShortageWayOut[];
}

export interface MinimumMonthsQuestion {
  readonly category: RetirementCategory;
  readonly birthMonth: Month;
  readonly paidMonths: number;
  readonly deemedMonths: number;
  /** 弹性退休: a month of the person's window. */
  readonly drawingMonth?: Month | undefined;
  readonly firstInsuredMonth?: Month | undefined;
}

/** Members from before the Social Insurance Law may pay what is missing at once after five more years. */
const LAW_IN_FORCE = monthOf(2011, 7);
const ARTICLE = '全国人大常委会关于实施渐进式延迟法定退休年龄的决定（2024-09-13）办法第二条';

/**
 * What is missing to the minimum.
 * @throws RuleRefusal OUTSIDE_ELASTIC_WINDOW when the chosen month is not the person's to choose
 */
export function monthsMissing(question: MinimumMonthsQuestion, options: RuleOptions = {}): Ruled<MinimumMonths> {
  const { category, birthMonth, paidMonths, deemedMonths, firstInsuredMonth } = question;
  const working = new Working(options);
  const { statutoryMonth, elastic } = retirementDates(category, birthMonth);
  const drawingMonth = question.drawingMonth ?? statutoryMonth;
  if (drawingMonth !== statutoryMonth) {
    if (elastic === undefined || drawingMonth < elastic.earliestMonth || drawingMonth > elastic.latestMonth) {
      throw new RuleRefusal('OUTSIDE_ELASTIC_WINDOW', 'retireMonth');
    }
    working.provisional('MINIMUM_OF_CHOSEN_YEAR', {
      zh: '弹性退休按所选年份的最低缴费年限计算，条文只要求达到最低年限',
      en: 'the minimum of the chosen year is applied; the decision only says that the minimum must be met',
    });
  }
  const row = minimumMonthsRow(drawingMonth);
  const required = row.values.months;
  const counted = paidMonths + deemedMonths;
  const shortage = Math.max(0, required - counted);
  working.step(() => ({
    text: {
      zh: `${yearOf(drawingMonth)} 年领取，最低缴费 ${required} 个月`,
      en: `drawn in ${yearOf(drawingMonth)}: at least ${required} months`,
    },
    article: ARTICLE,
    amount: String(required),
  }));
  working.step(() => ({
    text: {
      zh: `实际缴费 ${paidMonths} + 视同缴费 ${deemedMonths} = ${counted} 个月，尚缺 ${shortage} 个月`,
      en: `${paidMonths} paid + ${deemedMonths} deemed = ${counted} months, ${shortage} missing`,
    },
    article: ARTICLE,
    amount: String(shortage),
  }));
  if (deemedMonths > 0) {
    working.provisional('DEEMED_MONTHS_COUNT', {
      zh: '视同缴费年限计入最低年限，新规定的文本未逐字核对',
      en: 'deemed months are counted towards the minimum; the wording of the new rule was not read for it',
    });
  }
  if (drawingMonth > statutoryMonth) {
    working.step(() => ({
      text: { zh: `晚于法定月份 ${monthLabel(statutoryMonth)}`, en: `later than the statutory month ${monthLabel(statutoryMonth)}` },
      article: '人社部发〔2024〕94号',
    }));
  }
  return working.ruled(
    { statutoryMonth, drawingMonth, required, counted, shortage, waysOut: waysOut(shortage, firstInsuredMonth) },
    {
      rule: '180 months until 2029, six more for every year from 2030, 240 from 2039; deemed months count',
      article: ARTICLE,
      version: versionOf(minimumMonths, row),
    },
  );
}

/** 人社部令第13号, 人社部发〔2014〕17号: what is open to those who reach the age without the minimum. */
function waysOut(shortage: number, firstInsured: Month | undefined): readonly ShortageWayOut[] {
  if (shortage === 0) return [];
  const atOnce: readonly ShortageWayOut[] = firstInsured !== undefined && firstInsured < LAW_IN_FORCE ? ['PAY_THE_REST_AT_ONCE'] : [];
  return ['GO_ON_PAYING', ...atOnce, 'MOVE_TO_RESIDENT_SCHEME', 'END_RELATION_IN_WRITING'];
}
