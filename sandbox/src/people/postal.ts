import { dateText, monthIndex, type MonthIndex } from './calendar.js';
import { placesOf, type Place } from './divisions.js';
import { JURISDICTIONS } from './jurisdictions.js';
import type { ExpressLicence, Outlet } from './model.js';
import { Rng } from './rng.js';
import { EXPRESS, type ExpressCompany } from './unit-catalogue.js';
import type { Workplaces } from './units.js';

/** The outlets of one express company in one jurisdiction, and its licence: the postal side of the world, the same for every seed. */
export class Postal {
  readonly licences: readonly ExpressLicence[];
  readonly outlets: readonly Outlet[];
  readonly #open = new Map<string, Outlet[]>();

  constructor(workplaces: Workplaces, month: MonthIndex) {
    this.licences = EXPRESS.map((company, i) => licence(company, i, workplaces.express(i).unit.creditCode, month));
    const outlets: Outlet[] = [];
    EXPRESS.forEach((company, i) => {
      const unit = workplaces.express(i).unit.creditCode;
      const jurisdictions = company.nationwide ? JURISDICTIONS.map(({ code }) => code) : [company.jurisdiction];
      for (const jurisdiction of jurisdictions) {
        for (const place of placesOf(jurisdiction)) {
          const count = company.nationwide ? 1 : 3;
          for (let k = 0; k < count; k++) {
            const outlet = makeOutlet(company, unit, place, i, k, month);
            outlets.push(outlet);
            const key = `${String(i)}/${jurisdiction}`;
            if (outlet.closedOn === undefined) this.#open.set(key, [...(this.#open.get(key) ?? []), outlet]);
          }
        }
      }
    });
    this.outlets = outlets;
  }

  /** Open outlets of the express company with this index in a jurisdiction. */
  openOutlets(express: number, jurisdiction: string): readonly Outlet[] {
    return this.#open.get(`${String(express)}/${jurisdiction}`) ?? [];
  }

  /** Indices of the express companies that have an open outlet in a jurisdiction. */
  companiesIn(jurisdiction: string): readonly number[] {
    return EXPRESS.map((_, i) => i).filter((i) => this.openOutlets(i, jurisdiction).length > 0);
  }
}

const ABBREVIATIONS: Readonly<Record<string, string>> = { '110000': '京', '420000': '鄂', '510000': '川', '340000': '皖', '620000': '甘' };

function licence(company: ExpressCompany, index: number, unit: string, month: MonthIndex): ExpressLicence {
  const rng = new Rng(0, 0x11ce, index);
  // A licence runs five years.
  const expired = company.licence === 'EXPIRED';
  const from = expired ? month - 63 : month - rng.int(8, 48);
  return {
    number: `${company.nationwide ? '国' : (ABBREVIATIONS[company.jurisdiction] ?? '国')}邮${String(Math.floor(from / 12))}${String(rng.int(100, 9999)).padStart(4, '0')}${company.nationwide ? 'C' : 'B'}`,
    unit,
    holder: company.name,
    scope: company.nationwide ? '国内快递（邮政企业专营业务除外）；国际快递' : '省内快递（邮政企业专营业务除外）',
    areas: company.nationwide ? JURISDICTIONS.filter(({ code }) => code !== '660000').map(({ code }) => code) : [company.jurisdiction],
    validFrom: dateText(from, 1),
    validTo: dateText(from + 59, 31),
    state: company.licence,
  };
}

function makeOutlet(company: ExpressCompany, unit: string, place: Place, index: number, k: number, month: MonthIndex): Outlet {
  const rng = new Rng(0, 0x0071, index, Number(place.division), k);
  const opened = rng.int(monthIndex('2012-01'), monthIndex('2016-06'));
  // The first outlet of a company in a place stays; some of the others have closed.
  const closed = k > 0 && rng.chance(0.4) ? rng.int(monthIndex('2021-01'), month - 3) : undefined;
  const quarter = rng.pick(['城南', '城北', '城东', '高新区', '火车站', '大学城', '老街', '开发区']);
  return {
    filingNumber: `MD${place.division}${String(Math.floor(opened / 12))}${String(index * 10 + k).padStart(4, '0')}`,
    name: `${company.brand}${place.zh}${quarter}网点`,
    unit,
    division: place.division,
    address: `${place.zh}${quarter}${rng.pick(['驿站路', '迎宾路', '工业路', '学府街'])}${String(rng.int(1, 300))}号`,
    openedOn: dateText(opened, rng.int(1, 28)),
    ...(closed === undefined ? {} : { closedOn: dateText(closed, rng.int(1, 28)) }),
  };
}
