import { dateText, monthIndex, monthText, type MonthIndex } from './calendar.js';
import { jurisdictionName, placeIn, placesOf, type Place } from './divisions.js';
import { JURISDICTIONS } from './jurisdictions.js';
import type { Unit } from './model.js';
import { inventName } from './names.js';
import { creditCode } from './numbers.js';
import { Rng } from './rng.js';
import { PLATFORMS, EXPRESS, PUBLIC_INSTITUTIONS, TRADES, type Trade } from './unit-catalogue.js';

/** A unit with what the generator has to know to let people work there. */
export interface Workplace {
  readonly unit: Unit;
  readonly place: Place;
  readonly trade: Trade;
  readonly establishedMonth: MonthIndex;
  /** Last month it declared; absent while it runs. */
  readonly closedMonth?: MonthIndex;
}

const PLATFORM_COUNT = PLATFORMS.length;
const EXPRESS_COUNT = EXPRESS.length;
const HOME_START = PLATFORM_COUNT + EXPRESS_COUNT;
const INSTITUTION_START = HOME_START + JURISDICTIONS.length;
/** Units that exist in every world whatever its seed: platforms, express companies, one old employer per jurisdiction, public institutions. */
export const STANDING_UNITS = 60;

/** All units, each made from its own stream, found by province and by the number of people that existed before. */
export class Workplaces {
  readonly all: readonly Workplace[];
  readonly #byJurisdiction = new Map<string, number[]>();

  constructor(seed: number, month: MonthIndex, count: number) {
    const all: Workplace[] = [];
    for (let i = 0; i < Math.max(STANDING_UNITS, count); i++) {
      const workplace = makeWorkplace(i, seed, month);
      all.push(workplace);
      if (workplace.trade === 'ORDINARY') {
        const list = this.#byJurisdiction.get(workplace.place.jurisdiction) ?? [];
        list.push(i);
        this.#byJurisdiction.set(workplace.place.jurisdiction, list);
      }
    }
    this.all = all;
  }

  at(index: number): Workplace {
    const workplace = this.all[index];
    if (!workplace) throw new RangeError('no unit with this index');
    return workplace;
  }

  platform(index: number): Workplace {
    return this.at(index % PLATFORM_COUNT);
  }

  express(index: number): Workplace {
    return this.at(PLATFORM_COUNT + (index % EXPRESS_COUNT));
  }

  /** The employer every jurisdiction has had since long ago. */
  home(jurisdiction: string): Workplace {
    return this.at(HOME_START + JURISDICTIONS.findIndex(({ code }) => code === jurisdiction));
  }

  /** The public institution of a jurisdiction, where the world has one. */
  institution(jurisdiction: string): Workplace | undefined {
    const index = PUBLIC_INSTITUTIONS.findIndex(([code]) => code === jurisdiction);
    return index === -1 ? undefined : this.at(INSTITUTION_START + index);
  }

  /** An employer of the jurisdiction that was open from `from` to `to`, of those with an index below `cap`. */
  employer(rng: Rng, jurisdiction: string, from: MonthIndex, to: MonthIndex, cap: number): Workplace {
    const list = this.#byJurisdiction.get(jurisdiction) ?? [];
    let known = list.length;
    while (known > 0 && (list[known - 1] ?? 0) >= cap) known--;
    for (let attempt = 0; attempt < 4 && known > 0; attempt++) {
      const candidate = this.at(list[rng.int(0, known - 1)] ?? 0);
      if (candidate.establishedMonth <= from && to <= (candidate.closedMonth ?? Infinity)) return candidate;
    }
    return this.home(jurisdiction);
  }
}

/** Where units and working people are: the weight of each jurisdiction. */
export const WORK_WEIGHTS: readonly (readonly [string, number])[] = JURISDICTIONS.map(({ code }) => [
  code,
  (
    {
      '440000': 14,
      '330000': 9,
      '320000': 9,
      '310000': 7,
      '110000': 7,
      '370000': 6,
      '510000': 6,
      '350000': 4,
      '410000': 5,
      '420000': 4,
    } as Readonly<Record<string, number>>
  )[code] ?? 2,
]);

