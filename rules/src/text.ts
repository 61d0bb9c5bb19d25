/** A sentence for people, in both languages of the house. */
export interface Text {
  readonly zh: string;
  readonly en: string;
}
