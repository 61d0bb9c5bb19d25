/** Data of an answer: the JSON text its client gets, and its values for the few who need them. */
export class AnswerData {
  #text: string;
  #values: Readonly<Record<string, unknown>> | undefined;

  /**
   * @param text a JSON object
   * @param ascii the text is known to be ASCII
   */
  constructor(
    text: string,
    readonly ascii = false,
  ) {
    this.#text = text;
  }

  /** Read from the text when somebody first asks; not after it was taken. */
  get values(): Readonly<Record<string, unknown>> {
    return (this.#values ??= JSON.parse(this.#text) as Readonly<Record<string, unknown>>);
  }

  /** Gives the text to who sends it, and keeps it no longer: under load the promise of an answer outlives it by seconds. */
  take(): string {
    const text = this.#text;
    this.#text = '';
    return text;
  }
}
