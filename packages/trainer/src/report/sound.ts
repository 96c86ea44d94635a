/** A sound as a page embeds it. */
export interface ShortSound {
  readonly wav: Uint8Array;
  /** Seconds that are left of it; undefined where it is whole. */
  readonly cutTo?: number;
}

/** Bytes before a chunk's content: its name and its size. */
const CHUNK_HEADER = 8;

/** Cuts a WAV file to its first `most` bytes or less, at the end of a frame. One that cannot be read as WAV stays whole. */
export function shortSound(wav: Uint8Array, most: number): ShortSound {
  if (wav.length <= most) return { wav };
  const view = new DataView(wav.buffer, wav.byteOffset, wav.byteLength);
  const format = contentOf('fmt ', view);
  const samples = contentOf('data', view);
  if (format === undefined || samples === undefined) return { wav };
  const bytesPerSecond = view.getUint32(format + 8, true);
  const bytesPerFrame = view.getUint16(format + 12, true);
  const frames = Math.max(1, Math.floor((most - samples) / bytesPerFrame));
  const bytes = frames * bytesPerFrame;
  const cut = wav.slice(0, samples + bytes);
  const header = new DataView(cut.buffer);
  header.setUint32(4, cut.length - CHUNK_HEADER, true);
  header.setUint32(samples - 4, bytes, true);
  return { wav: cut, cutTo: bytes / bytesPerSecond };
}

/** Where the content of a RIFF chunk begins. */
function contentOf(name: string, view: DataView): number | undefined {
  let at = 12;
  while (at + CHUNK_HEADER <= view.byteLength) {
    const found = String.fromCharCode(...[0, 1, 2, 3].map((index) => view.getUint8(at + index)));
    if (found === name) return at + CHUNK_HEADER;
    const size = view.getUint32(at + 4, true);
    at += CHUNK_HEADER + size + (size % 2);
  }
  return undefined;
}
