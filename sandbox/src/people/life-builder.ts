import { BookedMedical, BookedRelation, booksAnything, type MedicalFacts, type Span } from './bookings.js';
import { dateText, monthIndex, monthText, type MonthIndex } from './calendar.js';
import { jurisdictionOfDivision, placeIn, type Place } from './divisions.js';
import type { Benefit, CourierEngagement, Employment, Life, MedicalEnrolment, Outlet, Relation, Scheme, Sex, SocialCard } from './model.js';
import { BookedEngagement } from './platform-activity.js';
import { SCHEME_START } from './rates.js';
import { mix } from './rng.js';
import { PLATFORMS } from './unit-catalogue.js';
import type { Workplace } from './units.js';

/** A month as text (YYYY-MM) or index; personas are written in text. */
export type When = string | MonthIndex;

export interface PersonFacts {
  readonly number: string;
  readonly name: string;
  readonly sex: Sex;
  readonly birthDate: string;
  readonly hukou: string;
  /** Last month of the world. */
  readonly month: MonthIndex;
  /** Eight digits that make this person's numbers in all registers. */
  readonly serial: string;
}

interface Period {
  readonly from: When;
  /** The last month; absent while it lasts. */
  readonly to?: When;
}

export interface Job extends Period {
  readonly at: Workplace;
  readonly in: string;
  readonly area?: string;
  readonly level: number;
  readonly kind?: Employment['kind'];
  /** Schemes the employer pays; by default 110, 210 and 410. */
  readonly schemes?: readonly Scheme[];
  /** Employee medical insurance; by default it comes with a pension. */
  readonly medical?: boolean;
  /** A second person number in the same register. */
  readonly secondNumber?: boolean;
}

export interface OwnInsurance extends Period {
  readonly in: string;
  readonly area?: string;
  readonly level: number;
  readonly medical?: boolean;
  /** Medical insurance up to this month was paid at once on a later day. */
  readonly medicalPaidLate?: { readonly until: When; readonly on: string };
  readonly secondNumber?: boolean;
}

interface OpenRelation {
  readonly scheme: Scheme;
  readonly place: Place;
  readonly personNumber: string;
  insuredAs: Relation['insuredAs'];
  readonly spans: Span[];
  deemed: number;
  ended: boolean;
}

interface OpenBenefit extends Omit<Benefit, 'from' | 'to'> {
  readonly from: MonthIndex;
  readonly to?: MonthIndex;
}

