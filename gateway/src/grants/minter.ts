import { randomFillSync, randomUUID } from 'node:crypto';
import {
  disclosureOf,
  jurisdictionOfDivision,
  signingInputOf,
  type GrantActor,
  type GrantedCall,
  type GrantSigner,
  type Release,
  type ReleaseGroup,
} from '@yichuang/schema';
import type { Caller } from '../access/principal.js';
import type { GrantSettings } from './settings.js';

/** What a call asks to be granted. */
export interface GrantOrder {
  /** The agency it goes to. */
  readonly audience: string;
  /** Exact body of the request. */
  readonly body: string;
  /** Undefined where nobody but the hub itself asks. */
  readonly caller: Caller | undefined;
  /** Undefined: nothing personal. */
  readonly release: Release | undefined;
}

/** Told the text of a grant, or that none can be signed now. */
export type GrantMade = (grant: string | undefined) => void;

/** More in one signature would make the header of every call longer: each adds 60 bytes. */
const MOST_IN_ONE = 32;
const NOTHING: readonly ReleaseGroup[] = [];

/**
 * Makes the grants of calls. All that are ordered in one round of the event loop are signed together: a signature costs more than
 * everything else about a grant, and one question asks several agencies at once. Every call carries its own part only.
 */
export class GrantMinter {
  #round: Ordered[] = [];

  /**
   * @param onFault told when the key cannot be used; the calls are then not sent
   * @param now milliseconds since 1970
   */
  constructor(
    readonly signer: GrantSigner,
    readonly issuer: string,
    readonly onFault: (error: unknown) => void,
    readonly now: () => number = Date.now,
  ) {}

  /** Orders a grant; `made` is called once, never in the same turn. */
  mint(order: GrantOrder, made: GrantMade): void {
    const { suite } = this.signer;
    const disclosure = disclosureOf(salt(), callOf(order, suite.digest(order.body)));
    if (this.#round.push({ disclosure, digest: suite.digest(disclosure), made }) > 1) return;
    setImmediate(() => {
      const round = this.#round;
      this.#round = [];
      for (let from = 0; from < round.length; from += MOST_IN_ONE) this.#sign(round.slice(from, from + MOST_IN_ONE));
    });
  }

  #sign(ordered: readonly Ordered[]): void {
    const digests = ordered.map(({ digest }) => digest);
    const input = signingInputOf(digests, this.signer, { issuer: this.issuer, now: Math.floor(this.now() / 1_000) });
    const signed = (signature: string): void => {
      for (const { disclosure, made } of ordered) made(`${input}.${signature}~${disclosure}~`);
    };
    const failed = (error: unknown): void => {
      this.onFault(error);
      for (const { made } of ordered) made(undefined);
    };
    let signature: string | Promise<string>;
    try {
      signature = this.signer.sign(input);
    } catch (error) {
      failed(error);
      return;
    }
    if (typeof signature === 'string') signed(signature);
    else void signature.then(signed, failed);
  }
}

/**
 * Who makes the grants of each agency, by name: the same for agencies with the same key, so that their calls share signatures.
 * @param onFault told when a key cannot be used
 */
export function mintersOf({ signer, signers, issuer }: GrantSettings, onFault: (error: unknown) => void): (agency: string) => GrantMinter {
  const minters = new Map<GrantSigner, GrantMinter>();
  return (agency) => {
    const own = signers.get(agency) ?? signer;
    const minter = minters.get(own) ?? new GrantMinter(own, issuer, onFault);
    minters.set(own, minter);
    return minter;
  };
}

/** A grant that waits for its signature. */
interface Ordered {
  readonly disclosure: string;
  readonly digest: string;
  readonly made: GrantMade;
}

function callOf({ audience, caller, release }: GrantOrder, op: string): GrantedCall {
  const purpose = caller?.purpose.kind === 'NAMED' ? caller.purpose.code : undefined;
  return {
    aud: audience,
    jti: randomUUID(),
    act: actorOf(caller),
    ...(purpose === undefined ? {} : { purpose }),
    ...(caller?.caseNumber === undefined ? {} : { case: caller.caseNumber }),
    release: release?.groups ?? NOTHING,
    op,
  };
}

function actorOf(caller: Caller | undefined): GrantActor {
  if (!caller) return { role: 'HUB' };
  const { principal } = caller;
  if (principal.kind === 'ANONYMOUS') return { role: principal.kind };
  const who = { role: principal.kind, user: principal.user };
  if (!('party' in principal)) return who;
  const jurisdiction = principal.jurisdiction && jurisdictionOfDivision(principal.jurisdiction);
  return { ...who, party: principal.party, ...(jurisdiction ? { jurisdiction } : {}) };
}

const SALT_BYTES = 16;
const pool = Buffer.alloc(256 * SALT_BYTES);
let used = pool.length;

/** 128 random bits. They are drawn for many at once: a call to the generator costs more than the bits. */
function salt(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const text = pool.toString('base64url', used, used + SALT_BYTES);
  used += SALT_BYTES;
  return text;
}
