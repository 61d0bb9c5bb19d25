import { utf8Text } from '../agencies/text.js';

const BACKSLASH = 0x5c;

/** A reply being read, and how far. The text around what is passed on has no spaces in it, as machines write JSON. */
export class Reading {
  /** Position of the next byte; -1 once something was not as expected. */
  at = 0;
  #text: string | undefined;

  /** @param bytes JSON in UTF-8, which has been checked */
  constructor(
    readonly bytes: Buffer,
    readonly ascii: boolean,
    readonly escaped: boolean,
  ) {}

  /** The text between two positions. */
  text(from: number, to: number): string {
    if (this.ascii) return (this.#text ??= this.bytes.toString('latin1')).slice(from, to);
    return utf8Text(this.bytes.subarray(from, to));
  }

  /** The string between two positions, its quotation marks included. */
  string(from: number, to: number): string {
    if (this.escaped && this.bytes.subarray(from, to).includes(BACKSLASH)) return String(JSON.parse(this.text(from, to)));
    return this.text(from + 1, to - 1);
  }

  /** Goes over some bytes, if they come next. */
  takes(literal: Uint8Array): boolean {
    const { bytes, at } = this;
    if (at < 0) return false;
    for (let i = 0; i < literal.length; i++) if (bytes[at + i] !== literal[i]) return false;
    this.at = at + literal.length;
    return true;
  }
}