/** Puts a life together from its episodes. Everything after the world's month, or after death, is cut off. */
export class LifeBuilder {
  readonly #person: PersonFacts;
  readonly #relations = new Map<string, OpenRelation>();
  readonly #benefits: OpenBenefit[] = [];
  readonly #employments: (Omit<Employment, 'from' | 'to'> & { readonly from: MonthIndex; readonly to: MonthIndex | undefined })[] = [];
  readonly #platforms: {
    readonly index: number;
    readonly at: Workplace;
    readonly in: string;
    readonly area?: string;
    readonly from: MonthIndex;
    readonly to: MonthIndex | undefined;
    readonly intensity: number;
  }[] = [];
  readonly #couriers: { readonly outlet: Outlet; readonly from: MonthIndex; readonly to: MonthIndex | undefined }[] = [];
  readonly #medical: (Omit<MedicalFacts, 'psnNo' | 'state' | 'from' | 'to'> & {
    readonly first: MonthIndex;
    readonly last: MonthIndex | undefined;
  })[] = [];
  readonly #businesses: string[] = [];
  #card: SocialCard | undefined;
  #diedOn: string | undefined;

  constructor(person: PersonFacts) {
    this.#person = person;
  }

  /** A job with an employer who pays. */
  employed(job: Job): this {
    const place = placeIn(job.in, job.area);
    const schemes = job.schemes ?? ['110', '210', '410'];
    const code = job.at.unit.creditCode;
    for (const scheme of schemes) {
      this.#book(scheme, place, 'EMPLOYEE', job, { level: job.level, alone: false, unit: code }, job.secondNumber);
    }
    if (job.medical ?? (schemes.includes('110') || schemes.includes('120'))) {
      this.#insureMedically('310', place, job, { level: job.level, alone: false, unit: code }, job.at.unit.name);
    }
    this.#employments.push({ unit: code, ...this.#period(job), kind: job.kind ?? 'FULL_TIME', jurisdiction: job.in });
    return this;
  }

  /** Pays for oneself, 20 %. */
  flexible(own: OwnInsurance): this {
    const place = placeIn(own.in, own.area);
    this.#book('110', place, 'FLEXIBLE', own, { level: own.level, alone: true }, own.secondNumber);
    if (own.medical === true) {
      const { medicalPaidLate: late } = own;
      const terms = { level: own.level, alone: true, ...(late ? { late: { until: index(late.until), on: late.on } } : {}) };
      this.#insureMedically('310', place, own, terms);
    }
    return this;
  }

  /** Resident pension, paid each September. `yearly` in fen. */
  resident(own: Period & { readonly in: string; readonly area?: string; readonly yearly: number }): this {
    this.#book('170', placeIn(own.in, own.area), 'RESIDENT', own, { level: 0, alone: true, yearly: own.yearly });
    return this;
  }

  /** Resident medical insurance, paid for calendar years. */
  residentMedical(own: { readonly in: string; readonly area?: string; readonly fromYear: number; readonly toYear?: number }): this {
    const period = { from: own.fromYear * 12, ...(own.toYear === undefined ? {} : { to: own.toYear * 12 + 11 }) };
    this.#insureMedically('390', placeIn(own.in, own.area), period, { level: 0, alone: true });
    return this;
  }

  /** Work on a platform; the cover against occupational injury follows from place and month. */
  platform(
    work: Period & {
      readonly platform: number;
      readonly at: Workplace;
      readonly in: string;
      readonly area?: string;
      readonly intensity?: number;
    },
  ): this {
    const { platform, at, area } = work;
    this.#platforms.push({
      index: platform,
      at,
      in: work.in,
      ...(area === undefined ? {} : { area }),
      ...this.#period(work),
      intensity: work.intensity ?? 1,
    });
    return this;
  }

  /** A filing as a courier at an outlet. The job, if any, is a separate episode. */
  courier(work: Period & { readonly outlet: Outlet }): this {
    this.#couriers.push({ outlet: work.outlet, ...this.#period(work) });
    return this;
  }

  /** A benefit from `from` on, `monthly` in fen. A pension turns the relation of its scheme there into a retiree's. */
  benefit(
    benefit: Period & { readonly scheme: Scheme; readonly in: string; readonly monthly: number; readonly state?: Benefit['state'] },
  ): this {
    const period = this.#period(benefit);
    this.#benefits.push({
      scheme: benefit.scheme,
      jurisdiction: benefit.in,
      state: benefit.state ?? (period.to === undefined ? 'PAYING' : 'ENDED'),
      from: period.from,
      ...(period.to === undefined ? {} : { to: period.to }),
      monthly: benefit.monthly,
    });
    return this;
  }

  /** Medical insurance of the retired, for which nobody pays any more. */
  retiredMedical(own: Period & { readonly in: string; readonly area?: string }): this {
    const place = placeIn(own.in, own.area);
    const { from, to } = this.#period(own);
    this.#medical.push({
      scheme: '310',
      poolingArea: place.area,
      personType: 'RETIRED',
      jurisdiction: own.in,
      account: true,
      first: from,
      last: to,
    });
    return this;
  }

  /** Years before contributions existed that count as paid (视同缴费). */
  deemed(scheme: Scheme, jurisdiction: string, months: number): this {
    for (const relation of this.#relations.values()) {
      if (relation.scheme === scheme && relation.place.jurisdiction === jurisdiction) relation.deemed = months;
    }
    return this;
  }

  /** The relations of a jurisdiction have been closed. */
  ended(jurisdiction: string): this {
    for (const relation of this.#relations.values()) if (relation.place.jurisdiction === jurisdiction) relation.ended = true;
    return this;
  }

  business(creditCode: string): this {
    this.#businesses.push(creditCode);
    return this;
  }

  card(card: SocialCard): this {
    this.#card = card;
    return this;
  }

  died(on: string): this {
    if (monthIndex(on) <= this.#person.month) this.#diedOn = on;
    return this;
  }

  /** Months paid so far in a scheme, in all places; a month paid in two places counts twice. */
  monthsBooked(scheme: Scheme): number {
    let months = 0;
    for (const relation of this.#relations.values()) {
      if (relation.scheme === scheme) for (const span of relation.spans) months += span.to - span.from + 1;
    }
    return months;
  }

  /** Where most months of a scheme were paid to an ordinary account: months in a temporary one never make a place of drawing (66号 art. 6). */
  mainJurisdiction(scheme: Scheme): string | undefined {
    let most = 0;
    let main: string | undefined;
    for (const { scheme: paidTo, place, spans } of this.#relations.values()) {
      if (paidTo !== scheme || this.#temporary(scheme, place.jurisdiction, spans)) continue;
      const months = spans.reduce((sum, span) => sum + span.to - span.from + 1, 0);
      if (months > most) [most, main] = [months, place.jurisdiction];
    }
    return main;
  }

  build(): Life {
    const { number, name, sex, birthDate, hukou } = this.#person;
    const end = this.#end();
    const engagements = this.#engagements(end);
    return {
      number,
      name,
      sex,
      birthDate,
      hukou,
      ...(this.#diedOn === undefined ? {} : { diedOn: this.#diedOn }),
      ...(this.#card === undefined ? {} : { card: this.#card }),
      relations: [...this.#relations.values()]
        .map((relation) => this.#relation(relation, end))
        .filter((relation) => relation !== undefined),
      benefits: this.#benefits.filter(({ from }) => from <= end).map((benefit) => this.#benefit(benefit)),
      employments: this.#employments
        .filter(({ from }) => from <= end)
        .map(({ unit, from, to, kind, jurisdiction }) => ({ unit, from: this.#day(from, 1), ...this.#until(to), kind, jurisdiction })),
      platformWork: engagements,
      injuryCover: engagements.flatMap((engagement) => engagement.injuryCover()),
      courierWork: this.#couriers.filter(({ from }) => from <= end).map((work, i) => this.#courier(work, i)),
      businesses: this.#businesses,
      medical: this.#enrolments(end),
    };
  }

  /** Last month in which anything can happen. */
  #end(): MonthIndex {
    return this.#diedOn === undefined ? this.#person.month : Math.min(monthIndex(this.#diedOn), this.#person.month);
  }

  #period({ from, to }: Period): { readonly from: MonthIndex; readonly to: MonthIndex | undefined } {
    const last = to === undefined ? undefined : index(to);
    return { from: index(from), to: last === undefined || last >= this.#person.month ? undefined : last };
  }

  #book(
    scheme: Scheme,
    place: Place,
    insuredAs: Relation['insuredAs'],
    period: Period,
    terms: Omit<Span, 'from' | 'to' | 'day'>,
    second = false,
  ): void {
    const { from, to } = this.#period(period);
    const first = Math.max(from, SCHEME_START[scheme]);
    const last = to ?? this.#person.month;
    if (first > last) return;
    const key = `${scheme}${place.jurisdiction}${second ? '2' : '1'}`;
    let relation = this.#relations.get(key);
    if (!relation) {
      const personNumber = `${place.jurisdiction.slice(0, 2)}${this.#person.serial}${second ? '2' : '1'}`;
      relation = { scheme, place, personNumber, insuredAs, spans: [], deemed: 0, ended: false };
      this.#relations.set(key, relation);
    }
    relation.insuredAs = insuredAs;
    relation.spans.push({ from: first, to: last, day: 8 + (mix(from ^ Number(this.#person.serial)) % 18), ...terms });
  }

  #insureMedically(
    scheme: '310' | '390',
    place: Place,
    period: Period,
    terms: Omit<Span, 'from' | 'to' | 'day'>,
    employerName?: string,
  ): void {
    const { from, to } = this.#period(period);
    const first = Math.max(from, scheme === '390' ? 2012 * 12 : 2001 * 12);
    if (first > (to ?? this.#person.month)) return;
    this.#medical.push({
      scheme,
      poolingArea: place.area,
      personType: scheme === '390' ? 'RESIDENT' : 'WORKING',
      jurisdiction: place.jurisdiction,
      account: scheme === '310',
      ...(employerName === undefined ? {} : { employerName }),
      span: { from: first, to: to ?? this.#person.month, day: 12, ...terms },
      first,
      last: to,
    });
  }

  #relation(open: OpenRelation, end: MonthIndex): Relation | undefined {
    const spans = open.spans.filter(({ from }) => from <= end).map((span) => (span.to > end ? { ...span, to: end } : span));
    spans.sort((a, b) => a.from - b.from || a.to - b.to);
    if (spans.length === 0 || !booksAnything(open.scheme, spans)) return undefined;
    const { scheme, place, personNumber, deemed } = open;
    const pension = this.#benefits.find(
      (b) =>
        b.scheme === scheme &&
        (scheme === '110' || scheme === '120' || scheme === '170') &&
        b.jurisdiction === place.jurisdiction &&
        b.from <= end,
    );
    const last = Math.max(...spans.map(({ to }) => to));
    const { month } = this.#person;
    const current = scheme === '170' ? last >= month - 12 : last >= month;
    const until = this.#diedOn === undefined ? pension?.from : Math.min(end, pension?.from ?? end);
    return new BookedRelation({
      scheme,
      jurisdiction: place.jurisdiction,
      area: place.area,
      office: `${place.zh}社会保险事业管理中心`,
      personNumber,
      accountKind: this.#temporary(scheme, place.jurisdiction, spans) ? 'TEMPORARY' : 'ORDINARY',
      state: this.#diedOn !== undefined || open.ended ? 'ENDED' : current && !pension ? 'PAYING' : 'PAUSED',
      insuredAs: pension ? 'RETIREE' : open.insuredAs,
      deemedMonths: deemed,
      spans,
      month,
      ...(until === undefined ? {} : { accountUntil: until }),
    });
  }

  /** 临时基本养老保险缴费账户: first paid there, outside the hukou province, at 50 (men) or 40 (women), since 2010. */
  #temporary(scheme: Scheme, jurisdiction: string, spans: readonly Span[]): boolean {
    const { sex, birthDate, hukou } = this.#person;
    const first = Math.min(...spans.map(({ from }) => from));
    const age = first - monthIndex(birthDate);
    return scheme === '110' && first >= 2010 * 12 && jurisdictionOfDivision(hukou) !== jurisdiction && age >= (sex === 'M' ? 50 : 40) * 12;
  }

  #benefit({ from, to, ...rest }: OpenBenefit): Benefit {
    const dead = this.#diedOn === undefined ? undefined : monthIndex(this.#diedOn);
    const last = dead === undefined ? to : Math.min(dead, to ?? dead);
    return {
      ...rest,
      state: dead === undefined ? rest.state : 'ENDED',
      from: monthText(from),
      ...(last === undefined ? {} : { to: monthText(last) }),
    };
  }

  #engagements(end: MonthIndex): BookedEngagement[] {
    return this.#platforms
      .filter(({ from }) => from <= end)
      .map(({ index: platformIndex, at, in: jurisdiction, area, from, to, intensity }, i) => {
        const platform = PLATFORMS[platformIndex % PLATFORMS.length];
        if (!platform) throw new RangeError('no such platform');
        return new BookedEngagement({
          platform: platform.brand,
          unit: at.unit.creditCode,
          trade: platform.trade,
          division: placeIn(jurisdiction, area).division,
          jurisdiction,
          from: this.#day(from, 1),
          ...this.#until(to),
          firstMonth: from,
          lastMonth: Math.min(to ?? end, end),
          key: mix(Number(this.#person.serial) + i),
          intensity,
        });
      });
  }

  #courier(
    { outlet, from, to }: { readonly outlet: Outlet; readonly from: MonthIndex; readonly to: MonthIndex | undefined },
    i: number,
  ): CourierEngagement {
    return {
      filingNumber: `KD${outlet.division}${this.#person.serial}${String(i + 1)}`,
      outlet: outlet.filingNumber,
      unit: outlet.unit,
      from: this.#day(from, 1),
      ...this.#until(to),
    };
  }

  #enrolments(end: MonthIndex): MedicalEnrolment[] {
    const kept = this.#medical.filter(({ first }) => first <= end);
    return kept.map(({ first, last, span, ...rest }, i) => {
      const running = last === undefined && this.#diedOn === undefined;
      return new BookedMedical({
        ...rest,
        psnNo: `${this.#person.hukou.slice(0, 2)}000099${this.#person.serial}`,
        state: running ? 'NORMAL' : i === kept.length - 1 && this.#diedOn === undefined ? 'PAUSED' : 'ENDED',
        from: dateText(first, 1),
        ...this.#until(last),
        ...(span === undefined ? {} : { span: { ...span, to: Math.min(span.to, end) } }),
      });
    });
  }

  /** A day in the life, never after the death. */
  #day(month: MonthIndex, day: number): string {
    const date = dateText(month, day);
    return this.#diedOn !== undefined && date > this.#diedOn ? this.#diedOn : date;
  }

  #until(to: MonthIndex | undefined): { readonly to?: string } {
    if (to !== undefined) return { to: this.#day(to, 31) };
    return this.#diedOn === undefined ? {} : { to: this.#diedOn };
  }
}

const index = (when: When): MonthIndex => (typeof when === 'number' ? when : monthIndex(when));
