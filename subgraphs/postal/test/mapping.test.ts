import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadAgency, type Agency } from '@yichuang/kit';

const fixtures = new URL('../fixtures/', import.meta.url);
const server = createServer((request, response) => {
  request.resume().on('end', () => response.end(readFileSync(new URL('licences-unit.json', fixtures))));
});

let agency: Agency;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  // The same files as over SFTP, in a folder of this machine.
  const env = {
    POSTAL_URL: `http://127.0.0.1:${port}`,
    POSTAL_KEY: 'key',
    POSTAL_SFTP_URL: fixtures.href,
    POSTAL_SFTP_HOST_KEY: `SHA256:${'A'.repeat(43)}`,
  };
  agency = loadAgency(new URL('../agency.yaml', import.meta.url), env);
});
afterAll(async () => {
  await agency.close();
  server.close();
  server.closeAllConnections();
});

/** What the agency file makes of the fixtures, in the systems' own bytes: per record, its values and findings. */
async function read(system: string, by: 'citizen' | 'unit' | 'outlet', keys: readonly string[], record: string): Promise<unknown[]> {
  const answer = await agency.systems.find(({ id }) => id === system)?.ask(by, keys, [record], AbortSignal.timeout(5000));
  return keys.flatMap((key) =>
    (answer?.get(key)?.get(record) ?? []).map(({ provenance, ...fields }) => ({
      ...fields,
      quality: provenance.quality.map(({ field, rule, sourceField }) => `${field} ${rule} ${String(sourceField)}`),
      asOf: provenance.asOf,
      freshness: provenance.freshness,
    })),
  );
}

const OLD = { asOf: '2026-01-01T16:00:00.000Z', freshness: 'STALE' };
const clean = {
  filingNumber: 'MD11010520120000',
  name: '雁程速运亅区网点',
  creditCode: '91310104MA1FL0AA0Q',
  division: '110105',
  address: '朝阳区　驿站路76号',
  openedOn: '2012-11-19',
  closedOn: null,
  couriers: 3,
  quality: [],
  ...OLD,
};
const dirty = {
  filingNumber: 'MD44010020130000',
  name: '驿舟快运（广州）网点',
  creditCode: '91440300MA5D00BB1Y',
  division: '440100',
  address: '工业路8号',
  openedOn: null,
  closedOn: '2024-06-30',
  couriers: null,
  quality: ['openedOn DATE_INVALID openedOn', 'couriers INTEGER_OUT_OF_RANGE couriers'],
  ...OLD,
};

describe('the file of outlets', () => {
  it('is read in GBK, where the delimiter may be the second byte of a character', async () => {
    expect(await read('postal-couriers', 'outlet', ['MD11010520120000', 'MD44010020130000', 'MD99999999999999'], 'outlet')).toEqual([
      clean,
      dirty,
    ]);
  });

  it('is found by the enterprise too, however its code is written', async () => {
    expect(await read('postal-couriers', 'unit', ['91440300MA5D00BB1Y', '91310104MA1FL0AA0Q'], 'outletOfUnit')).toEqual([dirty, clean]);
  });
});

describe('the file of couriers', () => {
  it('holds one person in every form of the number, with every fault named', async () => {
    expect(await read('postal-couriers', 'citizen', ['62990119900315003X'], 'courier')).toEqual([
      {
        filingNumber: 'KD110105000001',
        name: '王亅明',
        outletNumber: 'MD11010520120000',
        creditCode: '91310104MA1FL0AA0Q',
        from: '2020-04-01',
        to: null,
        quality: [],
        ...OLD,
      },
      {
        filingNumber: 'KD110105000002',
        name: null,
        outletNumber: 'MD00000000000000',
        creditCode: null,
        from: null,
        to: null,
        quality: [
          'name NAME_UNREADABLE name',
          'creditCode CREDIT_CODE_INVALID creditCode',
          'from DATE_SENTINEL from',
          'to DATE_INVALID to',
        ],
        ...OLD,
      },
      {
        filingNumber: 'KD440100000003',
        name: '阿依古丽·买买提',
        outletNumber: null,
        creditCode: '91440300MA5D00BB1Y',
        from: '2018-07-01',
        to: null,
        quality: [],
        ...OLD,
      },
    ]);
  });
});

describe('the licence query', () => {
  const codes = ['91310104MA1FL0AA0Q', '91440300MA5D00BB1Y'];

  it('is read with every fault named', async () => {
    const live = { asOf: expect.any(String), freshness: 'LIVE' };
    expect(await read('postal-licences', 'unit', codes, 'licence')).toEqual([
      {
        number: '国邮20256135C',
        holder: '雁程速运有限公司',
        businessScope: '国内快递（邮政企业专营业务除外）；国际快递',
        validFrom: '2025-10-01',
        validTo: '2030-09-30',
        state: 'VALID',
        quality: [],
        ...live,
      },
      {
        number: '粤邮20180001B',
        holder: null,
        businessScope: null,
        validFrom: null,
        validTo: null,
        state: null,
        quality: ['validFrom DATE_SENTINEL yxqq', 'validTo DATE_INVALID yxqz', 'state CODE_UNKNOWN xkzzt'],
        ...live,
      },
    ]);
    expect(await read('postal-licences', 'unit', codes, 'licenceArea')).toEqual([
      { number: '国邮20256135C', division: '310000', quality: [], ...live },
      { number: '国邮20256135C', division: '330000', quality: [], ...live },
      { number: '国邮20256135C', division: null, quality: ['division DIVISION_CODE_INVALID dydm'], ...live },
    ]);
  });

  it('that answers about a unit nobody asked about is refused whole', async () => {
    await expect(read('postal-licences', 'unit', codes.slice(0, 1), 'licence')).rejects.toMatchObject({ code: 'SUBJECT_MISMATCH' });
  });
});
