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
  readonly citizen: string;
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
  readonly kinds?: readonly string[] | undefined;
  readonly steps?: readonly string[] | undefined;
}

/** Whether an event is of interest. */
export function interests(event: TransferHappening, { cases, persons, places, kinds, steps }: Interest): boolean {
  const within = (wanted: readonly string[] | undefined, ...found: readonly string[]): boolean =>
    wanted === undefined || found.some((one) => wanted.includes(one));
  return (
    within(cases, event.number) &&
    within(persons, event.citizen) &&
    within(places, event.source, event.target) &&
    within(kinds, event.kind) &&
    within(steps, event.step)
  );
}

/** Under what names somebody waits for events: by the rarest thing they want. */
export function routesOf({ cases, persons, places }: Interest): readonly string[] {
  if (cases) return cases.map(route.case);
  if (persons) return persons.map(route.person);
  return places ? places.map(route.place) : [route.all];
}

/** Under what names an event is waited for. */
export function routesTo({ number, citizen, source, target }: TransferHappening): readonly string[] {
  return [route.case(number), route.person(citizen), route.place(source), route.place(target), route.all];
}

const route = {
  case: (number: string): string => `c ${number}`,
  person: (ref: string): string => `p ${ref}`,
  place: (division: string): string => `j ${division}`,
  all: 'a',
};
