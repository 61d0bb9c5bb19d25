// eslint-disable-next-line @typescript-eslint/triple-slash-reference -- the package has no types of its own; nothing can import a declaration file
/// <reference path="./subset-font.d.ts" />
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import subsetFont from 'subset-font';

/** One file of the font, and the characters it draws. */
interface Slice {
  readonly name: string;
  readonly url: URL;
  readonly ranges: readonly (readonly [from: number, to: number])[];
}

/** A piece of text that one file of the font draws. */
export interface Run {
  readonly font: string;
  readonly text: string;
}

/** Stands for what the font cannot draw: a private character of a register, a picture. */
const UNKNOWN = '□';
const REGULAR = { wght: 400 };

/**
 * Noto Sans SC (SIL Open Font License) as it is packed for the web: about a hundred files, each for some characters. A document takes
 * along only the characters it needs.
 */
export class ChineseFont {
  readonly #slices: readonly Slice[];
  readonly #byCharacter = new Map<string, Slice | undefined>();

  constructor() {
    const sheet = createRequire(import.meta.url).resolve('@fontsource-variable/noto-sans-sc/index.css');
    this.#slices = slicesOf(readFileSync(sheet, 'utf8'), new URL(`file://${sheet}`));
  }

  /** Files that draw some texts, each with nothing but the characters they need, as TrueType by the name that runs have. */
  async filesFor(texts: Iterable<string>): Promise<ReadonlyMap<string, Uint8Array>> {
    const needed = new Map<Slice, Set<string>>();
    for (const text of texts)
      for (const character of this.#drawable(text)) {
        const slice = this.#sliceOf(character);
        if (slice) needed.set(slice, (needed.get(slice) ?? new Set()).add(character));
      }
    const files = new Map<string, Uint8Array>();
    for (const [{ name, url }, characters] of needed) {
      files.set(
        name,
        await subsetFont(await readFile(url), [...characters].join(''), { targetFormat: 'truetype', variationAxes: REGULAR }),
      );
    }
    return files;
  }

  /** A text in runs, in their order. */
  runs(text: string): readonly Run[] {
    const runs: { font: string; text: string }[] = [];
    for (const character of this.#drawable(text)) {
      const slice = this.#sliceOf(character);
      if (!slice) continue;
      const last = runs.at(-1);
      if (last?.font === slice.name) last.text += character;
      else runs.push({ font: slice.name, text: character });
    }
    return runs;
  }

  #drawable(text: string): readonly string[] {
    return Array.from(text, (character) => (this.#sliceOf(character) ? character : UNKNOWN));
  }

  #sliceOf(character: string): Slice | undefined {
    if (!this.#byCharacter.has(character)) {
      const point = character.codePointAt(0) ?? 0;
      this.#byCharacter.set(
        character,
        this.#slices.find(({ ranges }) => ranges.some(([from, to]) => from <= point && point <= to)),
      );
    }
    return this.#byCharacter.get(character);
  }
}

/** Reads the files and their characters off the style sheet of the package. */
function slicesOf(css: string, sheet: URL): Slice[] {
  return [...css.matchAll(/url\(([^)]+)\)[^}]*unicode-range:\s*([^;]+);/g)].map(([, file = '', ranges = '']) => ({
    name: file.replace(/^.*\//, ''),
    url: new URL(file, sheet),
    ranges: ranges.split(',').map((range) => {
      const [from = '', to = from] = range.trim().replace(/^U\+/i, '').split('-');
      return [Number.parseInt(from, 16), Number.parseInt(to, 16)] as const;
    }),
  }));
}
