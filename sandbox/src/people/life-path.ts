import { dateText, monthIndex, yearOf, type MonthIndex } from './calendar.js';
import { placesOf } from './divisions.js';
import type { Identity } from './identity.js';
import { LifeBuilder } from './life-builder.js';
import type { Life, Unit } from './model.js';
import { inventName } from './names.js';
import { cardNumber } from './numbers.js';
import type { Postal } from './postal.js';
import { averageWage } from './rates.js';
import { requiredMonths, statutoryMonth } from './retirement.js';
import { Rng } from './rng.js';
import { PLATFORMS } from './unit-catalogue.js';
import { ownBusiness, STANDING_UNITS, WORK_WEIGHTS, type Workplaces } from './units.js';

/** What the paths of generated people lead through. */
export interface Surroundings {
  readonly seed: number;
  readonly month: MonthIndex;
  readonly workplaces: Workplaces;
  readonly postal: Postal;
}

export interface GeneratedLife {
  readonly life: Life;
  /** The unit the person runs, if any. */
  readonly business?: Unit;
}

type Activity = 'EMPLOYEE' | 'FLEXIBLE' | 'COURIER' | 'RIDER' | 'DRIVER' | 'FREIGHT' | 'INSTITUTION' | 'OWNER' | 'UNEMPLOYED';

/** The life of the generated person with this index: the same whatever the size of the world. */
export function generatedLife(identity: Identity, index: number, around: Surroundings): GeneratedLife {
  return new Path(identity, index, around).walk();
}

class Path {
  readonly #identity: Identity;
  readonly #around: Surroundings;
  readonly #index: number;
  readonly #rng: Rng;
  readonly #builder: LifeBuilder;
  readonly #name: string;
  readonly #cap: number;
  #business: Unit | undefined;

  constructor(identity: Identity, index: number, around: Surroundings) {
    this.#identity = identity;
    this.#around = around;
    this.#index = index;
    this.#rng = new Rng(around.seed, 0x11fe, index);
    this.#name = inventName(this.#rng, identity.sex, identity.homeJurisdiction);
    // A person works for units that a world of just this size would have, so that a larger world changes nothing.
    this.#cap = Math.max(STANDING_UNITS, Math.floor(index / 12));
    const { number, sex, birthDate, hukou } = identity;
    const serial = String(10_000_000 + index);
    this.#builder = new LifeBuilder({ number, name: this.#name, sex, birthDate, hukou, month: around.month, serial });
  }

