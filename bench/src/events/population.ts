import { citizenSeal, parseCitizenNumber, type CitizenRef } from '@yichuang/schema';
import type { Following } from './crowd.js';
import type { OwnIssuer } from './own-issuer.js';

/** Divisions of the 31 provinces whose offices follow. */
export const PLACES: readonly string[] = [
  [11, 15],
  [21, 23],
  [31, 37],
  [41, 46],
  [50, 54],
  [61, 65],
].flatMap(([from = 0, to = 0]) => Array.from({ length: to - from + 1 }, (_, i) => `${from + i}0000`));

/** Steps of a transfer, as offices divide them among the columns of a board. */
export const STEPS = ['APPLIED', 'LETTER_SENT', 'SOURCE_ACCEPTED', 'SHEET_SENT', 'FUND_SENT', 'RECONCILED', 'MERGED', 'NOTIFIED'] as const;
const COLUMNS: readonly (readonly string[])[] = [
  ['APPLIED'],
  ['LETTER_SENT', 'SOURCE_ACCEPTED'],
  ['SHEET_SENT', 'FUND_SENT'],
  ['RECONCILED', 'MERGED'],
  ['NOTIFIED'],
];

/** Officials of each place and side, each with a board of as many subscriptions as it has columns, on one connection. */
const OFFICIALS = 5;
/** Platforms that persons have let follow their transfers, how many of theirs follow each by itself, and persons who allowed it. */
export const PLATFORMS = 5;
const SERVICES = 10;
export const CONSENTING = 40;
/** Of persons, one in so many follows over server-sent events; the others have a WebSocket each. */
const SSE_EVERY = 8;
const DAYS_A_MONTH = 28;
const SEQUENCES = 90;
const CHECKS = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'X'];

/** Somebody who may have a transfer. */
export interface Person {
  readonly number: string;
  readonly ref: CitizenRef;
}

/** Who follows. */
export interface Population {
  readonly following: readonly Following[];
  /** Persons who follow their own transfers. */
  readonly persons: readonly Person[];
  /** Persons whom nobody but offices follows. */
  readonly others: readonly Person[];
}

/** Everybody, with tokens: persons as many as are missing to the number of subscriptions. */
export async function populationOf(subscriptions: number, issuer: OwnIssuer, refKey: string): Promise<Population> {
  const seal = citizenSeal(refKey);
  const offices = await Promise.all(
    PLACES.flatMap((place) =>
      ['TRANSFER_OUT', 'TRANSFER_IN'].flatMap((purpose) =>
        Array.from({ length: OFFICIALS }, async (_, i): Promise<Following> => ({
          over: 'WEBSOCKET',
          token: await officialToken(issuer, place, `${purpose} ${i}`),
          purpose,
          filters: COLUMNS.map((steps) => ({ steps })),
        })),
      ),
    ),
  );
  const platforms = await Promise.all(
    Array.from({ length: PLATFORMS * SERVICES }, async (_, i): Promise<Following> => ({
      over: 'WEBSOCKET',
      token: await platformToken(issuer, i % PLATFORMS, `service ${i}`),
      purpose: 'TRANSFER_TRACKING',
      filters: [undefined],
    })),
  );
  const taken = offices.length * COLUMNS.length + platforms.length;
  const count = Math.max(subscriptions - taken, PLATFORMS * CONSENTING);
  const everybody = Array.from({ length: Math.ceil(count * 1.25) }, (_, i): Person => {
    const number = citizenNumber(i);
    const parsed = parseCitizenNumber(number);
    if (!parsed) throw new Error('a citizen number is not valid');
    return { number, ref: seal.seal(parsed) };
  });
  const persons = everybody.slice(0, count);
  const own = await Promise.all(
    persons.map(async ({ number }, i): Promise<Following> => ({
      over: i % SSE_EVERY === 0 ? 'SSE' : 'WEBSOCKET',
      token: await citizenToken(issuer, number),
      filters: [undefined],
    })),
  );
  return { following: [...offices, ...platforms, ...own], persons, others: everybody.slice(count) };
}

export function citizenToken(issuer: OwnIssuer, number: string): Promise<string> {
  return issuer.token({ sub: `u-${number.slice(6, 17)}`, role: 'citizen', citizen_number: number });
}

export function officialToken(issuer: OwnIssuer, place: string, user: string): Promise<string> {
  return issuer.token({ sub: `${place} ${user}`, role: 'caseworker', party_kind: 'HRSS_OFFICE', party: place, jurisdiction: place });
}

export function platformToken(issuer: OwnIssuer, platform: number, user: string): Promise<string> {
  return issuer.token({ sub: user, role: 'integrator', party_kind: 'SERVICE_PLATFORM', party: `platform-${platform}` });
}

/** A number with a valid check character in a division that was never issued; no two alike. */
function citizenNumber(index: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = Math.floor(index / SEQUENCES);
  const born = `${1950 + Math.floor(day / (12 * DAYS_A_MONTH))}${two(1 + (Math.floor(day / DAYS_A_MONTH) % 12))}${two(1 + (day % DAYS_A_MONTH))}`;
  const begin = `990000${born}${String(100 + (index % SEQUENCES))}`;
  const number = CHECKS.map((check) => parseCitizenNumber(begin + check)).find((parsed) => parsed !== undefined);
  if (number === undefined) throw new Error('no check character fits');
  return number;
}
