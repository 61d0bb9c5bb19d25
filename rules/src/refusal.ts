import { REFUSALS, type RefusalCode } from './refusals.js';
import type { Text } from './text.js';

/** Why a rule gives no figure: a stable code, the place in the input, and what to do. Never a value of the input. */
export interface Refused {
  readonly code: RefusalCode;
  /** Path in the input, such as `segments[2].base`; empty when it is about the whole of it. */
  readonly field: string;
  readonly message: Text;
  readonly wayOut: Text;
}

/** Thrown inside the rules where an input cannot be decided; the front door returns it as a value. */
export class RuleRefusal extends Error {
  override readonly name = 'RuleRefusal';

  /** @param field path in the input, such as `segments[2].base` */
  constructor(
    readonly code: RefusalCode,
    readonly field: string,
  ) {
    super(`${code}${field === '' ? '' : ` (${field})`}: ${REFUSALS[code].en}`);
  }

  /** What is handed to people and programs. */
  get refused(): Refused {
    const { zh, en, wayOut } = REFUSALS[this.code];
    return { code: this.code, field: this.field, message: { zh, en }, wayOut };
  }
}