  walk(): GeneratedLife {
    const rng = this.#rng;
    const { month } = this.#around;
    const { birthDate, homeJurisdiction } = this.#identity;
    const born = monthIndex(birthDate);
    const age = Math.floor((month - born) / 12);
    const retires = statutoryMonth(this.#identity.sex === 'M' ? 'M60' : rng.chance(0.35) ? 'F55' : 'F50', born);
    const died = rng.chance(age >= 65 ? 0.14 : 0.012)
      ? dateText(rng.int(Math.max(born + 240, month - 84), month - 1), rng.int(1, 28))
      : undefined;
    if (died !== undefined) this.#builder.died(died);
    this.#card();

    if (rng.chance(age >= 50 ? 0.3 : 0.11)) {
      this.#resident(homeJurisdiction, born, rng.int(16, 24) * 12);
    } else if (rng.chance(0.985)) {
      const start = Math.max(born + rng.int(18, 23) * 12 + rng.int(0, 11), monthIndex('1999-01') + rng.int(0, 210));
      this.#work(Math.min(start, month), Math.min(month, retires - 1), age);
      if (month >= retires) this.#retire(retires, born);
    }
    return { life: this.#builder.build(), ...(this.#business === undefined ? {} : { business: this.#business }) };
  }

  #card(): void {
    const rng = this.#rng;
    if (!rng.chance(0.97)) return;
    const issued = rng.int(monthIndex('2012-01'), this.#around.month - 6);
    this.#builder.card({
      number: cardNumber(1_000_000 + this.#index),
      issuer: this.#identity.homeJurisdiction,
      issuedOn: dateText(issued, rng.int(1, 28)),
      state: rng.weighted([
        ['ACTIVE', 96],
        ['LOST', 3],
        ['CANCELLED', 1],
      ] as const),
      electronic: rng.chance(0.8),
    });
  }

  /** A farmer or somebody at home: resident schemes only, later the resident pension. */
  #resident(jurisdiction: string, born: MonthIndex, sinceAge: number): void {
    const rng = this.#rng;
    const { month } = this.#around;
    const from = Math.max(born + sinceAge, monthIndex('2010-01') + rng.int(0, 40));
    const sixty = born + 720;
    if (from < sixty)
      this.#builder.resident({
        in: jurisdiction,
        from,
        to: Math.min(sixty - 1, month),
        yearly: rng.pick([100, 200, 300, 500, 1000, 2000]) * 100,
      });
    this.#builder.residentMedical({ in: jurisdiction, fromYear: Math.max(2012, yearOf(from)) });
    if (sixty < month && from < sixty) {
      this.#builder.benefit({
        scheme: '170',
        in: jurisdiction,
        from: Math.max(sixty + 1, monthIndex('2012-01')),
        monthly: rng.int(150_00, 420_00),
      });
    }
  }

  /** Working life in segments. */
  #work(start: MonthIndex, end: MonthIndex, age: number): void {
    const rng = this.#rng;
    const { homeJurisdiction } = this.#identity;
    let jurisdiction = rng.chance(0.6) ? homeJurisdiction : rng.weighted(WORK_WEIGHTS);
    const seen = new Set([jurisdiction]);
    const now = this.#finalActivity(age);
    let cursor = start;
    while (cursor <= end) {
      const to = Math.min(end, cursor + rng.int(7, 60));
      const activity =
        to === end
          ? now
          : rng.weighted<Activity>([
              ['EMPLOYEE', 70],
              ['FLEXIBLE', 10],
              ['COURIER', 7],
              ['RIDER', 8],
              ['DRIVER', 4],
              ['FREIGHT', 1],
            ]);
      this.#segment(activity, jurisdiction, cursor, to, to === end && end === this.#around.month);
      cursor = to + 1 + (rng.chance(0.35) ? rng.int(1, 9) : 0);
      if (to < end && rng.chance(0.2)) {
        const target = rng.chance(0.3) ? homeJurisdiction : rng.weighted(WORK_WEIGHTS);
        if (target !== jurisdiction && (seen.size < 3 || seen.has(target) || rng.chance(0.1))) {
          jurisdiction = target;
          seen.add(target);
          // The old employer declares for some weeks longer than it should: one month is paid twice.
          if (rng.chance(0.06)) cursor = Math.max(start, to - rng.int(0, 2));
        }
      }
    }
  }

  #finalActivity(age: number): Activity {
    return this.#rng.weighted<Activity>([
      ['EMPLOYEE', 40],
      ['FLEXIBLE', 14],
      ['COURIER', age < 50 ? 10 : 2],
      ['RIDER', age < 45 ? 14 : 2],
      ['DRIVER', 7],
      ['FREIGHT', 4],
      ['INSTITUTION', 5],
      ['OWNER', 6],
      ['UNEMPLOYED', 3],
    ]);
  }

  #segment(activity: Activity, jurisdiction: string, from: MonthIndex, to: MonthIndex, running: boolean): void {
    const rng = this.#rng;
    const area = rng.pick(placesOf(jurisdiction)).area;
    const level =
      rng.weighted([
        [0.62, 5],
        [0.8, 4],
        [1, 3],
        [1.4, 2],
        [2.2, 1],
      ] as const) +
      rng.int(0, 12) / 100;
    const period = { in: jurisdiction, area, from, ...(running ? {} : { to }) };
    switch (activity) {
      case 'EMPLOYEE':
        this.#employee(period, to, level);
        return;
      case 'FLEXIBLE':
        this.#flexible(period, to, level);
        return;
      case 'INSTITUTION':
        this.#institution(period, to, level);
        return;
      case 'COURIER':
        this.#courier(period, to, level);
        return;
      case 'RIDER':
      case 'DRIVER':
      case 'FREIGHT':
        this.#platform(activity, period, to, level);
        return;
      case 'OWNER':
        this.#owner(period, level);
        return;
      case 'UNEMPLOYED':
        this.#unemployed(period, to, level);
        return;
    }
  }

  #employee(period: Segment, to: MonthIndex, level: number): void {
    const rng = this.#rng;
    const at = this.#around.workplaces.employer(rng, period.in, period.from, to, this.#cap);
    // Before 2011 many employers did not insure everybody (社会保险法 came into force on 2011-07-01).
    const insured = rng.chance(period.from < monthIndex('2011-07') ? 0.65 : 0.92);
    const kind = insured
      ? rng.weighted([
          ['FULL_TIME', 9],
          ['DISPATCHED', 1],
        ] as const)
      : 'PART_TIME';
    this.#builder.employed({ ...period, at, level, kind, ...(insured ? {} : { schemes: [] }) });
  }

  #flexible(period: Segment, to: MonthIndex, level: number): void {
    const rng = this.#rng;
    const medical = rng.chance(0.5);
    if (to - period.from > 30 && rng.chance(0.6)) {
      // Pays for a while, stops, goes on.
      const stop = period.from + rng.int(8, 20);
      this.#builder.flexible({ ...period, to: stop, level, medical });
      this.#builder.flexible({ ...period, from: stop + rng.int(2, 9), level, medical });
      return;
    }
    this.#builder.flexible({ ...period, level, medical });
    if (!medical) this.#builder.residentMedical({ in: period.in, area: period.area, fromYear: yearOf(period.from), toYear: yearOf(to) });
  }

  #institution(period: Segment, to: MonthIndex, level: number): void {
    const at = this.#around.workplaces.institution(period.in);
    if (!at) {
      this.#employee(period, to, level);
      return;
    }
    this.#builder.employed({ ...period, at, level, schemes: ['120', '210', '410'] });
  }

  #courier(period: Segment, to: MonthIndex, level: number): void {
    const { workplaces, postal } = this.#around;
    const rng = this.#rng;
    if (period.from < monthIndex('2016-07')) {
      this.#employee(period, to, level);
      return;
    }
    const company = rng.pick(postal.companiesIn(period.in));
    this.#builder.courier({ ...period, outlet: rng.pick(postal.openOutlets(company, period.in)) });
    const cover = rng.weighted([
      ['ALL', 5],
      ['INJURY', 3],
      ['NONE', 2],
    ] as const);
    const at = workplaces.express(company);
    if (cover === 'ALL') this.#builder.employed({ ...period, at, level });
    // Express companies may insure against injury first and alone (优先参加工伤保险).
    else this.#builder.employed({ ...period, at, level, schemes: cover === 'INJURY' ? ['410'] : [], kind: 'PART_TIME' });
    if (cover !== 'ALL') this.#besides(period, to, level);
  }

  #platform(activity: 'RIDER' | 'DRIVER' | 'FREIGHT', period: Segment, to: MonthIndex, level: number): void {
    if (period.from < monthIndex('2017-01')) {
      this.#employee(period, to, level);
      return;
    }
    const rng = this.#rng;
    const trade = activity === 'RIDER' ? 'INSTANT_DELIVERY' : activity === 'DRIVER' ? 'RIDE_HAILING' : 'CITY_FREIGHT';
    const platform = rng.pick(PLATFORMS.map((_, i) => i).filter((i) => PLATFORMS[i]?.trade === trade));
    this.#builder.platform({ ...period, platform, at: this.#around.workplaces.platform(platform), intensity: rng.int(35, 105) / 100 });
    this.#besides(period, to, level);
  }

  /** How somebody without an employer's insurance is covered. */
  #besides(period: Segment, to: MonthIndex, level: number): void {
    const rng = this.#rng;
    const home = this.#identity.homeJurisdiction;
    switch (
      rng.weighted([
        ['FLEXIBLE', 35],
        ['RESIDENT', 30],
        ['MEDICAL', 20],
        ['NOTHING', 15],
      ] as const)
    ) {
      case 'FLEXIBLE':
        this.#builder.flexible({ ...period, level: Math.min(level, 0.8), medical: rng.chance(0.4) });
        return;
      case 'RESIDENT':
        this.#builder.resident({ in: home, from: period.from, to, yearly: rng.pick([200, 300, 500]) * 100 });
        this.#builder.residentMedical({ in: home, fromYear: yearOf(period.from) + 1, toYear: yearOf(to) });
        return;
      case 'MEDICAL':
        this.#builder.residentMedical({ in: home, fromYear: yearOf(period.from) + 1, toYear: yearOf(to) });
        return;
      case 'NOTHING':
        return;
    }
  }

  #owner(period: Segment, level: number): void {
    const rng = this.#rng;
    const kind = rng.chance(0.8) ? 'INDIVIDUAL' : 'COMPANY';
    const place = rng.pick(placesOf(period.in));
    this.#business = ownBusiness(
      { owner: this.#name, place, since: period.from, kind, serial: 1000 + this.#index },
      rng,
      this.#around.month,
    );
    this.#builder.business(this.#business.creditCode);
    this.#builder.flexible({ ...period, level, medical: true });
  }

  #unemployed(period: Segment, to: MonthIndex, level: number): void {
    const rng = this.#rng;
    const months = Math.min(rng.int(3, 10), to - period.from - 1);
    if (months < 2) return;
    const lost = to - months;
    const at = this.#around.workplaces.employer(rng, period.in, period.from, lost, this.#cap);
    this.#builder.employed({ ...period, to: lost, at, level });
    if (this.#builder.monthsBooked('210') < 12) return;
    this.#builder.benefit({ ...period, scheme: '210', from: lost + 1, monthly: rng.int(1500_00, 2200_00) });
  }

  /** Draws the pension if the months suffice; otherwise the resident pension at 60. */
  #retire(retires: MonthIndex, born: MonthIndex): void {
    const rng = this.#rng;
    const begins = retires + 1;
    const deemed = born + 20 * 12 < monthIndex('1996-01') ? Math.min(240, monthIndex('1996-01') - (born + 20 * 12)) : 0;
    const scheme = this.#builder.monthsBooked('120') > 0 ? '120' : '110';
    const paid = this.#builder.monthsBooked(scheme);
    const jurisdiction = this.#builder.mainJurisdiction(scheme);
    const home = this.#identity.homeJurisdiction;
    if (paid > 0 && paid + deemed >= requiredMonths(begins)) {
      // Who has temporary accounts only draws at the hukou, and nobody has gathered them there yet.
      if (jurisdiction === undefined) return;
      this.#builder.deemed(scheme, jurisdiction, deemed);
      const years = (paid + deemed) / 12;
      const monthly = Math.round((averageWage(jurisdiction, yearOf(begins) - 1) * years * 1.35) / 100) * 100;
      this.#builder.benefit({ scheme, in: jurisdiction, from: begins, monthly });
      this.#builder.retiredMedical({ in: jurisdiction, from: begins });
      return;
    }
    const sixty = Math.max(born + 720, monthIndex('2012-01'));
    if (sixty + 1 > this.#around.month) return;
    this.#builder.resident({ in: home, from: sixty - 13, to: sixty, yearly: 200_00 });
    this.#builder.benefit({ scheme: '170', in: home, from: sixty + 1, monthly: rng.int(140_00, 300_00) });
    this.#builder.residentMedical({ in: home, fromYear: yearOf(sixty) });
  }
}

interface Segment {
  readonly in: string;
  readonly area: string;
  readonly from: MonthIndex;
  readonly to?: MonthIndex;
}
