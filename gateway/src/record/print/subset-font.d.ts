declare module 'subset-font' {
  /** Keeps of a font what a text needs, and fixes axes of a variable one. */
  export default function subsetFont(
    font: Uint8Array,
    text: string,
    options: { readonly targetFormat: 'truetype'; readonly variationAxes: Readonly<Record<string, number>> },
  ): Promise<Uint8Array>;
}
