import { citizenSeal, newGrantKey, parseCitizenNumber, readGrantSigner } from '@yichuang/schema';
import { birthdaysOf } from '../../src/acting/age.js';
import type { Party } from '../../src/access/principal.js';
import { Consents, type PersonActor, type RecipientActor } from '../../src/consent/consents.js';
import { noticeOf } from '../../src/consent/notice.js';
import type { ConsentRequest } from '../../src/consent/request.js';
import type { AskedTerms, ConsentTerms, PurposeTerms } from '../../src/consent/terms.js';
import type { Store } from '../../src/store/store.js';

const seal = citizenSeal('5a'.repeat(32));

export const SCOPES = ['pension.months:assert', 'pension.months:count', 'employment.registered:read', 'pension.contributions:read'];
/** Of these, the one that takes a tick of its own. */
export const SENSITIVE = 'pension.contributions:read';

const HIRING: PurposeTerms = {
  zh: '入职核验',
  en: 'Hiring check',
  notice: { zh: '该单位正在考虑录用您。', en: 'The unit is thinking of hiring you.' },
  scopes: new Set(SCOPES),
  recipients: new Set(['EMPLOYER']),
  dataLifeDays: 30,
  validDays: 90,
  maxUses: 5,
  frequency: null,
};

/** The one that cannot be cut to months. */
const WITHOUT_MONTHS = 'employment.registered:read';

/** A catalogue of two purposes that are alike; `change` makes the first another one. */
export function terms(change: Partial<PurposeTerms> = {}): ConsentTerms {
  const purposes = new Map([
    ['HIRING_CHECK', { ...HIRING, ...change }],
    ['OTHER_CHECK', HIRING],
  ]);
  return {
    purpose: (code) => purposes.get(code),
    scope: (name) =>
      SCOPES.includes(name)
        ? {
            zh: '范围',
            en: name,
            covers: { zh: '范围', en: 'what it covers' },
            separate: name === SENSITIVE,
            period: name === WITHOUT_MONTHS ? 'WITHHELD' : 'CLIPPED',
          }
        : undefined,
    party: (kind) => (kind === 'EMPLOYER' ? { zh: '用人单位', en: 'Employer' } : undefined),
  };
}

export const EMPLOYER: Party = { kind: 'EMPLOYER', code: '91330100MA0000001X' };
export const OTHER_EMPLOYER: Party = { kind: 'EMPLOYER', code: '91330100MA0000002X' };
export const employer: RecipientActor = { kind: 'RECIPIENT', party: EMPLOYER, user: 'clerk', role: 'EMPLOYER' };
export const otherEmployer: RecipientActor = { kind: 'RECIPIENT', party: OTHER_EMPLOYER, user: 'other-clerk', role: 'EMPLOYER' };

/** A grown-up person of the tests. */
export function person(index = 0): PersonActor {
  return personBorn('19900101', String(index + 1).padStart(3, '0'));
}

/** A person born on a day, so that tests can have anybody of any age. */
export function personBorn(yyyymmdd: string, order = '001'): PersonActor {
  for (const check of '0123456789X') {
    const number = parseCitizenNumber(`990000${yyyymmdd}${order}${check}`);
    if (number) return { kind: 'PERSON', ref: seal.seal(number), user: 'somebody' };
  }
  throw new Error('no check character fits');
}

export const SIGNING = newGrantKey('intl', 'consent-1');

/** What requests ask for unless a test says otherwise. */
export const ASKED: Omit<AskedTerms, 'recipient'> = {
  purpose: 'HIRING_CHECK',
  scopes: SCOPES.slice(0, 2),
  dataRange: undefined,
  validFrom: undefined,
  validDays: undefined,
  maxUses: undefined,
  frequency: undefined,
  dataLifeDays: undefined,
};

/** Consents over a store. */
export function consentsOn(
  { db }: Store,
  change: Partial<PurposeTerms> = {},
  changed: (topic: string) => void = () => undefined,
): Consents {
  return new Consents({
    db,
    terms: terms(change),
    signer: readGrantSigner('intl', SIGNING.key),
    pseudonymKey: Buffer.from('a key of the tests'),
    birthdays: (subject) => birthdaysOf(subject, seal),
    changed,
  });
}

/** The value, where a test expects one. */
export function value<T>(done: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly code: string }): T {
  if (!done.ok) throw new Error(`refused: ${done.code}`);
  return done.value;
}

/** Hash of the notice the person is shown for a request. */
export function shown(request: ConsentRequest, change: Partial<PurposeTerms> = {}): string {
  return noticeOf(request, terms(change))?.hash ?? '';
}

/** Asks and approves all of it. */
export async function granted(
  consents: Consents,
  asked: Partial<Omit<AskedTerms, 'recipient'>> = {},
  { by = person(), recipient = employer } = {},
): Promise<{ readonly requestId: string; readonly consentId: string }> {
  const request = value(await consents.request(recipient, by.ref, { ...ASKED, ...asked }));
  const { consent } = value(await consents.approve(by, request.id, { together: [], separately: request.scopes }, shown(request)));
  if (!consent) throw new Error('nothing came of an approval');
  return { requestId: request.id, consentId: consent.id };
}
