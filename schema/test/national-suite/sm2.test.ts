import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sm2 } from 'sm-crypto-v2';
import { sm2Signer, sm2Verifier, STANDARD_SIGNER_ID } from '../../src/national-suite/sm2.js';
import { sm3 } from '../../src/national-suite/sm3.js';

// GM/T 0003.5-2012, annex A.2: signature over the recommended curve.
const STANDARD = {
  message: 'message digest',
  privateKey: '3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8',
  publicKey:
    '0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13',
  k: 0x59276e27d506861a16680f3ad9c02dccef3cc1fa3cdbe4ce6d54b80deac1bc21n,
  r: 'f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3',
  s: 'b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa',
};
const der = `3046022100${STANDARD.r}022100${STANDARD.s}`;

describe('SM3', () => {
  it('gives the digests of GM/T 0004 annex A', () => {
    expect(sm3('abc')).toBe('66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0');
    expect(sm3('abcd'.repeat(16))).toBe('debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732');
  });
});

describe('SM2', () => {
  it('accepts the signature of GM/T 0003.5, raw and as DER', () => {
    expect(sm2Verifier(STANDARD.publicKey).verify(STANDARD.message, STANDARD.r + STANDARD.s)).toBe(true);
    expect(sm2Verifier(STANDARD.publicKey.toUpperCase()).verify(STANDARD.message, (STANDARD.r + STANDARD.s).toUpperCase())).toBe(true);
    expect(sm2Verifier(STANDARD.publicKey, 'der').verify(STANDARD.message, der)).toBe(true);
  });

  it('makes the signature of GM/T 0003.5 from its key and its random number', () => {
    const x1 = multiply(STANDARD.k, G)[0];
    const made = sm2.doSignature(Uint8Array.from(Buffer.from(STANDARD.message)), STANDARD.privateKey, {
      hash: true,
      publicKey: STANDARD.publicKey,
      userId: STANDARD_SIGNER_ID,
      pointPool: [{ k: STANDARD.k, x1 }],
    });
    expect(made).toBe(STANDARD.r + STANDARD.s);
  });

  it('makes signatures that a second implementation of the standard accepts', () => {
    for (const text of ['', '医保', '𬀩 rare', 'a'.repeat(5000)]) {
      const signature = sm2Signer(STANDARD.privateKey).sign(text);
      expect(signature).toMatch(/^[0-9a-f]{128}$/);
      expect(acceptedByTheBook(text, signature, STANDARD.publicKey)).toBe(true);
      expect(acceptedByTheBook(`${text}.`, signature, STANDARD.publicKey)).toBe(false);
    }
  });

  it('takes its own signatures back, in both forms and with keys of all kinds', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: N - 2n }),
        fc.string({ unit: 'grapheme' }),
        fc.constantFrom('raw' as const, 'der' as const),
        (d, text, form) => {
          const privateKey = d.toString(16).padStart(64, '0');
          const publicKey = sm2.getPublicKeyFromPrivateKey(privateKey);
          const signature = sm2Signer(privateKey, form).sign(text);
          expect(sm2Verifier(publicKey, form).verify(text, signature)).toBe(true);
          expect(sm2Verifier(sm2.compressPublicKeyHex(publicKey), form).verify(text, signature)).toBe(true);
          expect(sm2Verifier(STANDARD.publicKey, form).verify(text, signature)).toBe(d === BigInt(`0x${STANDARD.privateKey}`));
        },
      ),
      { numRuns: 5 },
    );
  });

  it('refuses a signature with any digit changed, and whatever is no signature', () => {
    const verifier = sm2Verifier(STANDARD.publicKey);
    const good = STANDARD.r + STANDARD.s;
    for (let i = 0; i < 128; i += 9) {
      const changed = good.slice(0, i) + ((parseInt(good.charAt(i), 16) + 1) % 16).toString(16) + good.slice(i + 1);
      expect(verifier.verify(STANDARD.message, changed)).toBe(false);
    }
    const n = N.toString(16);
    for (const bad of ['', 'ff', good.slice(1), `${good}00`, '0'.repeat(128), STANDARD.r + '0'.repeat(64), n + n, 'zz'.repeat(64), der]) {
      expect(verifier.verify(STANDARD.message, bad)).toBe(false);
    }
    for (const bad of ['', '30', good, der.slice(0, -2), `${der}00`.replace('3046', '3047')]) {
      expect(sm2Verifier(STANDARD.publicKey, 'der').verify(`${STANDARD.message}.`, bad)).toBe(false);
    }
  });

  it('does not accept a signature made with an empty signer ID', () => {
    const foreign = sm2.doSignature(Uint8Array.from(Buffer.from('text')), STANDARD.privateKey, {
      hash: true,
      publicKey: STANDARD.publicKey,
      userId: '',
    });
    expect(sm2Verifier(STANDARD.publicKey).verify('text', foreign)).toBe(false);
  });

  it('refuses keys that are none, without repeating them', () => {
    for (const key of ['', 'abc', '0'.repeat(64), 'f'.repeat(64), `${STANDARD.privateKey}00`])
      expect(() => sm2Signer(key)).toThrow(RangeError);
    for (const key of ['', STANDARD.publicKey.slice(2), `04${'1'.repeat(128)}`, `05${STANDARD.publicKey.slice(2)}`])
      expect(() => sm2Verifier(key)).toThrow(RangeError);
    expect(() => sm2Signer('secret')).toThrow(/^(?!.*secret)/);
  });
});

