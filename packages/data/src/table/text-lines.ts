import { createReadStream } from 'node:fs';
import { ioError } from '../store/io-error.js';

const NEWLINE = 0x0a;

/**
 * The bytes of a file in pieces that end where a line does. Throws what `ioError` says of the file, and the signal's reason.
 */
export async function* wholeLines(path: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array[] = [];
  for await (const piece of piecesOf(path, signal)) {
    const end = piece.lastIndexOf(NEWLINE) + 1;
    if (end > 0) {
      yield Buffer.concat([...rest, piece.subarray(0, end)]);
      rest = [];
    }
    rest.push(piece.subarray(end));
  }
  const last = Buffer.concat(rest);
  if (last.length > 0) yield last;
}

async function* piecesOf(path: string, signal?: AbortSignal): AsyncGenerator<Buffer> {
  try {
    for await (const piece of createReadStream(path, { signal, highWaterMark: 2 ** 18 })) yield piece as Buffer;
  } catch (error) {
    signal?.throwIfAborted();
    throw ioError(error, path);
  }
}