function makeWorkplace(index: number, seed: number, month: MonthIndex): Workplace {
  const standing = index < STANDING_UNITS;
  const rng = new Rng(standing ? 0 : seed, 0x0a17, index);
  const platform = PLATFORMS[index];
  if (platform) return special(rng, index, 'PLATFORM', platform.jurisdiction, platform.name, platform.scope, '2013-06', month);
  const express = EXPRESS[index - PLATFORM_COUNT];
  if (express) return special(rng, index, 'EXPRESS', express.jurisdiction, express.name, '国内快递；普通货物仓储服务', '2008-03', month);
  const home = JURISDICTIONS[index - HOME_START];
  if (home) {
    const city = placeIn(home.code).zh.replace(/[市区]$/, '');
    return special(rng, index, 'ORDINARY', home.code, `${city}恒久机械制造有限公司`, '通用设备制造；机械零件加工', '1992-05', month);
  }
  const institution = PUBLIC_INSTITUTIONS[index - INSTITUTION_START];
  if (institution) return special(rng, index, 'INSTITUTION', institution[0], institution[1], '提供公益服务', '1985-09', month);
  return ordinary(rng, index, rng.weighted(WORK_WEIGHTS), month);
}

function special(
  rng: Rng,
  index: number,
  trade: Trade,
  jurisdiction: string,
  name: string,
  scope: string,
  established: string,
  month: MonthIndex,
): Workplace {
  const place = placeIn(jurisdiction);
  const institution = trade === 'INSTITUTION';
  const unit: Unit = {
    creditCode: creditCode(institution ? '12' : '91', place.division, index),
    name,
    type: institution ? '事业单位法人' : '有限责任公司',
    state: '1',
    legalRepresentative: inventName(rng, rng.chance(0.7) ? 'M' : 'F', jurisdiction),
    ...(institution ? {} : { capital: rng.int(5, 500) * 1_000_000_00 }),
    established: dateText(monthIndex(established), rng.int(1, 28)),
    division: place.division,
    registrar: institution ? `${jurisdictionName(jurisdiction)}事业单位登记管理局` : `${place.zh}市场监督管理局`,
    address: addressIn(rng, place),
    scope,
    abnormal: [],
    punishments:
      trade === 'PLATFORM' && index % 3 === 1
        ? [punishment(rng, place, '未按规定对平台内经营者和从业人员进行信息核验登记', monthIndex('2023-08'))]
        : [],
    unitNumber: unitNumber(jurisdiction, index),
    insuredState: 'PAYING',
    lastDeclaredMonth: monthText(month),
    arrears: 0,
  };
  return { unit, place, trade, establishedMonth: monthIndex(established) };
}

function ordinary(rng: Rng, index: number, jurisdiction: string, month: MonthIndex): Workplace {
  const place = rng.pick(placesOf(jurisdiction));
  const established = rng.int(monthIndex('1996-01'), month - 30);
  const state = rng.weighted<Unit['state']>([
    ['1', 84],
    ['2', 3],
    ['3', 2],
    ['4', 7],
    ['5', 1],
    ['6', 2],
    ['9', 1],
  ]);
  const closed = state === '1' || state === '9' ? undefined : rng.int(established + 18, month - 2);
  const paused = closed === undefined && rng.chance(0.04);
  const trade = rng.pick(TRADES);
  const city = place.zh.replace(/[市区]$/, '');
  const name = `${city}${rng.pick(BRAND_FIRST)}${rng.pick(BRAND_SECOND)}${trade.word}有限公司`;
  const declared = closed ?? (paused ? month - rng.int(2, 9) : month);
  const abnormal =
    rng.chance(0.07) || state === '2'
      ? [listing(rng, Math.max(established + 12, (closed ?? month) - rng.int(3, 30)), state === '2', month)]
      : [];
  const unit: Unit = {
    creditCode: creditCode('91', place.division, index),
    name,
    type: rng.pick(['有限责任公司(自然人独资)', '有限责任公司(自然人投资或控股)', '有限责任公司', '股份有限公司(非上市)']),
    state,
    legalRepresentative: inventName(rng, rng.chance(0.65) ? 'M' : 'F', jurisdiction),
    capital: rng.pick([10, 50, 100, 200, 500, 1000, 3000]) * 10_000_00,
    established: dateText(established, rng.int(1, 28)),
    division: place.division,
    registrar: `${place.zh}市场监督管理局`,
    address: addressIn(rng, place),
    scope: trade.scope,
    abnormal,
    punishments: rng.chance(0.05)
      ? [punishment(rng, place, '发布虚假广告', Math.max(established + 6, (closed ?? month) - rng.int(2, 60)))]
      : [],
    unitNumber: unitNumber(jurisdiction, index),
    insuredState: closed !== undefined ? 'ENDED' : paused ? 'PAUSED' : 'PAYING',
    lastDeclaredMonth: monthText(declared),
    arrears: paused ? rng.int(1_000_00, 300_000_00) : 0,
  };
  return {
    unit,
    place,
    trade: 'ORDINARY',
    establishedMonth: established,
    ...(closed !== undefined || paused ? { closedMonth: declared } : {}),
  };
}

