import type { AccessCatalogue } from '@yichuang/schema';
import type { Caller } from './principal.js';
import { prospectsOf, type Prospects } from './prospects.js';

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
}
