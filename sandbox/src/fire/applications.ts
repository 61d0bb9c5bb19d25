import { parseCitizenNumber, type CitizenNumber } from '@yichuang/schema';
import { jurisdictionOfDivision } from '../people/divisions.js';
import type { Life, MedicalEnrolment, Relation, World } from '../people/model.js';
import { JURISDICTIONS } from '../people/jurisdictions.js';
import { requiredMonths } from '../people/retirement.js';
import { monthIndex } from '../people/calendar.js';
import { Rng } from '../people/rng.js';

/** What somebody asks for. */
export interface FireApplication {
  /** Of the life in the world. */
  readonly life: number;
  readonly citizen: CitizenNumber;
  readonly kind: 'PENSION' | 'PENSION_TEMPORARY' | 'RESIDENT_LINK' | 'UNEMPLOYMENT' | 'COLLECTIVE' | 'MEDICAL';
  /** A jurisdiction; of a medical relation its pooling area. */
  readonly from: string;
  readonly to: string;
  /** Of a medical relation the two schemes. */
  readonly statements: Readonly<Record<string, string>>;
}

/** Everything that people of the world might ask for, kinds in turn and people by chance. The law refuses some of it. */
export function applicationsOf(world: World, seed: number): readonly FireApplication[] {
  const rng = new Rng(seed, 1);
  const byKind = new Map<string, FireApplication[]>();
  world.lives.forEach((life, index) => {
    const citizen = parseCitizenNumber(life.number);
    if (citizen === undefined || life.diedOn !== undefined) return;
    for (const one of [...wishesOf(life, rng, world.month), ...medicalWishes(life)]) {
      const list = byKind.get(one.kind) ?? [];
      list.push({ ...one, life: index, citizen });
      byKind.set(one.kind, list);
    }
  });
  const lists = [...byKind.values()].map((list) => shuffled(list, rng));
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, place) => lists.flatMap((list) => list[place] ?? [])).flat();
}

type Wish = Omit<FireApplication, 'life' | 'citizen'>;

function wishesOf(life: Life, rng: Rng, today: string): readonly Wish[] {
  const open = life.relations.filter(({ state }) => state !== 'ENDED');
  const of = (scheme: string, kind: Relation['accountKind'] = 'ORDINARY') =>
    open.filter((one) => one.scheme === scheme && one.accountKind === kind).map(({ jurisdiction }) => jurisdiction);
  const employee = of('110');
  const elsewhere = (from: string): string => rng.pick(JURISDICTIONS.filter(({ code }) => code !== from)).code;
  const wishes: Wish[] = [];
  const [from, to] = employee;
  if (from !== undefined && to !== undefined && from !== to) {
    if (rng.chance(0.15)) wishes.push({ kind: 'COLLECTIVE', from, to, statements: { approval: '人社函〔2026〕1号' } });
    else wishes.push({ kind: 'PENSION', from, to, statements: {} });
  }
  for (const place of of('110', 'TEMPORARY'))
    wishes.push({ kind: 'PENSION_TEMPORARY', from: place, to: employee[0] ?? jurisdictionOfDivision(life.hukou), statements: {} });
  const [unemployment] = of('210');
  if (unemployment !== undefined) {
    const works = rng.chance(0.6);
    const statements = works ? { status: 'EMPLOYED', claimAt: 'LAST_PLACE' } : { status: 'UNEMPLOYED', claimAt: 'HUKOU' };
    wishes.push({ kind: 'UNEMPLOYMENT', from: unemployment, to: of('210')[1] ?? elsewhere(unemployment), statements });
  }
  const [resident] = of('170');
  // Nearly everybody with both schemes is too young or draws a pension already: of them only some ask.
  if (resident !== undefined && from !== undefined && (mayLink(life, today) || rng.chance(0.02))) {
    const months = new Set(open.flatMap((one) => (one.scheme === '110' ? one.contributions.map(({ month }) => month) : []))).size;
    const intoEmployees = months >= requiredMonths(monthIndex(today));
    const direction = intoEmployees ? 'RESIDENT_TO_EMPLOYEE' : 'EMPLOYEE_TO_RESIDENT';
    wishes.push({
      kind: 'RESIDENT_LINK',
      ...(intoEmployees ? { from: resident, to: from } : { from, to: resident }),
      statements: { direction },
    });
  }
  return wishes;
}

/** At the age for a link of the pension schemes, as far as it can be seen here; and without a pension. */
function mayLink({ sex, birthDate, benefits }: Life, today: string): boolean {
  return benefits.length === 0 && monthIndex(today) - monthIndex(birthDate) >= (sex === 'M' ? 60 : 55) * 12;
}

const MEDICAL_SCHEMES = { '310': 'EMPLOYEE', '390': 'RESIDENT' } as const;

/** From the pooling area where a medical cover has stopped, to that where one runs, of another province or of the same. */
function medicalWishes({ medical }: Life): readonly Wish[] {
  const stays = ({ state, personType }: MedicalEnrolment): boolean => state === 'NORMAL' || personType === 'RETIRED';
  const running = medical.filter((one) => one.state === 'NORMAL' && one.personType !== 'RETIRED');
  const target = running.find(({ scheme }) => scheme === '310') ?? running[0];
  if (target === undefined) return [];
  const source = medical.findLast(
    ({ scheme, poolingArea }) =>
      poolingArea !== target.poolingArea && !medical.some((one) => one.scheme === scheme && one.poolingArea === poolingArea && stays(one)),
  );
  if (source === undefined) return [];
  const statements = { fromScheme: MEDICAL_SCHEMES[source.scheme], toScheme: MEDICAL_SCHEMES[target.scheme] };
  return [{ kind: 'MEDICAL', from: source.poolingArea, to: target.poolingArea, statements }];
}

function shuffled<T>(list: readonly T[], rng: Rng): readonly T[] {
  return list
    .map((one) => [rng.real(), one] as const)
    .sort(([a], [b]) => a - b)
    .map(([, one]) => one);
}
