import type { Life, Persona, Unit, World } from '../src/people/model.js';

/** A world of two lives, one persona and one unit, for tests of the parts that only pass the world on. */
export function smallWorld(): World {
  const life = (number: string, name: string): Life => ({
    number,
    name,
    sex: 'M',
    birthDate: '1990-01-01',
    hukou: '440000',
    relations: [],
    benefits: [],
    employments: [],
    platformWork: [],
    injuryCover: [],
    courierWork: [],
    businesses: [],
    medical: [],
  });
  const courier = life('990001199001010019', '测试甲');
  const persona: Persona = {
    key: 'courier-four-provinces',
    title: { zh: '快递员', en: 'Courier' },
    story: 'A courier who worked in four provinces.',
    life: courier,
  };
  const unit: Unit = {
    creditCode: '91990001MA00000019',
    name: '测试快递有限公司',
    type: '有限责任公司',
    state: '1',
    legalRepresentative: '测试乙',
    capital: 100_000_00,
    established: '2010-01-01',
    division: '440000',
    registrar: '测试市市场监督管理局',
    address: '测试路1号',
    scope: '快递服务',
    abnormal: [],
    punishments: [],
    unitNumber: '4400000001',
    insuredState: 'PAYING',
    arrears: 0,
  };
  return {
    seed: 1,
    month: '2026-10',
    lives: [courier, life('990001199002020029', '测试乙')],
    personas: [persona],
    units: [unit],
    licences: [],
    outlets: [],
  };
}