/** What a person who runs an own business registers. */
export interface OwnBusiness {
  readonly owner: string;
  readonly place: Place;
  readonly since: MonthIndex;
  readonly kind: 'INDIVIDUAL' | 'COMPANY';
  /** Unique among all businesses; persona ranks and generated indices do not meet. */
  readonly serial: number;
  readonly name?: string;
  readonly state?: Unit['state'];
}

/** The unit of an own business: 个体工商户 or a small company whose representative is the owner. */
export function ownBusiness(business: OwnBusiness, rng: Rng, month: MonthIndex): Unit {
  const { place, kind, since } = business;
  const trade = rng.pick(TRADES);
  const city = place.zh.replace(/[市区]$/, '');
  const brand = `${rng.pick(BRAND_FIRST)}${rng.pick(BRAND_SECOND)}`;
  return {
    creditCode: creditCode(kind === 'INDIVIDUAL' ? '92' : '91', place.division, 1_000_000 + business.serial),
    name:
      business.name ??
      (kind === 'INDIVIDUAL'
        ? `${place.zh}${brand}${rng.pick(['小吃店', '便利店', '修理部', '服装店', '果蔬店'])}`
        : `${city}${brand}${trade.word}有限公司`),
    type: kind === 'INDIVIDUAL' ? '个体工商户' : '有限责任公司(自然人独资)',
    state: business.state ?? '1',
    legalRepresentative: business.owner,
    ...(kind === 'COMPANY' ? { capital: rng.pick([10, 30, 50, 100]) * 10_000_00 } : {}),
    established: dateText(since, rng.int(1, 28)),
    division: place.division,
    registrar: `${place.zh}市场监督管理局`,
    address: addressIn(rng, place),
    scope: kind === 'INDIVIDUAL' ? '食品销售；日用百货零售' : trade.scope,
    abnormal: rng.chance(0.06) ? [listing(rng, Math.min(month - 1, since + 18), false, month)] : [],
    punishments: [],
    unitNumber: unitNumber(place.jurisdiction, 1_000_000 + business.serial),
    insuredState: business.state === undefined || business.state === '1' ? 'PAYING' : 'ENDED',
    lastDeclaredMonth: monthText(month),
    arrears: 0,
  };
}

const BRAND_FIRST = Array.from('恒瑞鼎盛泰华嘉信宏远博达腾云金禾明德安康顺昌');
const BRAND_SECOND = Array.from('泰隆源兴丰顺达成辉业宇帆航凯');

const unitNumber = (jurisdiction: string, serial: number): string => `${jurisdiction.slice(0, 2)}${String(10_000_000 + serial)}`;

const ROADS = ['人民路', '建设路', '解放路', '和平街', '创业大道', '科技路', '长江路', '滨河路'];
const addressIn = (rng: Rng, place: Place): string =>
  `${jurisdictionName(place.jurisdiction)}${place.zh}${rng.pick(ROADS)}${String(rng.int(1, 699))}号`;

function listing(rng: Rng, month: MonthIndex, standing: boolean, now: MonthIndex): Unit['abnormal'][number] {
  const listed = Math.min(month, now);
  const removed = !standing && rng.chance(0.5) && listed + 7 <= now;
  return {
    reason: rng.pick(['未按规定期限公示年度报告', '通过登记的住所或者经营场所无法联系', '公示企业信息隐瞒真实情况、弄虚作假']),
    listedOn: dateText(listed, rng.int(1, 28)),
    ...(removed ? { removedOn: dateText(listed + rng.int(2, 7), rng.int(1, 28)) } : {}),
  };
}

function punishment(rng: Rng, place: Place, reason: string, month: MonthIndex): Unit['punishments'][number] {
  const decidedOn = dateText(month, rng.int(1, 28));
  return {
    documentNumber: `${place.zh.slice(0, 1)}市监处罚〔${decidedOn.slice(0, 4)}〕${String(rng.int(1, 899))}号`,
    reason,
    decidedOn,
    authority: `${place.zh}市场监督管理局`,
  };
}
