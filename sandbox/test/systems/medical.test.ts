import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sm2 } from 'sm-crypto-v2';
import { answerIsSigned, signRequest, type Message } from '../../../kit/src/connectors/envelope/signing.js';
import { parseExactJson, type ExactJson } from '../../../kit/src/connectors/exact-json.js';
import { sm2Signer, sm2Verifier } from '@yichuang/schema';
import { generateWorld } from '../../src/people/generate.js';
import { medicalManifest, startMedical } from '../../src/systems/medical.js';
import type { StandInGroup } from '../../src/systems/stand-in.js';

const registers = { jurisdictions: new Map(), ministry: { RELATION_INDEX: [], PERSON: [], CARD: [], INJURY_COVER: [] }, manifest: [] };
const world = generateWorld({ people: 300 });
const courier = world.personas.find(({ key }) => key === 'courier-four-provinces')?.life;
const number = courier?.number ?? '';

describe('the stand-in of the medical platform', () => {
  let group: StandInGroup;
  let serial = 0;
  beforeAll(async () => {
    group = await startMedical({ world, registers, port: () => 0, folder: '', today: '2026-11-05' });
  });
  afterAll(() => group.close());

  const calls = (): number | undefined => group.systems[0]?.calls();
  const message = (more: Readonly<Record<string, ExactJson>>): Message => ({
    infno: '1101',
    msgid: `H9900000000120261105090000${String(++serial).padStart(4, '0')}`,
    mdtrtarea_admvs: '990000',
    insuplc_admdvs: '990000',
    recer_sys_code: 'TEST',
    dev_no: '',
    dev_safe_info: '',
    signtype: 'SM2',
    infver: 'V1.0',
    opter_type: '1',
    opter: 'test',
    opter_name: '测试',
    inf_time: '2026-11-05 09:00:00',
    fixmedins_code: group.env['MEDICAL_INSTITUTION'] ?? '',
    fixmedins_name: '测试',
    sign_no: '',
    input: {},
    ...more,
  });
  const signed = (unsigned: Message, key = group.env['MEDICAL_PRIVATE_KEY'] ?? ''): Message => ({
    ...unsigned,
    cainfo: signRequest(unsigned, sm2Signer(key)),
  });
  const post = async (body: Message | string): Promise<Message> => {
    const response = await fetch(group.env['MEDICAL_URL'] ?? '', {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return parseExactJson(await response.text()) as Message;
  };
  const signIn = async (): Promise<string> => {
    const { output } = await post(signed(message({ infno: '9001', input: { signIn: { opter_no: 'test' } } })));
    return (output as { signinoutb: { sign_no: string } }).signinoutb.sign_no;
  };
  const ask = async (data: ExactJson, infno = '1101'): Promise<Message> =>
    post(signed(message({ infno, sign_no: await signIn(), input: { data } })));

  it('answers 1101 by citizen number, signed for the message it answers', async () => {
    const question = signed(message({ sign_no: await signIn(), input: { data: { mdtrt_cert_type: '02', mdtrt_cert_no: number } } }));
    const answer = await post(question);
    expect(answer).toMatchObject({
      infcode: '0',
      err_msg: '',
      inf_refmsgid: expect.stringMatching(/^99000020261105\d{16}$/),
      respond_time: expect.stringMatching(/^20261105\d{9}$/),
      output: { baseinfo: { certno: number, psn_name: courier?.name, gend: '1', brdy: '1990-03-15', age: '36.0' }, idetinfo: null },
    });
    const { insuinfo } = answer['output'] as { insuinfo: Record<string, string>[] };
    expect(insuinfo).toHaveLength(courier?.medical.length ?? -1);
    expect(insuinfo.at(-1)).toMatchObject({
      insutype: '310',
      psn_insu_stas: '1',
      psn_insu_date: '2020-05-01',
      paus_insu_date: '',
      insuplc_admdvs: '440100',
    });
    const verifier = sm2Verifier(group.env['MEDICAL_PLATFORM_PUBLIC_KEY'] ?? '');
    expect(answerIsSigned(answer, question['msgid'] as string, verifier)).toBe(true);
    expect(answerIsSigned(answer, 'another', verifier)).toBe(false);
  });

  it('accepts no message whose signature is missing, another’s, or over something else', async () => {
    const data = { mdtrt_cert_type: '02', mdtrt_cert_no: number };
    const good = message({ sign_no: await signIn(), input: { data } });
    const before = calls();
    const refused = [
      { ...good, cainfo: '00' },
      signed(good, sm2.generateKeyPairHex().privateKey),
      { ...signed(good), input: { data: { ...data, mdtrt_cert_no: '1' } } },
      { ...signed(good), opter: 'somebody' },
    ];
    for (const bad of refused) expect(await post(bad)).toMatchObject({ infcode: '-1', err_msg: '验签失败', output: null });
    expect(calls()).toBe(before);
    expect(await post(signed(good))).toMatchObject({ infcode: '0' });
  });

  it('refuses a message that lacks a field, has one of its own or another form, and a message id seen before', async () => {
    const withoutOperator = Object.fromEntries(Object.entries(message({})).filter(([name]) => name !== 'opter'));
    const bad: (Message | string)[] = [
      '{',
      '[]',
      signed(withoutOperator),
      signed(message({ mdtrtarea_admdvs: '990000' })),
      signed(message({ infver: 'V2' })),
      signed(message({ msgid: 'x' })),
      signed(message({ inf_time: 'now' })),
      signed(message({ fixmedins_code: 'H99000000002' })),
    ];
    for (const each of bad) expect(await post(each)).toMatchObject({ infcode: '-1', output: null });
    const once = signed(message({ infno: '9001' }));
    expect(await post(once)).toMatchObject({ infcode: '0' });
    expect(await post(once)).toMatchObject({ infcode: '-1', err_msg: '报文ID重复' });
  });

  it('wants a sign-in that is still in force', async () => {
    const signNumber = await signIn();
    const question = (): Message =>
      signed(message({ sign_no: signNumber, input: { data: { mdtrt_cert_type: '02', mdtrt_cert_no: number } } }));
    expect(await post(question())).toMatchObject({ infcode: '0' });
    expect(await post(signed(message({ infno: '9002', sign_no: signNumber })))).toMatchObject({ infcode: '0' });
    const before = calls();
    expect(await post(question())).toMatchObject({ infcode: '2001' });
    expect(calls()).toBe(before);
  });

  it('answers the agency’s batch query with whole tables for up to 50 persons', async () => {
    const answer = await ask({ certnos: [number, 'nobody'], tables: ['insuInfo', 'clctInfo'] }, 'A101');
    const { certnos, insuInfo, clctInfo } = answer['output'] as Record<string, Record<string, string>[]>;
    expect(certnos).toEqual([number, 'nobody']);
    expect(insuInfo).toHaveLength(courier?.medical.length ?? -1);
    expect(clctInfo).toHaveLength(courier?.medical.reduce((sum, { payments }) => sum + payments.length, 0) ?? -1);
    expect(clctInfo?.at(-1)).toMatchObject({ certno: number, insutype: '310', accrym: '202610', expiYm: '202610', poolareaNo: '440100' });
    const fewer = await ask({ certnos: [number], tables: ['insuInfo'] }, 'A101');
    expect(fewer['output']).not.toHaveProperty('clctInfo');
    expect(await ask({ certnos: Array(51).fill(number) as string[], tables: ['insuInfo'] }, 'A101')).toMatchObject({ infcode: '-1' });
    expect(await ask({}, 'Z999')).toMatchObject({ infcode: '9404' });
  });

  it('says by a code of its own that a person is unknown', async () => {
    expect(await ask({ mdtrt_cert_type: '02', mdtrt_cert_no: '000' })).toMatchObject({ infcode: '1002', output: null });
  });

  it('plants every kind of dirt, never on a persona, the same each time', () => {
    const manifest = medicalManifest(generateWorld({ people: 1000 }));
    expect(new Set(manifest.map(({ kind }) => kind))).toEqual(
      new Set([
        'FIFTEEN_DIGITS',
        'NAME_PUA',
        'DATE_ZEROS',
        'THOUSANDS_COMMA',
        'MONTH_13',
        'BALANCE_TEXT',
        'UNKNOWN_CODE',
        'REVERSED_MONTH',
      ]),
    );
    expect(manifest).toEqual(medicalManifest(generateWorld({ people: 1000 })));
    for (const { persona, lifeIndex = 0, system, stored, clean } of manifest) {
      expect(persona).toBeUndefined();
      expect(lifeIndex).toBeGreaterThanOrEqual(world.personas.length);
      expect(system).toBe('medical-platform');
      expect(stored).not.toBe(clean);
    }
  });
});
