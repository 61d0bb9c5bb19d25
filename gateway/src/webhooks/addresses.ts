import { BlockList, isIP } from 'node:net';

/** One network of addresses, e.g. 10.20.0.0/16 or fd00::/8. */
export interface Network {
  readonly address: string;
  readonly prefix: number;
  readonly family: 'ipv4' | 'ipv6';
}

/**
 * What of IPv4 is no ordinary address of the internet: the registry of special-purpose addresses (RFC 6890, as IANA keeps it), multicast
 * and what is reserved.
 */
const SPECIAL_IPV4: readonly string[] = [
  '0.0.0.0/8', // this network, RFC 791
  '10.0.0.0/8', // private, RFC 1918
  '100.64.0.0/10', // shared by providers (CGNAT), RFC 6598
  '127.0.0.0/8', // loopback, RFC 1122
  '169.254.0.0/16', // link-local, RFC 3927; also where clouds keep their keys
  '172.16.0.0/12', // private, RFC 1918
  '192.0.0.0/24', // protocol assignments, RFC 6890
  '192.0.2.0/24', // documentation, RFC 5737
  '192.31.196.0/24', // AS112, RFC 7535
  '192.52.193.0/24', // multicast relays, RFC 7450
  '192.88.99.0/24', // relays of 6to4, RFC 7526
  '192.168.0.0/16', // private, RFC 1918
  '192.175.48.0/24', // AS112, RFC 7534
  '198.18.0.0/15', // benchmarks, RFC 2544
  '198.51.100.0/24', // documentation, RFC 5737
  '203.0.113.0/24', // documentation, RFC 5737
  '224.0.0.0/4', // multicast, RFC 5771
  '240.0.0.0/4', // reserved, RFC 1112, and broadcast, RFC 919
];

/** All that has been given out to be reached (RFC 3513): loopback, mapped IPv4, NAT64, unique local, link-local, multicast lie outside. */
const GLOBAL_IPV6 = '2000::/3';

/** What of that is special all the same. */
const SPECIAL_IPV6: readonly string[] = [
  '2001::/23', // protocol assignments, RFC 2928: Teredo, ORCHID, benchmarks
  '2001:db8::/32', // documentation, RFC 3849
  '2002::/16', // 6to4: an IPv4 address within, RFC 3056
  '2620:4f:8000::/48', // AS112, RFC 7534
  '3fff::/20', // documentation, RFC 9637
];

/** Says which addresses may be sent to. */
export class AddressRules {
  readonly #global = listOf([networkOf(GLOBAL_IPV6)]);
  readonly #special = listOf([...SPECIAL_IPV4, ...SPECIAL_IPV6].map(networkOf));
  readonly #allowed: BlockList;

  /** @param allowed networks that may be sent to although they are special: those of an intranet */
  constructor(allowed: readonly Network[] = []) {
    this.#allowed = listOf(allowed);
  }

  /** Whether an address, as text, may be sent to. What is no address may not. */
  allows(address: string): boolean {
    const version = isIP(address);
    // A zone (RFC 4007) names an interface of this machine.
    if (version === 0 || address.includes('%')) return false;
    if (version === 4) return this.#allowed.check(address) || !this.#special.check(address);
    // An IPv4 address within one of IPv6 would be compared with networks of IPv4.
    if (!this.#global.check(address, 'ipv6')) return !isMapped(address) && this.#allowed.check(address, 'ipv6');
    return this.#allowed.check(address, 'ipv6') || !this.#special.check(address, 'ipv6');
  }
}

const MAPPED = listOf([networkOf('::ffff:0:0/96')]);

function isMapped(address: string): boolean {
  return MAPPED.check(address, 'ipv6');
}

/** @returns undefined for a text that is no network */
export function parseNetwork(text: string): Network | undefined {
  const [, address = '', length = ''] = /^([^/%]+)\/(\d{1,3})$/.exec(text.trim()) ?? [];
  const version = isIP(address);
  const prefix = Number(length);
  if (version === 0 || prefix > (version === 4 ? 32 : 128)) return undefined;
  return { address, prefix, family: version === 4 ? 'ipv4' : 'ipv6' };
}

function networkOf(text: string): Network {
  const network = parseNetwork(text);
  if (!network) throw new Error(`${text} is no network`);
  return network;
}

function listOf(networks: readonly Network[]): BlockList {
  const list = new BlockList();
  for (const { address, prefix, family } of networks) list.addSubnet(address, prefix, family);
  return list;
}
