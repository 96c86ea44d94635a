import type { IO, Recognition, Source } from '@sensorium/contracts';
import { looksLike } from './looks-like.js';

/** Files that are looked at. */
const MOST_FILES = 3;

/**
 * What a modality of files says of a column: undefined unless the first cells name files, all of which are of its kind.
 *
 * @param kindOf what a file is, in words that follow "each file is", such as "a picture (PNG)"; undefined where it is of another
 *   kind. May throw what decoding throws: then it is, too
 */
export async function recogniseFiles(
  cells: readonly Source[],
  io: IO,
  certainty: number,
  kindOf: (bytes: Uint8Array) => string | undefined | Promise<string | undefined>,
): Promise<Recognition | undefined> {
  let first: string | undefined;
  for (const cell of cells.slice(0, MOST_FILES)) {
    if (typeof cell !== 'string') return undefined;
    try {
      const kind = await kindOf(await io.read(cell));
      if (kind === undefined) return undefined;
      first ??= kind;
    } catch {
      io.signal?.throwIfAborted();
      return undefined;
    }
  }
  return first === undefined ? undefined : { certainty, because: `each file is ${first}` };
}

/** What files are by their first bytes, for `recogniseFiles`: undefined for others than those whose name matches. */
export const lookingLike =
  (wanted: RegExp) =>
  (bytes: Uint8Array): string | undefined => {
    const looks = looksLike(bytes);
    return wanted.test(looks) ? looks : undefined;
  };
