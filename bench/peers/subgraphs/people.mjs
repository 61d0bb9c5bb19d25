// 10,000 citizens and 500 enterprises, the same on every machine and in every run: no clock, no chance.
const CITIZENS = 10_000;
const ENTERPRISES = 500;
const PROVINCES = ['BJ', 'SH', 'GD', 'ZJ', 'JS', 'SC', 'HB', 'HN', 'SD', 'FJ'];
const SURNAMES = ['Wang', 'Li', 'Zhang', 'Liu', 'Chen', 'Yang', 'Zhao', 'Huang', 'Zhou', 'Wu'];
const GIVEN_NAMES = ['Wei', 'Fang', 'Na', 'Min', 'Jing', 'Lei', 'Jun', 'Yan', 'Tao', 'Ming', 'Chao', 'Xiu'];
const TRADES = ['Logistics', 'Mobility', 'Express', 'Foods'];
const MONTHS = Array.from({ length: 12 }, (_, i) => `2025-${String(i + 1).padStart(2, '0')}`);

export const citizenId = (i) => `C${String(i).padStart(6, '0')}`;
const creditCode = (i) => `91110000MA${String(i).padStart(6, '0')}X`;
const yuan = (x) => Math.round(x * 100) / 100;

/** Numbers from 0 to 1 that depend on the seed alone (xorshift). */
function numbers(seed) {
  let state = (seed * 2_654_435_761 + 0x9e3779b9) >>> 0 || 1;
  const next = () => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 4_294_967_296;
  };
  const below = (n) => Math.floor(next() * n);
  return { next, below, oneOf: (list) => list[below(list.length)] };
}
const several = (draw, most, make) => Array.from({ length: 1 + draw.below(most) }, (_, k) => make(k));

export const enterprises = new Map();
for (let i = 0; i < ENTERPRISES; i++) {
  const draw = numbers(i + 77_000);
  enterprises.set(creditCode(i), {
    creditCode: creditCode(i),
    name: `Enterprise ${i} ${TRADES[i % 4]} Co., Ltd.`,
    status: draw.oneOf(['ACTIVE', 'ACTIVE', 'ACTIVE', 'REVOKED', 'SUSPENDED']),
    legalRep: `${draw.oneOf(SURNAMES)} ${draw.oneOf(GIVEN_NAMES)}`,
  });
}

/** What each agency holds of a citizen, by id. An enterprise of another agency is its credit code. */
export const hrss = new Map();
export const market = new Map();
export const postal = new Map();
export const medical = new Map();
for (let i = 0; i < CITIZENS; i++) {
  const id = citizenId(i);
  const draw = numbers(i + 1);
  const enterprise = () => ({ creditCode: creditCode(draw.below(ENTERPRISES)) });
  const province = draw.oneOf(PROVINCES);
  hrss.set(id, {
    id,
    name: `${draw.oneOf(SURNAMES)} ${draw.oneOf(GIVEN_NAMES)}`,
    contributions: MONTHS.map((month) => {
      const base = yuan(4000 + draw.next() * 20_000);
      return { month, base, amount: yuan(base * 0.08), province };
    }),
    pensionAccount: { balance: yuan(draw.next() * 500_000) },
    employments: several(draw, 2, (k) => ({
      id: `${id}-E${k}`,
      title: draw.oneOf(['driver', 'courier', 'clerk', 'cook']),
      from: MONTHS[k],
      to: k ? null : MONTHS[11],
      employer: enterprise(),
    })),
  });
  market.set(id, {
    id,
    ridehailingJobs: several(draw, 3, (k) => ({
      id: `${id}-R${k}`,
      trips: draw.below(900),
      income: yuan(draw.next() * 9000),
      platform: enterprise(),
    })),
  });
  postal.set(id, {
    id,
    courierJobs: several(draw, 3, (k) => ({
      id: `${id}-P${k}`,
      parcels: draw.below(5000),
      income: yuan(draw.next() * 8000),
      enterprise: enterprise(),
    })),
  });
  medical.set(id, {
    id,
    medicalAccount: { balance: yuan(draw.next() * 20_000), status: draw.oneOf(['NORMAL', 'PAUSED']) },
    medicalRelations: several(draw, 3, (k) => ({
      id: `${id}-M${k}`,
      province: draw.oneOf(PROVINCES),
      from: MONTHS[k],
      to: k ? null : MONTHS[11],
    })),
  });
}
export const citizenIds = [...hrss.keys()];
