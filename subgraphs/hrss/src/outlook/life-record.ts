import { recordsOf, type Loaded } from '@yichuang/kit';
import { lifeRecordFromJson, type LifeRecord } from '@yichuang/rules';
import { accountsOf } from '../account.js';
import { identityConflict } from '../identity-conflict.js';
import type { BenefitRecord, CardHolderRecord, ContributionRecord, RelationRecord } from '../records.js';
import type { RegisterAnswers } from '../registers.js';

type Row = Readonly<Record<string, unknown>>;
type Answer = Loaded & { readonly ok: true };

/** What of a person's record a pension register holds. */
const PARTS = ['relations', 'bookings', 'accounts', 'benefits'];

/**
 * The lifetime record that rules read, out of what the registers say of a person's pensions. Rows that no rule can read are left out and
 * counted.
 * @param asOf month in which it is looked at, YYYY-MM
 */
export function lifeRecordOf(
  holder: CardHolderRecord | undefined,
  { answers, gaps }: RegisterAnswers,
  asOf: string,
): { readonly record: LifeRecord; readonly unreadable: number } {
  let unreadable = 0;
  const record = lifeRecordFromJson(
    {
      asOf,
      person: {
        ...present({ sex: holder?.sex, birthDate: holder?.birthDate, hukou: holder?.hukou, diedOn: holder?.diedOn }),
        identityConflicts: answers.flatMap((answer) =>
          identityConflict(answer).length > 0
            ? [{ kind: 'TWO_PERSONS_ONE_NUMBER', ...present({ jurisdiction: answer.jurisdiction }) }]
            : [],
        ),
      },
      relations: answers.flatMap((answer) => relationsIn(answer).map(relationJson)),
      months: answers.flatMap((answer) => {
        const relations = relationsIn(answer);
        return recordsOf<ContributionRecord>(answer, 'contribution').map((row) => ({
          ...bookingJson(row),
          ...kindOf(row.scheme, relations),
        }));
      }),
      accounts: answers.flatMap((answer) => {
        const relations = relationsIn(answer);
        return accountsOf(answer).map(({ scheme, jurisdiction, balance, years }) => ({
          ...present({ scheme, jurisdiction, balance }),
          ...kindOf(scheme, relations),
          years: years
            .filter(({ year }) => year !== null)
            .map(({ year, months, credited, interest, balance: end }) => present({ year, months, credited, interest, balance: end })),
        }));
      }),
      benefits: answers.flatMap((answer) =>
        recordsOf<BenefitRecord>(answer, 'benefit').map(({ scheme, state, from, to, monthlyAmount, provenance }) =>
          present({ scheme, state, from, to, monthlyAmount, jurisdiction: provenance.jurisdiction }),
        ),
      ),
      missing: gaps.map(({ jurisdiction }) => ({ agency: 'hrss', parts: PARTS, ...present({ jurisdiction }) })),
    },
    () => {
      unreadable++;
    },
  );
  return { record, unreadable };
}

function relationsIn(answer: Answer): readonly RelationRecord[] {
  return recordsOf<RelationRecord>(answer, 'relation');
}

function relationJson(row: RelationRecord): Row {
  const { scheme, accountKind, state, insuredAs, firstMonth, lastMonth, monthsActual, monthsDeemed, provenance } = row;
  return present({
    scheme,
    accountKind,
    state,
    insuredAs,
    firstMonth,
    lastMonth,
    monthsActual,
    monthsDeemed,
    jurisdiction: provenance.jurisdiction,
  });
}

function bookingJson({ scheme, month, base, personal, employer, credited, paidOn, creditCode, provenance }: ContributionRecord): Row {
  return present({ scheme, month, base, personal, employer, credited, paidOn, unit: creditCode, jurisdiction: provenance.jurisdiction });
}

/** Temporary only where all relations of the scheme in the register are. */
function kindOf(scheme: string | null, relations: readonly RelationRecord[]): Row {
  const own = relations.filter((relation) => relation.scheme === scheme);
  return own.length > 0 && own.every(({ accountKind }) => accountKind === 'TEMPORARY') ? { accountKind: 'TEMPORARY' } : {};
}

/** Without what no source says. A scheme that is not known must not be taken for the usual one. */
function present(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) =>
      value === null || value === undefined ? (name === 'scheme' ? [[name, 'UNKNOWN']] : []) : [[name, value]],
    ),
  );
}
