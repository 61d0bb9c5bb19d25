import { jurisdictionOfDivision, parseCreditCode, type GrantActor, type GrantedCall, type ReleaseGroup } from '@yichuang/schema';

/** An agency's own rule beside the grant: it may always say less. */
export type LocalRule = (scope: string, subject: string, grant: GrantedCall) => boolean;

const NONE: readonly ReleaseGroup[] = [];
const NO_UNITS: readonly string[] = [];
/** Role of those who act for an employer, and kind of their party. */
const EMPLOYER = 'EMPLOYER';

/** What one call may be answered with, by subject. */
export class Granted {
  readonly #bySubject = new Map<string, ReleaseGroup[]>();
  readonly #units: readonly ReleaseGroup[];
  /** Unit of an employer that asks. */
  readonly #employer: string | undefined;
  readonly #cutToUnits: boolean;

  constructor(
    readonly call: GrantedCall,
    readonly allow: LocalRule = () => true,
  ) {
    for (const group of call.release)
      for (const subject of group.subjects) {
        const known = this.#bySubject.get(subject);
        if (known) known.push(group);
        else this.#bySubject.set(subject, [group]);
      }
    this.#units = call.release.filter(({ unitsIn }) => unitsIn !== undefined);
    this.#employer = employerOf(call.act);
    this.#cutToUnits = this.#employer !== undefined || call.release.some(({ rowsOf }) => rowsOf !== undefined);
  }

  /** What was released of a subject, and on what basis. */
  of(subject: string): readonly ReleaseGroup[] {
    const named = this.#bySubject.get(subject) ?? NONE;
    if (this.#units.length === 0) return named;
    const place = parseCreditCode(subject) && jurisdictionOfDivision(subject.slice(2, 8));
    const units = place === undefined ? NONE : this.#units.filter(({ unitsIn }) => unitsIn === place);
    return units.length === 0 ? named : [...named, ...units];
  }

  /** True when a scope of a subject may be answered. */
  allows(scope: string, subject: string): boolean {
    return this.of(subject).some(({ scopes }) => scopes.includes(scope)) && this.allow(scope, subject, this.call);
  }

  /** Months to which what is released of some scopes of a subject is bounded; all of them bind. Empty: no bound. */
  boundsOf(scopes: readonly string[], subject: string): readonly NonNullable<ReleaseGroup['dataRange']>[] {
    return this.of(subject).flatMap((group) =>
      group.dataRange && scopes.some((scope) => group.scopes.includes(scope)) ? [group.dataRange] : [],
    );
  }

  /**
   * Units whose rows alone may be answered of some scopes of a subject; all of them bind. Empty: no bound. An employer sees of what has
   * rows by unit those of its own unit, whether or not the grant says so.
   * @param isSpell whether a scope has such rows
   */
  unitsOf(scopes: readonly string[], subject: string, isSpell: (scope: string) => boolean): readonly string[] {
    if (!this.#cutToUnits) return NO_UNITS;
    const units = new Set<string>();
    for (const scope of scopes)
      for (const group of this.of(subject)) {
        if (!group.scopes.includes(scope)) continue;
        if (group.rowsOf !== undefined) units.add(group.rowsOf);
        // What the hub needs in order to decide is not shown to who asks.
        if (this.#employer !== undefined && group.basis !== 'DECISION' && isSpell(scope)) units.add(this.#employer);
      }
    return [...units];
  }

  /** True when there is somebody of whom all these scopes may be answered. */
  allowsOfAnybody(scopes: readonly string[]): boolean {
    return [...this.#bySubject.keys()].some((subject) => scopes.every((scope) => this.allows(scope, subject)));
  }
}

function employerOf({ role, party }: GrantActor): string | undefined {
  return role === EMPLOYER || party?.kind === EMPLOYER ? (party?.code ?? '') : undefined;
}
