import { jurisdictionOfDivision, parseCreditCode, type GrantedCall, type ReleaseGroup } from '@yichuang/schema';

/** An agency's own rule beside the grant: it may always say less. */
export type LocalRule = (scope: string, subject: string, grant: GrantedCall) => boolean;

const NONE: readonly ReleaseGroup[] = [];

/** What one call may be answered with, by subject. */
export class Granted {
  readonly #bySubject = new Map<string, ReleaseGroup[]>();
  readonly #units: readonly ReleaseGroup[];

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

  /** True when there is somebody of whom all these scopes may be answered. */
  allowsOfAnybody(scopes: readonly string[]): boolean {
    return [...this.#bySubject.keys()].some((subject) => scopes.every((scope) => this.allows(scope, subject)));
  }
}
