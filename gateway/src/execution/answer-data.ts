/** Data of an answer: the JSON text its client gets, and its values for the few who need them. */
export class AnswerData {
  #values: Readonly<Record<string, unknown>> | undefined;

  /**
   * @param text a JSON object
   * @param ascii the text is known to be ASCII
   */
  constructor(
    readonly text: string,
    readonly ascii = false,
  ) {}

  /** Read from the text when somebody first asks. */
  get values(): Readonly<Record<string, unknown>> {
    return (this.#values ??= JSON.parse(this.text) as Readonly<Record<string, unknown>>);
  }
}
