import { monthIndex, type MonthIndex } from '../calendar.js';
import { placeIn } from '../divisions.js';
import { LifeBuilder } from '../life-builder.js';
import type { Outlet, Persona, Sex, Unit } from '../model.js';
import { cardNumber, personaNumber } from '../numbers.js';
import type { Postal } from '../postal.js';
import { Rng } from '../rng.js';
import { ownBusiness, type OwnBusiness, type Workplace, type Workplaces } from '../units.js';

/** A persona as it is written down. */
export interface PersonaScript {
  readonly key: string;
  /** The persona's own, used in all its numbers. Never reuse or change one. */
  readonly rank: number;
  readonly zh: string;
  readonly en: string;
  readonly story: string;
  readonly name: string;
  readonly sex: Sex;
  readonly born: string;
  /** Division of the hukou. */
  readonly hukou: string;
  /** Province in the citizen number, where it is not the hukou's. */
  readonly registered?: string;
  readonly card?: false;
  live(life: LifeBuilder, stage: Stage): void;
}

/** What a persona may meet: only what is the same in every world. */
export interface Stage {
  readonly month: MonthIndex;
  /** The old employer of a jurisdiction. */
  home(jurisdiction: string): Workplace;
  institution(jurisdiction: string): Workplace;
  /** Index into the catalogue of platforms, with its company. */
  platform(index: number): { readonly platform: number; readonly at: Workplace };
  express(index: number): Workplace;
  /** The first open outlet of an express company in a jurisdiction. */
  outlet(express: number, jurisdiction: string): Outlet;
  /** Registers a business of the persona. */
  own(business: Pick<OwnBusiness, 'kind' | 'name' | 'state'> & { readonly in: string; readonly since: string }): void;
}

export interface Cast {
  readonly personas: readonly Persona[];
  /** The businesses personas run. */
  readonly units: readonly Unit[];
}

/** Plays the scripts. Nothing in it depends on the seed or the size of the world. */
export function play(scripts: readonly PersonaScript[], month: MonthIndex, workplaces: Workplaces, postal: Postal): Cast {
  const units: Unit[] = [];
  const personas = scripts.map((script): Persona => {
    const { key, rank, zh, en, story, name, sex, born, hukou } = script;
    const province = script.registered ?? hukou;
    const number = personaNumber(rank, province.startsWith('66') ? '65' : province, born, sex);
    const life = new LifeBuilder({ number, name, sex, birthDate: born, hukou, month, serial: String(90_000_000 + rank) });
    if (script.card !== false) {
      const issuer = `${hukou.slice(0, 2)}0000`;
      life.card({
        number: cardNumber(rank),
        issuer: hukou.startsWith('6590') ? '660000' : issuer,
        issuedOn: '2019-06-18',
        state: 'ACTIVE',
        electronic: true,
      });
    }
    script.live(life, {
      month,
      home: (jurisdiction) => workplaces.home(jurisdiction),
      institution: (jurisdiction) => known(workplaces.institution(jurisdiction)),
      platform: (platform) => ({ platform, at: workplaces.platform(platform) }),
      express: (index) => workplaces.express(index),
      outlet: (express, jurisdiction) => known(postal.openOutlets(express, jurisdiction)[0]),
      own: ({ in: jurisdiction, since, ...rest }) => {
        const business: OwnBusiness = { ...rest, owner: name, place: placeIn(jurisdiction), since: monthIndex(since), serial: rank };
        const unit = ownBusiness(business, new Rng(0, 0x0b12, rank), month);
        units.push(unit);
        life.business(unit.creditCode);
      },
    });
    return { key, title: { zh, en }, story, life: life.build() };
  });
  return { personas, units };
}

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new RangeError('a persona asks for something its place does not have');
  return value;
}
