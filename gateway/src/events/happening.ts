import type { CitizenRef } from '@yichuang/schema';

/** One thing that happened to a transfer, with its place in the stream. */
export interface TransferHappening {
  readonly cursor: number;
  /** UUID, the same however often it is delivered. */
  readonly id: string;
  readonly caseId: string;
  /** Public number of the case. */
  readonly number: string;
  readonly agency: string;
  readonly kind: string;
  readonly step: string;
  readonly state: string;
  /** Sealed reference of the person. */
  readonly citizen: CitizenRef;
  readonly source: string;
  readonly target: string;
  readonly at: Date;
  readonly deadline: Date | null;
}

/** What somebody wants to follow; undefined: whatever it is. */
export interface Interest {
  /** Numbers of cases. */
  readonly cases?: readonly string[] | undefined;
  /** Sealed references. */
  readonly persons?: readonly string[] | undefined;
  /** Jurisdictions, as the source or the target. */
  readonly places?: readonly string[] | undefined;
  /** What leaves these places (source), or comes to them (target), and nothing else. @default both */
  readonly side?: 'source' | 'target' | undefined;
  readonly kinds?: readonly string[] | undefined;
  readonly steps?: readonly string[] | undefined;
}

/** Whether an event is of interest. */
export function interests({ number, citizen, source, target, kind, step }: TransferHappening, wanted: Interest): boolean {
  const { cases, persons, places, side, kinds, steps } = wanted;
  return (
    has(steps, step) &&
    has(kinds, kind) &&
    has(cases, number) &&
    has(persons, citizen) &&
    ((side !== 'target' && has(places, source)) || (side !== 'source' && has(places, target)))
  );
}

function has(wanted: readonly string[] | undefined, found: string): boolean {
  return wanted === undefined || wanted.includes(found);
}

/** Under what names somebody waits for events: by the rarest thing they want. */
export function routesOf({ cases, persons, places, side }: Interest): readonly string[] {
  if (cases) return cases.map(route.case);
  if (persons) return persons.map(route.person);
  if (!places) return [route.all];
  return [...(side === 'target' ? [] : places.map(route.source)), ...(side === 'source' ? [] : places.map(route.target))];
}

/** Under what names an event is waited for. */
export function routesTo({ number, citizen, source, target }: TransferHappening): readonly string[] {
  return [route.case(number), route.person(citizen), route.source(source), route.target(target), route.all];
}

const route = {
  case: (number: string): string => `c ${number}`,
  person: (ref: string): string => `p ${ref}`,
  source: (division: string): string => `s ${division}`,
  target: (division: string): string => `t ${division}`,
  all: 'a',
};
