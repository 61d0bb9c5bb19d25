/** How a jurisdiction's core system is reached. */
export type Dialect = 'sql' | 'soap' | 'rest' | 'batch';

export interface Jurisdiction {
  readonly code: string;
  readonly zh: string;
  readonly en: string;
  readonly dialect: Dialect;
  /** Identifier of the legacy system that holds its register; SQL jurisdictions share one database per group. */
  readonly system: string;
}

const at = (dialect: Dialect, group: string | undefined, rows: readonly (readonly [string, string, string])[]): Jurisdiction[] =>
  rows.map(([code, zh, en]) => ({ code, zh, en, dialect, system: `hrss-${dialect}-${group ?? code}` }));

/** The 32 pension jurisdictions: 31 provinces and the 兵团. */
export const JURISDICTIONS: readonly Jurisdiction[] = [
  ...at('sql', 'north', [
    ['110000', '北京', 'Beijing'],
    ['120000', '天津', 'Tianjin'],
  ]),
  ...at('sql', 'east', [
    ['310000', '上海', 'Shanghai'],
    ['320000', '江苏', 'Jiangsu'],
    ['330000', '浙江', 'Zhejiang'],
  ]),
  ...at('sql', 'south', [
    ['440000', '广东', 'Guangdong'],
    ['450000', '广西', 'Guangxi'],
    ['460000', '海南', 'Hainan'],
  ]),
  ...at('soap', undefined, [
    ['130000', '河北', 'Hebei'],
    ['140000', '山西', 'Shanxi'],
    ['150000', '内蒙古', 'Inner Mongolia'],
    ['210000', '辽宁', 'Liaoning'],
    ['410000', '河南', 'Henan'],
    ['420000', '湖北', 'Hubei'],
    ['510000', '四川', 'Sichuan'],
    ['500000', '重庆', 'Chongqing'],
  ]),
  ...at('rest', undefined, [
    ['340000', '安徽', 'Anhui'],
    ['350000', '福建', 'Fujian'],
    ['360000', '江西', 'Jiangxi'],
    ['370000', '山东', 'Shandong'],
    ['430000', '湖南', 'Hunan'],
    ['520000', '贵州', 'Guizhou'],
    ['530000', '云南', 'Yunnan'],
    ['610000', '陕西', 'Shaanxi'],
  ]),
  ...at('batch', undefined, [
    ['220000', '吉林', 'Jilin'],
    ['230000', '黑龙江', 'Heilongjiang'],
    ['540000', '西藏', 'Tibet'],
    ['620000', '甘肃', 'Gansu'],
    ['630000', '青海', 'Qinghai'],
    ['640000', '宁夏', 'Ningxia'],
    ['650000', '新疆', 'Xinjiang'],
    ['660000', '新疆生产建设兵团', 'Xinjiang Production and Construction Corps'],
  ]),
];
