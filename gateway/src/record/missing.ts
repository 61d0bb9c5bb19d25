import type { RecordPart } from '@yichuang/rules';
import type { GraphQLFormattedError } from 'graphql';
import type { Prospects } from '../access/prospects.js';
import { UNIT_KEYS, type Piece } from './parts.js';

/** A source that is not in a gathered record, and why. */
export interface Missing {
  readonly agency: string;
  /** Province whose register it is. */
  readonly jurisdiction: string | undefined;
  /** Code of the catalogue of errors. */
  readonly code: string;
  readonly since: string | undefined;
  /** What of the record, as rules read it, is incomplete without it. */
  readonly parts: readonly RecordPart[];
  /** Pieces of the graph that are, by their path. */
  readonly pieces: readonly string[];
}

/** The pieces that a caller may be able to see, and why not the others. */
export function withheldPieces(
  pieces: readonly Piece[],
  prospects: Pick<Prospects, 'of'>,
): { readonly open: readonly Piece[]; readonly withheld: readonly Missing[] } {
  const open: Piece[] = [];
  const withheld: Missing[] = [];
  for (const piece of pieces) {
    const chance = prospects.of(piece.scope, 'PERSON');
    if (chance.kind === 'POSSIBLE') open.push(piece);
    else
      withheld.push({
        agency: piece.agency,
        jurisdiction: undefined,
        code: chance.code,
        since: undefined,
        parts: piece.parts,
        pieces: [piece.path.join('.')],
      });
  }
  return { open, withheld };
}

/** What errors of an answer say is missing, by the piece they stand in. */
export function missingFrom(errors: readonly GraphQLFormattedError[], pieces: readonly Piece[]): readonly Missing[] {
  return errors.flatMap(({ path = [], extensions = {} }) => {
    const below = path.slice(1).map(String);
    const concerned = pieces.filter((piece) => startsWith(piece.path, below) || startsWith(below, piece.path));
    const aboutUnits = below.some((key) => UNIT_KEYS.has(key));
    if (concerned.length === 0 && !aboutUnits) return [];
    const { agency, jurisdiction, code, since } = extensions;
    const names = aboutUnits ? ['enterprise'] : concerned.map((piece) => piece.path.join('.'));
    const parts: readonly RecordPart[] = aboutUnits ? ['units'] : [...new Set(concerned.flatMap((piece) => piece.parts))];
    return [
      {
        agency: typeof agency === 'string' ? agency : (concerned[0]?.agency ?? 'hub'),
        jurisdiction: typeof jurisdiction === 'string' ? jurisdiction : undefined,
        code: typeof code === 'string' ? code : 'INTERNAL',
        since: typeof since === 'string' ? since : undefined,
        parts,
        pieces: names,
      },
    ];
  });
}

/** Whether a path lies at or below another. */
function startsWith(path: readonly string[], above: readonly string[]): boolean {
  return above.length <= path.length && above.every((name, i) => path[i] === name);
}
