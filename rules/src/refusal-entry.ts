import type { Text } from './text.js';

/** One code of the catalogue: what is the matter, and what can be done. No text holds a value of the input. */
interface RefusalEntry extends Text {
  readonly wayOut: Text;
}

export type RefusalCatalogue = Readonly<Record<Uppercase<string>, RefusalEntry>>;
