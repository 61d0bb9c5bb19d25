import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { newGrantKey, readGrantSigner, readGrantVerifiers, SUITES, type SuiteName } from '@yichuang/schema';

/** RFC 8037, appendix A. */
const RFC_8037 = {
  key: {
    kty: 'OKP',
    crv: 'Ed25519',
    d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
    x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  },
  input: 'eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc',
  signature: 'hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg',
};

/** GM/T 0003.5-2012, annex A.2. */
const GM_T_0003 = {
  privateKey: '3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8',
  publicKey:
    '0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13',
  message: 'message digest',
  signature:
    'f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa',
};

const both: SuiteName[] = ['intl', 'gm'];

describe('the suite intl', () => {
  it('makes and takes the signature of RFC 8037', async () => {
    const { d, ...publicKey } = RFC_8037.key;
    expect(await readGrantSigner('intl', JSON.stringify({ ...publicKey, d, kid: 'a' })).sign(RFC_8037.input)).toBe(RFC_8037.signature);
    const verifier = readGrantVerifiers('intl', JSON.stringify({ keys: [{ ...publicKey, kid: 'a' }] })).get('a');
    expect(verifier?.verify(RFC_8037.input, RFC_8037.signature)).toBe(true);
    expect(verifier?.verify(`${RFC_8037.input}.`, RFC_8037.signature)).toBe(false);
  });

  it('digests a disclosure as RFC 9901 does', () => {
    expect(SUITES.intl.digest('WyJsa2x4RjVqTVlsR1RQVW92TU5JdkNBIiwgIkZSIl0')).toBe('w0I8EKcdCtUPkGCNUrfwVp2xEgNjtoIDlOxc9-PlOhs');
  });
});

describe('the suite gm', () => {
  it('takes the signature of GM/T 0003.5', () => {
    const { publicKey, message, signature } = GM_T_0003;
    const verifier = readGrantVerifiers('gm', JSON.stringify({ keys: [{ kid: 'a', publicKey }] })).get('a');
    expect(verifier?.verify(message, Buffer.from(signature, 'hex').toString('base64url'))).toBe(true);
    expect(verifier?.verify(`${message}.`, Buffer.from(signature, 'hex').toString('base64url'))).toBe(false);
  });

  it('makes signatures that its own public key takes', async () => {
    const { privateKey, publicKey, message } = GM_T_0003;
    const signature = await readGrantSigner('gm', JSON.stringify({ kid: 'a', privateKey })).sign(message);
    expect(
      readGrantVerifiers('gm', JSON.stringify({ keys: [{ kid: 'a', publicKey }] }))
        .get('a')
        ?.verify(message, signature),
    ).toBe(true);
  });

  it('digests by SM3', () => {
    expect(Buffer.from(SUITES.gm.digest('abc'), 'base64url').toString('hex')).toBe(
      '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0',
    );
  });
});

describe.each(both)('keys of %s', (suite) => {
  it('that are new sign what their public half takes, and nothing else', async () => {
    const { key, publicKey } = newGrantKey(suite, 'k-1');
    const signer = readGrantSigner(suite, key);
    const verifier = readGrantVerifiers(suite, JSON.stringify({ keys: [publicKey, newGrantKey(suite, 'k-2').publicKey] }));
    expect(signer.keyId).toBe('k-1');
    const signature = await signer.sign('what was said');
    expect(verifier.get('k-1')?.verify('what was said', signature)).toBe(true);
    expect(verifier.get('k-2')?.verify('what was said', signature)).toBe(false);
    fc.assert(
      fc.property(fc.nat(signature.length - 1), fc.constantFrom('A', 'Z', 'a', 'z', '0', '9', '-', '_'), (at, character) => {
        fc.pre(signature[at] !== character && at < signature.length - 1);
        const altered = signature.slice(0, at) + character + signature.slice(at + 1);
        expect(verifier.get('k-1')?.verify('what was said', altered)).toBe(false);
      }),
      { numRuns: suite === 'gm' ? 10 : 50 },
    );
  });

  it('of the other suite are refused', () => {
    const other = newGrantKey(suite === 'gm' ? 'intl' : 'gm', 'k');
    expect(() => readGrantSigner(suite, other.key)).toThrow(RangeError);
    expect(() => readGrantVerifiers(suite, JSON.stringify({ keys: [other.publicKey] }))).toThrow(RangeError);
  });

  it('that have one name are refused', () => {
    const keys = [newGrantKey(suite, 'k').publicKey, newGrantKey(suite, 'k').publicKey];
    expect(() => readGrantVerifiers(suite, JSON.stringify({ keys }))).toThrow('two grant keys have one name');
  });

  it('that cannot be read are not repeated in what is said of them', () => {
    for (const text of ['secret-text', '{"kid":"k","d":"secret-text"}', '{"kid":"k","privateKey":"secret-text"}', '{"kid":"../k"}', '']) {
      expect(() => readGrantSigner(suite, text)).toThrow(RangeError);
      expect(() => readGrantSigner(suite, text)).not.toThrow(/secret-text/);
      expect(() => readGrantVerifiers(suite, text)).toThrow(RangeError);
    }
  });

  it('take nothing for a signature that is none', () => {
    const verifier = readGrantVerifiers(suite, JSON.stringify({ keys: [newGrantKey(suite, 'k').publicKey] })).get('k');
    for (const signature of ['', 'A'.repeat(86), 'A'.repeat(85), '!'.repeat(86)]) expect(verifier?.verify('text', signature)).toBe(false);
  });
});
