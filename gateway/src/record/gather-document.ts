import type { Piece } from './parts.js';

/** Rows of one page, the most that the graph gives. */
const ROWS_A_PAGE = 600;

interface Node {
  readonly below: Map<string, Node>;
  piece?: Piece;
}

/**
 * The question for some pieces of the record of one person, `$id`. Those that come in pages go on after `$after0`, `$after1` …, numbered
 * by their place among the pieces.
 */
export function gatherDocument(pieces: readonly Piece[]): string {
  const root: Node = { below: new Map() };
  const cursors = new Map<Piece, string>();
  pieces.forEach((piece, i) => {
    if (piece.paged) cursors.set(piece, `after${i}`);
    let node = root;
    for (const name of piece.path) {
      const next = node.below.get(name) ?? { below: new Map<string, Node>() };
      node.below.set(name, next);
      node = next;
    }
    node.piece = piece;
  });
  const write = ({ below }: Node): string =>
    [...below]
      .map(([name, node]) => {
        const cursor = node.piece && cursors.get(node.piece);
        const page = cursor === undefined ? '' : `(first: ${ROWS_A_PAGE}, after: $${cursor})`;
        return `${name}${page} ${node.piece ? (node.piece.selection ?? '') : `{ ${write(node)} }`}`;
      })
      .join(' ');
  const variables = ['$id: ID!', ...[...cursors.values()].map((name) => `$${name}: String`)].join(', ');
  return `query Record(${variables}) { citizen(id: $id) { id ${write(root)} } }`;
}

/** Name of the variable after which a piece goes on. */
export function cursorOf(pieces: readonly Piece[], piece: Piece): string {
  return `after${pieces.indexOf(piece)}`;
}
