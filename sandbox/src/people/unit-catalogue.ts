/** What a unit is to the working people of the world. */
export type Trade = 'ORDINARY' | 'PLATFORM' | 'EXPRESS' | 'INSTITUTION';

export interface PlatformCompany {
  /** Name on the app. */
  readonly brand: string;
  readonly name: string;
  readonly jurisdiction: string;
  readonly trade: 'RIDE_HAILING' | 'INSTANT_DELIVERY' | 'CITY_FREIGHT';
  readonly scope: string;
}

/** Invented platforms; no brand exists. */
export const PLATFORMS: readonly PlatformCompany[] = [
  {
    brand: '蜂桥外卖',
    name: '蜂桥（上海）信息科技有限公司',
    jurisdiction: '310000',
    trade: 'INSTANT_DELIVERY',
    scope: '互联网信息服务；即时配送服务',
  },
  {
    brand: '闪渡跑腿',
    name: '闪渡网络科技（北京）有限公司',
    jurisdiction: '110000',
    trade: 'INSTANT_DELIVERY',
    scope: '互联网信息服务；即时配送服务',
  },
  {
    brand: '云驹出行',
    name: '云驹出行科技（杭州）有限公司',
    jurisdiction: '330000',
    trade: 'RIDE_HAILING',
    scope: '网络预约出租汽车经营服务',
  },
  {
    brand: '顺途约车',
    name: '顺途约车（广州）科技有限公司',
    jurisdiction: '440000',
    trade: 'RIDE_HAILING',
    scope: '网络预约出租汽车经营服务',
  },
  {
    brand: '城驮货运',
    name: '城驮同城货运（深圳）有限公司',
    jurisdiction: '440000',
    trade: 'CITY_FREIGHT',
    scope: '道路货物运输；互联网信息服务',
  },
  {
    brand: '快捎即送',
    name: '快捎即送（成都）科技有限公司',
    jurisdiction: '510000',
    trade: 'INSTANT_DELIVERY',
    scope: '互联网信息服务；即时配送服务',
  },
];

export interface ExpressCompany {
  readonly brand: string;
  readonly name: string;
  readonly jurisdiction: string;
  /** A nationwide licence, or one for the company's own province. */
  readonly nationwide: boolean;
  readonly licence: 'VALID' | 'EXPIRED' | 'CANCELLED' | 'REVOKED';
}

/** Invented express companies; no brand exists. */
export const EXPRESS: readonly ExpressCompany[] = [
  { brand: '雁程速运', name: '雁程速运有限公司', jurisdiction: '310000', nationwide: true, licence: 'VALID' },
  { brand: '鹿行快递', name: '鹿行快递股份有限公司', jurisdiction: '330000', nationwide: true, licence: 'VALID' },
  { brand: '驿舟快运', name: '广东驿舟快运有限公司', jurisdiction: '440000', nationwide: true, licence: 'VALID' },
  { brand: '川江速递', name: '四川川江速递有限公司', jurisdiction: '510000', nationwide: false, licence: 'VALID' },
  { brand: '徽驿快递', name: '安徽徽驿快递有限公司', jurisdiction: '340000', nationwide: false, licence: 'VALID' },
  { brand: '陇上速运', name: '甘肃陇上速运有限公司', jurisdiction: '620000', nationwide: false, licence: 'VALID' },
  { brand: '京畿快捷', name: '北京京畿快捷速递有限公司', jurisdiction: '110000', nationwide: false, licence: 'EXPIRED' },
  { brand: '楚风快递', name: '湖北楚风快递有限公司', jurisdiction: '420000', nationwide: false, licence: 'REVOKED' },
];

/** Public institutions (事业单位): jurisdiction and name. */
export const PUBLIC_INSTITUTIONS: readonly (readonly [string, string])[] = [
  ['110000', '北京市朝阳区第七实验中学'],
  ['370000', '济南市第九人民医院'],
  ['420000', '武汉市水利规划研究所'],
  ['620000', '兰州市农业技术推广中心'],
  ['440000', '广州市第十一中心幼儿园'],
  ['320000', '南京市长江航道勘测站'],
  ['330000', '杭州市图书文献中心'],
  ['410000', '郑州市第二十儿童医院'],
  ['510000', '成都市林业科学研究院'],
  ['430000', '长沙市第八职业学校'],
];

export interface BusinessTrade {
  readonly word: string;
  readonly scope: string;
}

export const TRADES: readonly BusinessTrade[] = [
  { word: '电子', scope: '电子元器件制造；电子产品销售' },
  { word: '服饰', scope: '服装制造；服装服饰批发' },
  { word: '餐饮管理', scope: '餐饮服务；餐饮管理' },
  { word: '建筑工程', scope: '建设工程施工；建筑劳务分包' },
  { word: '物业服务', scope: '物业管理；家政服务' },
  { word: '商贸', scope: '日用百货销售；国内贸易代理' },
  { word: '信息技术', scope: '软件开发；信息系统集成服务' },
  { word: '人力资源', scope: '人力资源服务；劳务派遣服务' },
];
