import { parseCitizenNumber, type CitizenNumber } from '@yichuang/schema';
import type { Life, Relation, World } from '../people/model.js';
import { JURISDICTIONS } from '../people/jurisdictions.js';
import { Rng } from '../people/rng.js';

/** What somebody asks for. */
export interface FireApplication {
  /** Of the life in the world. */
  readonly life: number;
  readonly citizen: CitizenNumber;
  readonly kind: 'PENSION' | 'PENSION_TEMPORARY' | 'RESIDENT_LINK' | 'UNEMPLOYMENT' | 'COLLECTIVE';
  readonly from: string;
  readonly to: string;
  readonly statements: Readonly<Record<string, string>>;
}

/** Everything that people of the world might ask for, kinds in turn and people by chance. The law refuses some of it. */
export function applicationsOf(world: World, seed: number): readonly FireApplication[] {
  const rng = new Rng(seed, 1);
  const byKind = new Map<string, FireApplication[]>();
  world.lives.forEach((life, index) => {
    const citizen = parseCitizenNumber(life.number);
    if (citizen === undefined || life.diedOn !== undefined) return;
    for (const one of wishesOf(life, rng)) {
      const list = byKind.get(one.kind) ?? [];
      byKind.set(one.kind, [...list, { ...one, life: index, citizen }]);
    }
  });
  const lists = [...byKind.values()].map((list) => shuffled(list, rng));
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, place) => lists.flatMap((list) => list[place] ?? [])).flat();
}

type Wish = Omit<FireApplication, 'life' | 'citizen'>;

function wishesOf(life: Life, rng: Rng): readonly Wish[] {
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
    wishes.push({ kind: 'PENSION_TEMPORARY', from: place, to: employee[0] ?? elsewhere(place), statements: {} });
  const [unemployment] = of('210');
  if (unemployment !== undefined) {
    const works = rng.chance(0.6);
    const statements = works ? { status: 'EMPLOYED', claimAt: 'LAST_PLACE' } : { status: 'UNEMPLOYED', claimAt: 'HUKOU' };
    wishes.push({ kind: 'UNEMPLOYMENT', from: unemployment, to: of('210')[1] ?? elsewhere(unemployment), statements });
  }
  const [resident] = of('170');
  if (resident !== undefined && from !== undefined) {
    wishes.push({ kind: 'RESIDENT_LINK', from: resident, to: from, statements: { direction: 'RESIDENT_TO_EMPLOYEE' } });
    wishes.push({ kind: 'RESIDENT_LINK', from, to: resident, statements: { direction: 'EMPLOYEE_TO_RESIDENT' } });
  }
  return wishes;
}

function shuffled<T>(list: readonly T[], rng: Rng): readonly T[] {
  return list
    .map((one) => [rng.real(), one] as const)
    .sort(([a], [b]) => a - b)
    .map(([, one]) => one);
}
