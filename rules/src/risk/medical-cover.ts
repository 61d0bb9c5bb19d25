import { monthOfDate } from '../calendar/civil-date.js';
import { provinceFrom, provinceName } from '../divisions/division.js';
import { earlierMonth, eachMonth, sharedMonths, type Month, type MonthRange } from '../month.js';
import type { LifeRecord, MedicalCover } from '../record/record.js';
import { schemeName } from '../record/schemes.js';
import { evidence, type Evidence, type RiskRule } from './finding.js';
import { monthsText } from './months-text.js';
import type { Text } from '../text.js';

/** 中断缴费 for longer than this is not made good by paying later (医保办发〔2021〕43号). */
const LONGEST_GAP = 3;

/** R12. */
export const medicalCover: RiskRule = {
  code: 'R12',
  title: { zh: '重复参加医保，或中断三个月以上后补缴报销', en: 'Two medical covers, or a gap over three months paid and claimed later' },
  article: '医保办发〔2021〕43号；国办发〔2024〕38号',
  wayOut: {
    zh: '在征得本人同意后保留一个参保关系：职工优先于居民，职工之间保留就业地；等待期内的费用按当地规定处理。',
    en: 'Keep one cover with the person’s agreement: employee before resident, among employee covers the place of work; costs of the waiting period follow the local rule.',
  },
  reads: ['medicalCovers'],
  withoutSource: 'MORE',
  find: (record) => [...doubleCovers(record), ...gapsPaidLater(record)],
};

function doubleCovers(record: LifeRecord): Evidence[] {
  const covers = record.medicalCovers.flatMap((cover) => {
    const spell = spellOf(cover, record);
    return spell ? [{ cover, spell }] : [];
  });
  return covers.flatMap((one, i) =>
    covers.slice(i + 1).flatMap((other) => {
      const both = sharedMonths(one.spell, other.spell);
      // One month in which one cover ends and the next begins is a change, not a double cover.
      const [a, b] = [one.spell, other.spell];
      if (!both || (both.from === both.to && a.from !== b.from && a.to !== b.to && a.from < b.from === a.to < b.to)) return [];
      const months = [...eachMonth(both)];
      const text = monthsText(months);
      return [
        evidence(
          {
            zh: `${called(one.cover).zh}与${called(other.cover).zh}参保重叠（${text.zh}）。`,
            en: `${called(one.cover).en} and ${called(other.cover).en} overlap (${text.en}).`,
          },
          {
            months,
            schemes: [one.cover.scheme, other.cover.scheme],
            places: [one.cover, other.cover].map(({ poolingArea }) => provinceFrom(poolingArea, '')),
          },
        ),
      ];
    }),
  );
}

/** A cover by its province, its pooling area and its scheme. */
function called({ poolingArea, scheme }: MedicalCover): Text {
  const [place, cover] = [provinceName(provinceFrom(poolingArea, '')), schemeName(scheme)];
  return { zh: `${place.zh}（${poolingArea}）的${cover.zh}`, en: `${cover.en} in ${place.en} (${poolingArea})` };
}

/** Months of a gap that were paid when it was over three months long, and used. */
function gapsPaidLater(record: LifeRecord): Evidence[] {
  return record.medicalCovers.flatMap((cover) => {
    const { claims, payments = [] } = cover;
    const late = payments.filter(({ month, paidOn }) => paidOn !== undefined && monthOfDate(paidOn) - month > LONGEST_GAP);
    const gap = runsOf(late.map(({ month }) => month))
      .filter((run) => run.length > LONGEST_GAP)
      .flat();
    const used = claims ? gap.filter((month) => claims.includes(month)) : gap;
    if (used.length === 0) return [];
    const text = monthsText(used);
    return [
      evidence(
        {
          zh: `中断${gap.length}个月后补缴，${claims ? '并报销了其间的费用' : '其间是否报销未知'}（${text.zh}）。`,
          en: `A gap of ${gap.length} months was paid later${claims ? ' and costs of that time were claimed' : '; whether costs were claimed is not known'} (${text.en}).`,
        },
        { months: used, schemes: [cover.scheme], places: [provinceFrom(cover.poolingArea, '')] },
      ),
    ];
  });
}

function runsOf(months: readonly Month[]): Month[][] {
  const runs: Month[][] = [];
  for (const month of [...new Set(months)].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last && last.at(-1) === month - 1) last.push(month);
    else runs.push([month]);
  }
  return runs;
}

function spellOf({ state, from, to }: MedicalCover, { asOf }: LifeRecord): MonthRange | undefined {
  if (state === 'NOT_INSURED' || (to === undefined && state !== 'NORMAL')) return undefined;
  const end = to === undefined ? asOf : earlierMonth(to, asOf);
  return end < from ? undefined : { from, to: end };
}
