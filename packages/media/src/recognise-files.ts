import type { IO, Recognition, Source } from '@sensorium/contracts';
import { looksLike } from './looks-like.js';

/** Files that are looked at. */
const MOST_FILES = 3;

/**
 * What a modality of files says of a column: undefined unless the first cells name files, all of which are of its kind.
 *
 * @param is may throw what decoding throws: then a file is not
 */
export async function recogniseFiles(
  cells: readonly Source[],
  io: IO,
  certainty: number,
  is: (bytes: Uint8Array) => boolean | Promise<boolean>,
): Promise<Recognition | undefined> {
  let looks = '';
  for (const cell of cells.slice(0, MOST_FILES)) {
    if (typeof cell !== 'string') return undefined;
    try {
      const bytes = await io.read(cell);
      if (!(await is(bytes))) return undefined;
      looks ||= looksLike(bytes);
    } catch {
      io.signal?.throwIfAborted();
      return undefined;
    }
  }
  return looks === '' ? undefined : { certainty, because: `its files look like ${looks}` };
}
