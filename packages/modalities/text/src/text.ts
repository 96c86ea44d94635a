import { exampleBeside, type IO, type Modality, type Source } from '@sensorium/contracts';
import { nameOf, readUtf8, tooLarge } from '@sensorium/media';
import { misspell } from './misspell.js';
import { WORD } from './word.js';

/** No text encoder reads so much: whoever gives more means something else. */
const MAX_CHARACTERS = 50_000;
/** No character of UTF-8 needs more bytes than three for each of its UTF-16 units; before them a byte order mark. */
const MAX_BYTES = 3 * MAX_CHARACTERS + 3;

/** Names and labels have fewer. */
const FEW_WORDS = 3.5;

const wordsIn = (text: string): number => text.match(WORD)?.length ?? 0;

/**
 * Texts. A string is the text itself, never a path, and a number or boolean is read as people write it; what a URL object
 * names, bytes and Blobs are decoded as UTF-8. Empty text is text. At most 50,000 characters, in UTF-16 units.
 */
export const text: Modality<string> = {
  name: 'text',
  from: 'cell',
  exclusive: false,
  version: '1',
  example: exampleBeside(import.meta.url, 'modality-text'),
  async decode(source, io) {
    const value = await read(source, io);
    if (value.length <= MAX_CHARACTERS) return value;
    throw tooLarge(
      typeof source === 'string' ? (io.name ?? 'text') : nameOf(source, io),
      `is a text of ${value.length} characters; the limit is ${MAX_CHARACTERS}`,
      'Shorten it, or split it into several samples.',
    );
  },
  async recognises(cells) {
    const words = cells.map((cell) => (typeof cell === 'string' ? wordsIn(cell) : 0));
    const mean = words.reduce((sum, own) => sum + own, 0) / words.length;
    return mean < FEW_WORDS ? undefined : { certainty: 0.7, because: `texts of ${Math.round(mean)} words on average` };
  },
  show: (value) => ({ kind: 'text', text: value }),
  disturb: misspell,
};

async function read(source: Source, io: IO): Promise<string> {
  if (typeof source === 'string') return source;
  if (typeof source === 'number' || typeof source === 'boolean') return String(source);
  return readUtf8(source, io, MAX_BYTES);
}
