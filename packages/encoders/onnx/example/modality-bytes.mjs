import { readFile } from 'node:fs/promises';

/** A path, or the bytes of a file → its bytes. */
export const decode = async (source) => (typeof source === 'string' ? readFile(source) : source);
