import { JURISDICTIONS } from './jurisdictions.js';

/** A place to live and work: the code that civil registers use, the code that insurance registers use, and its name. */
export interface Place {
  readonly jurisdiction: string;
  /** GB/T 2260 division, six digits. */
  readonly division: string;
  /** Pooling area. It differs from the division only in the 兵团, whose areas start with 66 while its cities are 6590xx. */
  readonly area: string;
  readonly zh: string;
}

const PLACES: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  '110000': [
    ['110105', '朝阳区'],
    ['110108', '海淀区'],
    ['110112', '通州区'],
  ],
  '120000': [
    ['120101', '和平区'],
    ['120104', '南开区'],
  ],
  '130000': [
    ['130100', '石家庄市'],
    ['130200', '唐山市'],
    ['130600', '保定市'],
  ],
  '140000': [
    ['140100', '太原市'],
    ['140200', '大同市'],
  ],
  '150000': [
    ['150100', '呼和浩特市'],
    ['150200', '包头市'],
    ['150400', '赤峰市'],
  ],
  '210000': [
    ['210100', '沈阳市'],
    ['210200', '大连市'],
  ],
  '220000': [
    ['220100', '长春市'],
    ['220200', '吉林市'],
  ],
  '230000': [
    ['230100', '哈尔滨市'],
    ['230600', '大庆市'],
  ],
  '310000': [
    ['310104', '徐汇区'],
    ['310115', '浦东新区'],
  ],
  '320000': [
    ['320100', '南京市'],
    ['320500', '苏州市'],
  ],
  '330000': [
    ['330100', '杭州市'],
    ['330200', '宁波市'],
  ],
  '340000': [
    ['340100', '合肥市'],
    ['341200', '阜阳市'],
  ],
  '350000': [
    ['350100', '福州市'],
    ['350200', '厦门市'],
  ],
  '360000': [
    ['360100', '南昌市'],
    ['360700', '赣州市'],
  ],
  '370000': [
    ['370100', '济南市'],
    ['370200', '青岛市'],
    ['371300', '临沂市'],
  ],
  '410000': [
    ['410100', '郑州市'],
    ['411600', '周口市'],
  ],
  '420000': [
    ['420100', '武汉市'],
    ['420500', '宜昌市'],
  ],
  '430000': [
    ['430100', '长沙市'],
    ['430400', '衡阳市'],
  ],
  '440000': [
    ['440100', '广州市'],
    ['440300', '深圳市'],
    ['441900', '东莞市'],
  ],
  '450000': [
    ['450100', '南宁市'],
    ['450300', '桂林市'],
  ],
  '460000': [
    ['460100', '海口市'],
    ['460200', '三亚市'],
  ],
  '500000': [
    ['500103', '渝中区'],
    ['500105', '江北区'],
  ],
  '510000': [
    ['510100', '成都市'],
    ['511300', '南充市'],
  ],
  '520000': [
    ['520100', '贵阳市'],
    ['520300', '遵义市'],
  ],
  '530000': [
    ['530100', '昆明市'],
    ['530300', '曲靖市'],
  ],
  '540000': [
    ['540100', '拉萨市'],
    ['540200', '日喀则市'],
  ],
  '610000': [
    ['610100', '西安市'],
    ['610300', '宝鸡市'],
  ],
  '620000': [
    ['620100', '兰州市'],
    ['620500', '天水市'],
  ],
  '630000': [
    ['630100', '西宁市'],
    ['630200', '海东市'],
  ],
  '640000': [
    ['640100', '银川市'],
    ['640400', '固原市'],
  ],
  '650000': [
    ['650100', '乌鲁木齐市'],
    ['653100', '喀什地区'],
  ],
};

const CORPS: readonly Place[] = [
  { jurisdiction: '660000', division: '659001', area: '660800', zh: '石河子市' },
  { jurisdiction: '660000', division: '659004', area: '660600', zh: '五家渠市' },
];

const byJurisdiction = new Map<string, readonly Place[]>(
  JURISDICTIONS.map(({ code }) => [
    code,
    code === '660000' ? CORPS : (PLACES[code] ?? []).map(([division, zh]) => ({ jurisdiction: code, division, area: division, zh })),
  ]),
);
const names = new Map(JURISDICTIONS.map(({ code, zh }) => [code, zh]));

/** The places of a jurisdiction that the synthetic world knows, its first city first. */
export function placesOf(jurisdiction: string): readonly Place[] {
  const places = byJurisdiction.get(jurisdiction);
  if (!places) throw new RangeError('not one of the 32 jurisdictions');
  return places;
}

/** The first place of a jurisdiction, or the one with this area or division. */
export function placeIn(jurisdiction: string, code?: string): Place {
  const places = placesOf(jurisdiction);
  const place = code === undefined ? places[0] : places.find((p) => p.area === code || p.division === code);
  if (!place) throw new RangeError('no such place in this jurisdiction');
  return place;
}

/** Short Chinese name of a jurisdiction, e.g. 广东. */
export const jurisdictionName = (code: string): string => names.get(code) ?? code;

/** The pension jurisdiction a division belongs to. The cities of the 兵团 are coded 6590xx but insured in 660000. */
export const jurisdictionOfDivision = (division: string): string =>
  division.startsWith('66') || division.startsWith('6590') ? '660000' : `${division.slice(0, 2)}0000`;
