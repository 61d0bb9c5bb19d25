import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { loadAgency } from '@yichuang/kit';

interface Reading {
  readonly [field: string]: unknown;
  readonly quality: readonly string[];
}

/** What the agency file makes of an answer in the system's own bytes: per record and subject, its values and findings. */
async function readFixture(
  fixture: string,
  system: string,
  by: 'citizen' | 'unit',
  keys: readonly string[],
  records: readonly string[],
): Promise<Record<string, Reading[]>> {
  const bytes = readFileSync(new URL(`../fixtures/${fixture}`, import.meta.url));
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.end(bytes));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const agency = loadAgency(new URL('../agency.yaml', import.meta.url), { MARKET_URL: `http://127.0.0.1:${port}`, MARKET_KEY: 'key' });
  try {
    const answer = await agency.systems.find(({ id }) => id === system)?.ask(by, keys, records, AbortSignal.timeout(2000));
    const read: Record<string, Reading[]> = {};
    for (const key of keys) {
      for (const record of records) {
        for (const { provenance, ...fields } of answer?.get(key)?.get(record) ?? []) {
          (read[record] ??= []).push({
            ...fields,
            quality: provenance.quality.map(({ field, rule, sourceField }) => `${field} ${rule} ${String(sourceField)}`),
          });
        }
      }
    }
    return read;
  } finally {
    await agency.close();
    server.close();
    server.closeAllConnections();
  }
}

describe('the registration query', () => {
  it('is read in three spellings at once, with every fault named', async () => {
    const codes = ['91310104MA1FL0AA0Q', '91440300MA5D00BB1Y', '92650102MA78CC0C2Q'];
    const { registration, abnormal, punishment } = await readFixture('registry-unit.json', 'market-registry', 'unit', codes, [
      'registration',
      'abnormal',
      'punishment',
    ]);
    expect(registration).toEqual([
      {
        creditCode: '91310104MA1FL0AA0Q',
        name: '蜂桥（上海）信息科技有限公司',
        type: '有限责任公司(自然人投资或控股)',
        state: 'ACTIVE',
        legalRepresentative: '买买提·艾力',
        registeredCapital: '10000000.00',
        established: '1999-12-30',
        division: '310104',
        registrar: '徐汇区市场监督管理局',
        address: '上海市徐汇区人民路1号',
        businessScope: '即时配送服务',
        quality: [],
      },
      {
        creditCode: '91440300MA5D00BB1Y',
        name: '城驮货运有限公司',
        type: '有限责任公司',
        state: 'REVOKED',
        legalRepresentative: null,
        registeredCapital: '500000.00',
        established: '2018-03-15',
        division: '440300',
        registrar: '深圳市市场监督管理局',
        address: null,
        businessScope: null,
        quality: ['legalRepresentative NAME_UNREADABLE legelRep'],
      },
      {
        creditCode: '92650102MA78CC0C2Q',
        name: '天山区丰源小吃店',
        type: '个体工商户',
        state: null,
        legalRepresentative: '李小红',
        registeredCapital: null,
        established: null,
        division: '650102',
        registrar: '天山区市场监督管理局',
        address: '和平街2号',
        businessScope: '食品销售',
        quality: ['state CODE_UNKNOWN regstateCn', 'established DATE_INVALID estdate'],
      },
    ]);
    expect(abnormal).toEqual([
      { creditCode: '91310104MA1FL0AA0Q', reason: '未按规定期限公示年度报告', listedOn: '2023-07-26', removedOn: null, quality: [] },
      {
        creditCode: '91440300MA5D00BB1Y',
        reason: '通过登记的住所或者经营场所无法联系',
        listedOn: '2024-07-01',
        removedOn: null,
        quality: [],
      },
    ]);
    expect(punishment).toEqual([
      {
        creditCode: '92650102MA78CC0C2Q',
        documentNumber: '天市监处罚〔2024〕7号',
        reason: '发布虚假广告',
        decidedOn: '2024-05-06',
        authority: '天山区市场监督管理局',
        quality: [],
      },
    ]);
  });

  it('that holds a unit nobody asked about is refused whole', async () => {
    await expect(
      readFixture('registry-unit.json', 'market-registry', 'unit', ['91310104MA1FL0AA0Q'], ['registration']),
    ).rejects.toMatchObject({ code: 'SUBJECT_MISMATCH' });
  });
});

describe("the platforms' reports", () => {
  it('are read in every form of the number, with every fault named', async () => {
    const { engagement, activity } = await readFixture(
      'platforms-citizen.json',
      'market-platforms',
      'citizen',
      ['62990119900315003X'],
      ['engagement', 'activity'],
    );
    expect(engagement).toEqual([
      {
        recordNumber: 'PT000000001',
        platformName: '蜂桥外卖',
        creditCode: '91310104MA1FL0AA0Q',
        trade: 'INSTANT_DELIVERY',
        division: '340100',
        from: '2017-02-01',
        to: '2020-03-31',
        quality: [],
      },
      {
        recordNumber: 'PT000000002',
        platformName: '云驹出行',
        creditCode: null,
        trade: null,
        division: null,
        from: null,
        to: null,
        quality: [
          'creditCode CREDIT_CODE_INVALID tyshxydm',
          'trade CODE_UNKNOWN hylx',
          'division DIVISION_CODE_INVALID xzqh',
          'from DATE_INVALID ksrq',
        ],
      },
    ]);
    expect(activity).toEqual([
      { recordNumber: 'PT000000001', month: '2017-02', activeDays: 26, orders: 599, quality: [] },
      {
        recordNumber: 'PT000000001',
        month: null,
        activeDays: null,
        orders: null,
        quality: ['month MONTH_INVALID ny', 'activeDays INTEGER_OUT_OF_RANGE hyts', 'orders INTEGER_OUT_OF_RANGE dds'],
      },
      { recordNumber: 'PT000000001', month: '2017-03', activeDays: 0, orders: null, quality: [] },
    ]);
  });

  it('are read in counts of a unit, its own rows only', async () => {
    const { headcount } = await readFixture(
      'platforms-unit.json',
      'market-platforms',
      'unit',
      ['91310104MA1FL0AA0Q', '91440300MA5D00BB1Y'],
      ['headcount'],
    );
    expect(headcount).toEqual([
      { month: '2024-10', persons: 1204, orders: 655020, quality: [] },
      {
        month: null,
        persons: null,
        orders: null,
        quality: ['month MONTH_INVALID ny', 'persons INTEGER_INVALID hyrs', 'orders INTEGER_INVALID dds'],
      },
      { month: '2024-10', persons: 3, orders: 40, quality: [] },
    ]);
  });
});
