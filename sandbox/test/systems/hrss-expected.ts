import type { Life, Unit, World } from '../../src/people/model.js';

type Value = string | number | boolean | null;
/** A standard record without its provenance. */
export type PlainRecord = Readonly<Record<string, Value>>;
/** Records by name, in an order of their own. */
export type PlainRecords = Readonly<Record<string, readonly PlainRecord[]>>;

const SCHEMES = {
  '110': 'EMPLOYEE_PENSION',
  '120': 'PUBLIC_INSTITUTION_PENSION',
  '170': 'RESIDENT_PENSION',
  '210': 'UNEMPLOYMENT',
  '410': 'WORK_INJURY',
};
const yuan = (fen: number | undefined): string | null => (fen === undefined ? null : (fen / 100).toFixed(2));

/** What the standard record must say about a clean life in one jurisdiction: straight from the life, without registers or dialects between. */
export function recordsOfLife(world: World, life: Life, jurisdiction: string): PlainRecords {
  const unitOf = (code: string | undefined): Unit | undefined => world.units.find(({ creditCode }) => creditCode === code);
  const relations = life.relations.filter((relation) => relation.jurisdiction === jurisdiction);
  return {
    person: [...new Set(relations.map(({ personNumber }) => personNumber))].map((personNumber) => ({
      personNumber,
      name: life.name,
      sex: life.sex === 'M' ? 'MALE' : 'FEMALE',
      birthDate: life.birthDate,
      alive: life.diedOn === undefined ? 'ALIVE' : 'DEAD',
      diedOn: life.diedOn ?? null,
    })),
    relation: relations.map((relation) => ({
      personNumber: relation.personNumber,
      scheme: SCHEMES[relation.scheme],
      state: relation.state,
      accountKind: relation.accountKind,
      insuredAs: relation.insuredAs,
      firstMonth: relation.contributions[0]?.month ?? null,
      lastMonth: relation.contributions.at(-1)?.month ?? null,
      monthsActual: relation.contributions.length * (relation.scheme === '170' ? 12 : 1),
      monthsDeemed: relation.deemedMonths,
      poolingArea: relation.area,
      agencyOffice: relation.office,
    })),
    contribution: relations.flatMap(({ scheme, contributions }) =>
      contributions.map((month) => ({
        scheme: SCHEMES[scheme],
        month: month.month,
        base: yuan(month.base),
        employer: yuan(month.employer),
        personal: yuan(month.personal),
        credited: yuan(month.credited),
        paidOn: month.paidOn,
        creditCode: month.unit ?? null,
        unitName: unitOf(month.unit)?.name ?? null,
      })),
    ),
    accountYear: relations.flatMap(({ scheme, personNumber, account }) =>
      account.map((year) => ({
        personNumber,
        scheme: SCHEMES[scheme],
        year: year.year,
        months: year.months,
        credited: yuan(year.credited),
        interest: yuan(year.interest),
        balance: yuan(year.balance),
      })),
    ),
    benefit: life.benefits
      .filter((benefit) => benefit.jurisdiction === jurisdiction)
      .map((benefit) => ({
        scheme: SCHEMES[benefit.scheme],
        state: benefit.state,
        from: benefit.from,
        to: benefit.to ?? null,
        monthlyAmount: yuan(benefit.monthly),
      })),
    employment: life.employments
      .filter((employment) => employment.jurisdiction === jurisdiction)
      .map(({ unit, from, to, kind }) => ({
        creditCode: unit,
        employerName: unitOf(unit)?.name ?? null,
        from,
        to: to ?? null,
        kind,
      })),
  };
}

/** What the ministry must say about a clean life. */
export function recordsOfMinistry(life: Life): PlainRecords {
  return {
    relationIndex: [
      ...new Set([
        ...life.relations.map(({ scheme, jurisdiction }) => `${scheme} ${jurisdiction}`),
        ...life.employments.map(({ jurisdiction }) => `000 ${jurisdiction}`),
      ]),
    ].map((pair) => ({
      scheme: pair.slice(0, 3),
      jurisdiction: pair.slice(4),
    })),
    cardHolder: [
      {
        name: life.name,
        sex: life.sex === 'M' ? 'MALE' : 'FEMALE',
        birthDate: life.birthDate,
        hukou: life.hukou,
        alive: life.diedOn === undefined ? 'ALIVE' : 'DEAD',
        diedOn: life.diedOn ?? null,
      },
    ],
    card: life.card
      ? [
          {
            number: life.card.number,
            issuer: life.card.issuer,
            issuedOn: life.card.issuedOn,
            state: life.card.state,
            electronic: life.card.electronic,
          },
        ]
      : [],
    injuryCover: life.injuryCover.map((cover) => ({
      creditCode: cover.unit,
      platformName: cover.platform,
      month: cover.month,
      days: cover.days,
      orders: cover.orders,
      paid: yuan(cover.paid),
      jurisdiction: cover.jurisdiction,
    })),
  };
}

/** The same records in one order, for comparison: a register owes nobody an order. */
export function inOrder(records: PlainRecords): PlainRecords {
  const text = (record: PlainRecord): string => JSON.stringify(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
  return Object.fromEntries(Object.entries(records).map(([name, list]) => [name, [...list].sort((a, b) => (text(a) < text(b) ? -1 : 1))]));
}
