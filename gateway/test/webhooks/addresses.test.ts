import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { AddressRules, parseNetwork } from '../../src/webhooks/addresses.js';

/** Text of an IPv4 address from its 32 bits. */
const ipv4 = (bits: number): string => [24, 16, 8, 0].map((by) => (bits >>> by) & 255).join('.');
/** Text of an IPv6 address from its eight groups. */
const ipv6 = (groups: readonly number[]): string => groups.map((group) => group.toString(16)).join(':');

const anyIpv4 = fc.integer({ min: 0, max: 0xff_ff_ff_ff }).map((bits) => ipv4(bits >>> 0));
const anyGroups = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 });

/** The registry, as bits, by hand: another way than the guard's. */
function isSpecialIpv4(text: string): boolean {
  const [a = 0, b = 0, c = 0] = text.split('.').map(Number);
  return (
    [0, 10, 127].includes(a) ||
    a >= 224 ||
    (a === 100 && b >= 64 && b < 128) ||
    (a === 169 && b === 254) ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 168) ||
    (a === 192 && b === 0 && (c === 0 || c === 2)) ||
    (a === 192 && ((b === 31 && c === 196) || (b === 52 && c === 193) || (b === 88 && c === 99) || (b === 175 && c === 48))) ||
    (a === 198 && (b === 18 || b === 19)) ||
    (a === 198 && b === 51 && c === 100) ||
    (a === 203 && b === 0 && c === 113)
  );
}

function isSpecialIpv6([a = 0, b = 0, c = 0]: readonly number[]): boolean {
  if (a < 0x2000 || a > 0x3fff) return true;
  return (
    (a === 0x2001 && b < 0x0200) ||
    (a === 0x2001 && b === 0xdb8) ||
    a === 0x2002 ||
    (a === 0x2620 && b === 0x4f && c === 0x8000) ||
    (a === 0x3fff && b < 0x1000)
  );
}

describe('addresses to which webhooks may be sent', () => {
  const rules = new AddressRules();

  it('are none of this machine, of its network, of a provider, of a cloud, of nobody and of many', () => {
    const refused = [
      ...['127.0.0.1', '127.255.255.254', '0.0.0.0', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1'],
      ...['169.254.169.254', '224.0.0.1', '239.255.255.255', '255.255.255.255', '198.18.0.1', '192.0.2.1', '203.0.113.7'],
      ...['::', '::1', 'fe80::1', 'fe80::1%lo', 'fc00::1', 'fd12:3456::1', 'ff02::1', 'fec0::1', '::127.0.0.1', '100::1', '5f00::1'],
      ...[
        '::ffff:127.0.0.1',
        '::ffff:8.8.8.8',
        '::ffff:7f00:1',
        '0:0:0:0:0:ffff:a00:1',
        '64:ff9b::7f00:1',
        '64:ff9b::8.8.8.8',
        '64:ff9b:1::1',
      ],
      ...['2002:7f00:1::', '2001:0:4136:e378:8000:63bf:3fff:fdd2', '2001:db8::1', '3fff::1'],
      ...['localhost', '', '127.1', '0x7f000001', '2130706433', '1.2.3.4.5', '8.8.8.8:80', '[2606:4700::1]', ' 8.8.8.8'],
    ];
    expect(refused.filter((address) => rules.allows(address))).toEqual([]);
    const allowed = ['8.8.8.8', '114.114.114.114', '1.1.1.1', '172.32.0.1', '100.128.0.1', '2400:3200::1', '2606:4700:4700::1111'];
    expect(allowed.filter((address) => !rules.allows(address))).toEqual([]);
  });

  it('are of IPv4 what the registry of special addresses does not name', () => {
    fc.assert(
      fc.property(anyIpv4, (address) => rules.allows(address) !== isSpecialIpv4(address)),
      { numRuns: 20_000 },
    );
    const [first, last] = [0, 255];
    // Every border of every network of the registry, and what lies beside it.
    for (let a = first; a <= last; a++)
      for (const rest of [
        '0.0.0',
        '255.255.255',
        '0.2.0',
        '16.0.0',
        '15.255.255',
        '31.255.255',
        '32.0.0',
        '63.255.255',
        '64.0.0',
        '127.255.255',
      ])
        expect([a, rest, rules.allows(`${a}.${rest}`)]).toEqual([a, rest, !isSpecialIpv4(`${a}.${rest}`)]);
  });

  it('are of IPv6 what was given out to be reached and is not special, however it is written', () => {
    const near = fc.constantFrom(0x2000, 0x2001, 0x2002, 0x2620, 0x3fff, 0x4000, 0x1fff, 0xfe80, 0xfc00, 0xff02, 0x64, 0);
    const second = fc.constantFrom(0, 0x1ff, 0x200, 0xdb8, 0xdb9, 0x4f, 0xfff, 0x1000, 0xff9b, 0xffff);
    const groups = fc.oneof(
      anyGroups,
      fc.tuple(near, second, anyGroups).map(([a, b, rest]) => [a, b, ...rest.slice(2)]),
    );
    fc.assert(
      fc.property(groups, (some) => {
        const address = ipv6(some);
        const short = ipaddr.parse(address).toString();
        return rules.allows(address) === !isSpecialIpv6(some) && rules.allows(short) === rules.allows(address);
      }),
      { numRuns: 20_000 },
    );
  });

  it('are none of IPv4 within IPv6, whatever it is', () => {
    fc.assert(
      fc.property(anyIpv4, fc.constantFrom('::ffff:', '::', '64:ff9b::', '::ffff:0:', '64:ff9b:1::'), (address, prefix) => {
        const groups = address.split('.').map(Number);
        const [a = 0, b = 0, c = 0, d = 0] = groups;
        const sixToFour = `2002:${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}::1`;
        return !rules.allows(prefix + address) && !rules.allows(sixToFour);
      }),
      { numRuns: 5_000 },
    );
  });

  it('are never such as another library takes for special', () => {
    const ordinary = (address: string): boolean => ipaddr.parse(address).range() === 'unicast';
    fc.assert(
      fc.property(fc.oneof(anyIpv4, anyGroups.map(ipv6)), (address) => !rules.allows(address) || ordinary(address)),
      {
        numRuns: 20_000,
      },
    );
  });

  it('are those of an intranet as well where the operator names it, and no others', () => {
    const network = parseNetwork('10.20.0.0/16');
    const other = parseNetwork('fd00:1::/32');
    if (!network || !other) throw new Error('networks');
    const intranet = new AddressRules([network, other]);
    expect(['10.20.0.1', '10.20.255.254', 'fd00:1::1', '8.8.8.8'].map((address) => intranet.allows(address))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(['10.21.0.1', '127.0.0.1', 'fd00:2::1', '::ffff:10.20.0.1', '::1'].map((address) => intranet.allows(address))).toEqual([
      ...[false, false, false, false, false],
    ]);
    expect(['10.20.0.0', '10.20.0.0/33', 'x/8', '::/129', '', '10.20.0.0/-1'].map(parseNetwork)).toEqual(Array.from({ length: 6 }));
  });
});
