import { catalogued, parseCitizenNumber, parseCreditCode, type CitizenSeal } from '@yichuang/schema';
import type { NamedSubjects } from '../access/cut-denials.js';
import type { Subject } from '../access/decide.js';
import { BoundedCache } from '../bounded-cache.js';
import { pageOfAll, type Page } from '../pages.js';

type Arguments = Readonly<Record<string, unknown>>;
type Person = { readonly id: string };

/** The root fields that hand out a reference of whom or what their arguments name, and nothing else. Each throws GraphQLError. */
export interface References {
  readonly fields: {
    citizen(args: Arguments): Person;
    citizenByNumber(args: Arguments): Person;
    citizens(args: Arguments): Page<Person>;
    enterprise(args: Arguments): { readonly creditCode: string };
  };
  /** Whom or what a root field of these hands out; nobody where it refuses its arguments, and for every other field. */
  readonly named: NamedSubjects;
  /** True for a reference of a person that this hub gave out. */
  readonly isReference: (id: string) => boolean;
}

const CITIZENS_BOUND = 50;
const REFERENCES_KEPT = 10_000;

/** None of them says whether a person or a unit exists. */
export function references(seal: CitizenSeal): References {
  // Opening a reference costs about 50 µs; that it is ours stays true. Nothing of what was in it is kept.
  const ours = new BoundedCache<string, true>(REFERENCES_KEPT);
  // A reference that this hub did not make is refused in the same way whatever it looks like; one it made is handed back unseen.
  const isReference = (id: string): boolean => {
    if (ours.get(id)) return true;
    if (!seal.open(id)) return false;
    return ours.through(id, () => true);
  };
  const citizen = (id: unknown): Person => {
    if (typeof id !== 'string' || !isReference(id)) throw notOurs();
    return { id };
  };
  const fields: References['fields'] = {
    citizen: ({ id }) => citizen(id),
    citizenByNumber: ({ number }) => {
      const parsed = typeof number === 'string' ? parseCitizenNumber(number) : undefined;
      if (!parsed) throw catalogued('CITIZEN_NUMBER_INVALID');
      return { id: seal.seal(parsed) };
    },
    citizens: ({ ids, ...page }) => {
      if (!Array.isArray(ids) || ids.length > CITIZENS_BOUND) throw catalogued('PAGE_INVALID');
      return pageOfAll(ids.map(citizen), page, CITIZENS_BOUND);
    },
    enterprise: ({ creditCode }) => {
      const parsed = typeof creditCode === 'string' ? parseCreditCode(creditCode) : undefined;
      if (!parsed) throw catalogued('CREDIT_CODE_INVALID');
      return { creditCode: parsed };
    },
  };
  const subjects: Readonly<Record<string, (args: Arguments) => readonly Subject[]>> = {
    citizen: (args) => [person(fields.citizen(args))],
    citizenByNumber: (args) => [person(fields.citizenByNumber(args))],
    citizens: (args) => fields.citizens(args).nodes.map(person),
    enterprise: (args) => [{ kind: 'UNIT', ...fields.enterprise(args) }],
  };
  return {
    fields,
    isReference,
    named: (field, args) => {
      try {
        return Object.hasOwn(subjects, field) ? (subjects[field]?.(args) ?? []) : [];
      } catch {
        return [];
      }
    },
  };
}

function person({ id }: Person): Subject {
  return { kind: 'PERSON', ref: id };
}

function notOurs(): Error {
  return catalogued('BAD_REQUEST', { detail: 'id is not a reference this hub gave out' });
}
