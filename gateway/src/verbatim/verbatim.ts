/**
 * The value of a field as the agency wrote it: JSON text that has been gone over and is exactly what was asked for, so that it can go on
 * to a client who asks the same without being read. It never changes, and may stand in any number of places.
 */
export class Verbatim {
  /**
   * @param text JSON of an object or a list, never of null
   * @param shape what it is the value of; see `shapeOf`
   */
  constructor(
    readonly text: string,
    readonly shape: string,
  ) {}

  /** The value, read again for whoever wants to look into it. */
  read(): unknown {
    return JSON.parse(this.text);
  }
}
