import { ioError } from '../store/io-error.js';
import { openRegularFile } from '../store/open-regular-file.js';
import { LONGEST_LINE, lineTooLong } from './lines.js';

const NEWLINE = 0x0a;

/**
 * The bytes of a file in pieces that end where a line does. Throws what `openRegularFile` throws, SENSORIUM_BAD_TABLE for lines
 * of more than 256 MiB, and the signal's reason.
 */
export async function* wholeLinesOfFile(path: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  let [rest, length]: [Uint8Array[], number] = [[], 0];
  for await (const piece of piecesOf(path, signal)) {
    const end = piece.lastIndexOf(NEWLINE) + 1;
    if (end > 0) {
      yield Buffer.concat([...rest, piece.subarray(0, end)]);
      [rest, length] = [[], 0];
    }
    rest.push(piece.subarray(end));
    length += piece.length - end;
    if (length > LONGEST_LINE) throw lineTooLong(path);
  }
  const last = Buffer.concat(rest);
  if (last.length > 0) yield last;
}

async function* piecesOf(path: string, signal?: AbortSignal): AsyncGenerator<Buffer> {
  const handle = await openRegularFile(path);
  try {
    for await (const piece of handle.createReadStream({ signal, highWaterMark: 2 ** 18 })) yield piece as Buffer;
  } catch (error) {
    signal?.throwIfAborted();
    throw ioError(error, path);
  }
}