/* A second implementation, by the letter of GM/T 0003.2 §7.1, in affine coordinates and whole numbers. */

const P = 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn;
const N = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;
const A = P - 3n;
const B = 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n;
type Point = readonly [bigint, bigint];
const G: Point = [
  0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n,
  0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n,
];

const mod = (a: bigint, m = P): bigint => ((a % m) + m) % m;

function inverse(a: bigint): bigint {
  let [result, base, exponent] = [1n, mod(a), P - 2n];
  for (; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = mod(result * base);
    base = mod(base * base);
  }
  return result;
}

function add(p: Point | undefined, q: Point | undefined): Point | undefined {
  if (!p || !q) return p ?? q;
  if (p[0] === q[0] && p[1] !== q[1]) return undefined;
  const slope = p[0] === q[0] ? mod((3n * p[0] * p[0] + A) * inverse(2n * p[1])) : mod((q[1] - p[1]) * inverse(q[0] - p[0]));
  const x = mod(slope * slope - p[0] - q[0]);
  return [x, mod(slope * (p[0] - x) - p[1])];
}

function multiply(k: bigint, p: Point): Point {
  let [result, doubled]: [Point | undefined, Point | undefined] = [undefined, p];
  for (; k > 0n; k >>= 1n) {
    if (k & 1n) result = add(result, doubled);
    doubled = add(doubled, doubled);
  }
  if (!result) throw new RangeError('the point at infinity');
  return result;
}

function acceptedByTheBook(text: string, signature: string, publicKey: string): boolean {
  const bytes = (n: bigint): Buffer => Buffer.from(n.toString(16).padStart(64, '0'), 'hex');
  const key: Point = [BigInt(`0x${publicKey.slice(2, 66)}`), BigInt(`0x${publicKey.slice(66)}`)];
  const id = Buffer.from('1234567812345678');
  const entl = Buffer.from([0, id.length * 8]);
  const z = createHash('sm3')
    .update(Buffer.concat([entl, id, ...[A, B, ...G, ...key].map(bytes)]))
    .digest();
  const e = BigInt(
    `0x${createHash('sm3')
      .update(Buffer.concat([z, Buffer.from(text)]))
      .digest('hex')}`,
  );
  const [r, s] = [BigInt(`0x${signature.slice(0, 64)}`), BigInt(`0x${signature.slice(64)}`)];
  const t = mod(r + s, N);
  const x1 = add(multiply(s, G), multiply(t, key))?.[0] ?? 0n;
  return r > 0n && s > 0n && r < N && s < N && mod(e + x1, N) === r;
}
