import { createHash } from 'node:crypto';
import { sm2 } from 'sm-crypto-v2';

/*
 * The platform's side of the envelope, written from the interface specification and not from the hub's connector, so that each proves
 * the other: what is signed is the canonical JSON of all members but cainfo (members sorted, scalars as text), with `input` or
 * `output` as its SM3 digest; an answer's signature also covers the msgid it answers.
 */

export interface KeyPair {
  readonly privateKey: string;
  readonly publicKey: string;
}

/** A public key whose multiples are kept: a verification takes a sixth of the time. */
export type PublicKey = ReturnType<typeof sm2.precomputePublicKey>;

export const publicKeyOf = ({ publicKey }: KeyPair): PublicKey => sm2.precomputePublicKey(publicKey);

/** A request whose members have the right form; nothing is said of its signature. */
export interface MedicalRequest {
  readonly head: Readonly<Record<string, string>>;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Longest form of each member, and whether it may be empty (handbook of the interface). */
const MEMBERS: readonly (readonly [name: string, most: number, required: boolean])[] = [
  ['infno', 4, true],
  ['msgid', 30, true],
  ['mdtrtarea_admvs', 6, true],
  ['insuplc_admdvs', 6, true],
  ['recer_sys_code', 10, true],
  ['dev_no', 100, false],
  ['dev_safe_info', 2000, false],
  ['cainfo', 1024, true],
  ['signtype', 10, true],
  ['infver', 6, true],
  ['opter_type', 3, true],
  ['opter', 30, true],
  ['opter_name', 50, true],
  ['inf_time', 19, true],
  ['fixmedins_code', 12, true],
  ['fixmedins_name', 20, true],
  ['sign_no', 30, false],
];

/** Reads a request body; a text says in Chinese what is wrong with it. */
export function readRequest(body: string): MedicalRequest | string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return '报文不是有效的JSON';
  }
  if (!isObject(parsed)) return '报文格式错误';
  const head: Record<string, string> = {};
  for (const [name, most, required] of MEMBERS) {
    const text = parsed[name];
    if (typeof text !== 'string' || text.length > most || (required && text === '')) return `字段${name}缺失或超长`;
    head[name] = text;
  }
  const unknown = Object.keys(parsed).find((name) => name !== 'input' && !(name in head));
  if (unknown !== undefined) return `未知字段${unknown}`;
  const { input } = parsed;
  if (!isObject(input)) return '字段input缺失';
  if (head['signtype'] !== 'SM2' || head['infver'] !== 'V1.0') return '签名类型或接口版本不支持';
  if (!/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(head['inf_time'] ?? '')) return '字段inf_time格式错误';
  if (!new RegExp(`^${head['fixmedins_code'] ?? ''}\\d{18}$`).test(head['msgid'] ?? '')) return '字段msgid格式错误';
  return { head, input };
}

/** True when cainfo is the caller's SM2 signature over the request. */
export function requestIsSigned({ head, input }: MedicalRequest, callerPublicKey: PublicKey): boolean {
  const { cainfo = '', ...rest } = head;
  if (!/^[0-9a-f]{128}$/.test(cainfo)) return false;
  try {
    return sm2.doVerifySignature(bytes(canonical({ ...rest, input: digest(input) })), cainfo, callerPublicKey, { hash: true });
  } catch {
    return false;
  }
}

/** An answer with its signature, bound to the message it answers. */
export function signedAnswer(answer: Readonly<Record<string, unknown>>, msgid: string, keys: KeyPair): Readonly<Record<string, unknown>> {
  const text = canonical({ ...answer, output: digest(answer['output']), msgid });
  return { ...answer, cainfo: sm2.doSignature(bytes(text), keys.privateKey, { hash: true, publicKey: keys.publicKey }) };
}

export function newKeyPair(): KeyPair {
  return sm2.generateKeyPairHex();
}

const digest = (value: unknown): string => createHash('sm3').update(canonical(value)).digest('hex');
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text));

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (isObject(value)) {
    const names = Object.keys(value).sort();
    return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`;
  }
  if (typeof value === 'string' || typeof value === 'number') return JSON.stringify(String(value));
  return typeof value === 'boolean' ? String(value) : 'null';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
