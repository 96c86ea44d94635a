import { required } from '@sensorium/contracts';
import { createCutter } from '@sensorium/modality-text';

/** Stands before the first piece, and from the end of a text on. */
export const BOUNDARY = 0;
/** A character that the training table did not have. */
const UNKNOWN = 1;
const FIRST_PIECE = 2;
/** The replacement character of Unicode. */
const REPLACEMENT = '\uFFFD';

/** Texts as ids of pieces, and back. */
export interface Codec {
  /** How many ids there are: 0 … count − 1. */
  readonly count: number;
  /** A text in so many places: cut to them, or followed by boundaries. */
  encode(text: string, places: number): Int32Array<ArrayBuffer>;
  /** What `encode` does to a text that its reader should know. */
  notes(text: string, places: number): string[];
  /** The pieces before the first boundary. */
  piecesOf(ids: readonly number[]): string[];
}

export function createCodec(vocabulary: readonly string[]): Codec {
  const ids = new Map(vocabulary.map((piece, index) => [piece, index + FIRST_PIECE]));
  const cut = createCutter(vocabulary);
  const pieceOf = (id: number): string =>
    id === UNKNOWN ? REPLACEMENT : required(vocabulary[id - FIRST_PIECE], `the piece of id ${id}`);
  return {
    count: vocabulary.length + FIRST_PIECE,
    encode(text, places) {
      const data = new Int32Array(places).fill(BOUNDARY);
      const pieces = cut(text).slice(0, places);
      data.set(pieces.map((piece) => ids.get(piece) ?? UNKNOWN));
      return data;
    },
    notes(text, places) {
      const pieces = cut(text);
      const unknown = [...new Set(pieces.filter((piece) => !ids.has(piece)))];
      return [
        ...(pieces.length > places ? [`cut after ${places} of ${pieces.length} pieces`] : []),
        ...(unknown.length > 0 ? [`unknown characters: ${unknown.slice(0, 5).join(', ')}`] : []),
      ];
    },
    piecesOf(all) {
      const end = all.indexOf(BOUNDARY);
      return all.slice(0, end < 0 ? all.length : end).map(pieceOf);
    },
  };
}
