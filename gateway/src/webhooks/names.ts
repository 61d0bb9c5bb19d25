import { isIP } from 'node:net';
import { Resolver } from 'node:dns/promises';
import type { AddressRules } from './addresses.js';

/** An address of a receiver that has been checked. */
export interface CheckedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** A receiver stands where nothing may be sent to, or nowhere: which of the two is not said, for names of an intranet are nobody's business. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';

  constructor() {
    super('the receiver does not stand at addresses that may be sent to');
  }
}

const TIMEOUT_MS = 2_000;
const TRIES = 2;

/** Finds where receivers stand. Asks the name servers itself: look-ups by the system share four threads with the whole process. */
export class ReceiverNames {
  readonly #resolver = new Resolver({ timeout: TIMEOUT_MS, tries: TRIES });

  /** @param servers addresses of the name servers, with a port where it is another than 53; none: those of the system */
  constructor(
    readonly rules: AddressRules,
    servers: readonly string[] = [],
  ) {
    if (servers.length > 0) this.#resolver.setServers(servers);
  }

  /**
   * The addresses of a host, all of them checked: one that may not be sent to refuses the others as well.
   * @param host a name or an address, as URLs have it
   * @throws AddressRefused
   */
  async addressesOf(host: string): Promise<readonly [CheckedAddress, ...CheckedAddress[]]> {
    const literal = host.startsWith('[') ? host.slice(1, -1) : host;
    const found = isIP(literal) === 0 ? await this.#ask(host) : [literal];
    const [first, ...others] = found.map((address): CheckedAddress => ({ address, family: isIP(address) === 6 ? 6 : 4 }));
    if (!first || !found.every((address) => this.rules.allows(address))) throw new AddressRefused();
    return [first, ...others];
  }

  async #ask(name: string): Promise<readonly string[]> {
    const answers = await Promise.allSettled([this.#resolver.resolve4(name), this.#resolver.resolve6(name)]);
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  }
}
