import type { AccessCatalogue } from '@yichuang/schema';
import type { Requirement, SubjectKind } from '../graph/access-map.js';
import type { Caller } from './principal.js';
import { prospectsOf, type Prospects, type Withheld } from './prospects.js';

/** Who asks a question, and what they could be granted at all. */
export class AccessProfile {
  #prospects: Prospects | undefined;

  constructor(
    readonly caller: Caller,
    readonly catalogue: AccessCatalogue,
    /** When it was asked, ms since 1970. */
    readonly now = Date.now(),
  ) {}

  get prospects(): Prospects {
    return (this.#prospects ??= prospectsOf(this.caller, this.catalogue, this.now));
  }

  /** Equal for callers who can be granted exactly the same, with the same codes for what they cannot. */
  get key(): string {
    return this.prospects.key;
  }

  /** Undefined when the requirement may be met for some subject of this kind. */
  withheld(requirement: Requirement, about: SubjectKind): Withheld | undefined {
    return this.prospects.withheld(requirement, about);
  }
}
