import type { Judgement, Move, TransferLaw } from '@yichuang/kit';
import {
  pensionProvinceFrom,
  retirementCategoryFrom,
  retirementDates,
  type CivilDate,
  type LifeRecord,
  type Province,
  type RetirementCategory,
} from '@yichuang/rules';
import { expectedPension, monthOfDay } from './pension-law.js';
import { certificateOf, refusalOf } from './shared.js';

const ARTICLE = '国办发〔2009〕66号 第五条';

/**
 * A temporary account (临时基本养老保险缴费账户): at pension time it is gathered by the receiving place with all contributions and interest,
 * before that it is sealed where it is (封存). It goes where the ordinary relation is or to the hukou, nowhere else. Statement `category`
 * (F55, F50): the retirement group of a woman where the register does not say it; F50 is taken where nobody does.
 */
export const temporaryLaw: TransferLaw = {
  clock: 'PENSION',
  judge,
  expect: (move, record, today) =>
    expectedPension(
      {
        from: pensionProvinceFrom(move.source, 'source'),
        to: pensionProvinceFrom(move.target, 'target'),
        accountKind: 'TEMPORARY',
      },
      record,
      today,
    ),
};

function judge({ source, target, statements }: Move, record: LifeRecord, today: CivilDate): Judgement {
  const origin = pensionProvinceFrom(source, 'source');
  const relation = record.relations.find(
    ({ scheme, jurisdiction, accountKind, state }) =>
      scheme === '110' && jurisdiction === origin && accountKind === 'TEMPORARY' && state !== 'ENDED',
  );
  if (relation === undefined) return refusalOf('NO_RELATION_AT_SOURCE', 'source');
  const { sex, birthMonth } = record.person;
  if (sex === undefined || birthMonth === undefined) return refusalOf('PERSON_FACTS_MISSING');
  const category = record.person.category ?? categoryOf(sex, statements['category']);
  const { statutoryMonth } = retirementDates(category, birthMonth);
  const gathered = statutoryMonth <= monthOfDay(today);
  if (gathered && !gathersAt(record, pensionProvinceFrom(target, 'target')))
    return refusalOf('NOT_THE_GATHERING_PLACE', 'target', `${ARTICLE}、第六条`);
  return {
    allowed: true,
    scheme: '110',
    accountKind: 'TEMPORARY',
    moneyMoves: gathered && source !== target,
    seals: !gathered,
    ground: { reason: gathered ? 'GATHERED_AT_PENSION_TIME' : 'SEALED_UNTIL_PENSION_TIME', article: ARTICLE, version: '2010-01-01' },
    notes: gathered
      ? []
      : [
          {
            code: 'SEALED_ELSEWHERE',
            text: {
              zh: '未到退休时间：临时缴费账户在原地封存，退休时由待遇领取地归集',
              en: 'it is not pension time yet: the account is sealed where it is, and the receiving place gathers it then',
            },
            article: ARTICLE,
          },
        ],
    certificate: certificateOf(record, '110', origin, relation),
  };
}

/** Where an ordinary relation is, or the hukou: every place that can pay the pension is one of them (art. 6). */
function gathersAt({ person, relations }: LifeRecord, place: Province): boolean {
  return (
    person.hukouProvince === place ||
    relations.some(
      ({ scheme, jurisdiction, accountKind, state }) =>
        scheme === '110' && jurisdiction === place && accountKind === 'ORDINARY' && state !== 'ENDED',
    )
  );
}

function categoryOf(sex: 'M' | 'F', stated: string | boolean | undefined): RetirementCategory {
  if (sex === 'M') return 'M60';
  return typeof stated === 'string' ? retirementCategoryFrom(stated, 'category') : 'F50';
}
