import type { TransferEventRow } from '@yichuang/schema';

/** An event as sites tell each other: what is stored of it, but for its place in the stream of its own site. */
export type SiteEvent = Omit<TransferEventRow, 'seq' | 'cursor' | 'at' | 'deadline'> & {
  /** ISO 8601. */
  readonly at: string;
  readonly deadline: string | null;
};

const SUBJECTS = 'yichuang.transfers';
/** Every subject of the bus. */
export const ALL_SUBJECTS = `${SUBJECTS}.>`;

const TEXTS = ['number', 'agency', 'kind', 'step', 'state', 'citizen', 'source', 'target'] as const;
const LONGEST = 200;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const PLAIN = /^[\w-]+$/;

/** Under which subject a site tells of an event. */
export function subjectOf(site: string, { agency, kind }: Pick<SiteEvent, 'agency' | 'kind'>): string {
  return [SUBJECTS, site, ...[agency, kind].map((token) => (PLAIN.test(token) ? token : 'other'))].join('.');
}

/** The site that told of something. */
export function siteIn(subject: string): string | undefined {
  return subject.startsWith(`${SUBJECTS}.`) ? subject.slice(SUBJECTS.length + 1).split('.', 1)[0] : undefined;
}

/** @returns undefined for what is no event */
export function readSiteEvent(text: string): SiteEvent | undefined {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof read !== 'object' || read === null) return undefined;
  const found = read as Partial<Record<keyof SiteEvent, unknown>>;
  const { id, case_id, case_version: version, at, deadline } = found;
  const whole =
    TEXTS.every((name) => isText(found[name])) &&
    [id, case_id].every((one) => typeof one === 'string' && UUID.test(one)) &&
    Number.isSafeInteger(version) &&
    isTime(at) &&
    (deadline === null || isTime(deadline));
  return whole ? (found as SiteEvent) : undefined;
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST;
}

function isTime(value: unknown): boolean {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) && !Number.isNaN(Date.parse(value));
}
