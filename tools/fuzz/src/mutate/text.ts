import type { Random } from '@sensorium/contracts';
import { brokenUtf8, DEEP, hostileTexts } from './hostile-text.js';
import { joined, pick, placeIn, type Mutation } from './mutation.js';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A change of what is text; of other bytes nothing. */
const rewrite = (name: string, edit: (text: string, random: Random) => string): Mutation => ({
  name,
  apply(bytes, { random }) {
    try {
      return encode(edit(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes), random));
    } catch (error) {
      if (error instanceof TypeError) return undefined;
      throw error;
    }
  },
});

const rewriteLines = (name: string, edit: (lines: string[], random: Random) => void): Mutation =>
  rewrite(name, (text, random) => {
    const lines = text.split('\n');
    edit(lines, random);
    return lines.join('\n');
  });

/** Whole words, numbers and signs. */
const tokens = /[\p{L}\p{N}_.-]+|[^\s\p{L}\p{N}]/gu;

function replaceToken(text: string, random: Random): string {
  const found = [...text.matchAll(tokens)];
  if (found.length === 0) return text;
  const old = pick(random, found);
  const value = random.uniform() < 0.7 ? pick(random, hostileTexts) : pick(random, found)[0];
  return text.slice(0, old.index) + value + text.slice(old.index + old[0].length);
}

const inserted = (text: string, random: Random, what: string): string => {
  const at = placeIn(random, text);
  return text.slice(0, at) + what + text.slice(at);
};

const utf16 =
  (isLittle: boolean) =>
  (text: string): Uint8Array => {
    const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
    return new Uint8Array(isLittle ? bytes : bytes.swap16());
  };

const encodings: readonly ((text: string) => Uint8Array)[] = [
  (text) => encode(`\ufeff${text}`),
  (text) => encode(`\ufeff\ufeff${text}`),
  (text) => new Uint8Array(Buffer.from(text, 'latin1')),
  utf16(true),
  utf16(false),
];

const LARGEST = 2 ** 20;

/** What can be done to any text. */
export const textMutations: readonly Mutation[] = [
  rewrite('a word replaced', replaceToken),
  rewrite('a text put in', (text, random) => inserted(text, random, pick(random, hostileTexts))),
  rewrite('deeply nested', (text, random) =>
    inserted(text, random, pick(random, ['[', '{"a":', '- ', '"']).repeat(DEEP)),
  ),
  rewriteLines('a line left out', (lines, random) => void lines.splice(random.integer(lines.length), 1)),
  rewriteLines('a line repeated', (lines, random) => {
    const line = pick(random, lines);
    lines.splice(random.integer(lines.length), 0, ...Array.from({ length: 1 + random.integer(20) }, () => line));
  }),
  rewriteLines('a line moved', (lines, random) => {
    const moved = lines.splice(random.integer(lines.length), 1);
    lines.splice(placeIn(random, lines), 0, ...moved);
  }),
  rewriteLines('indented otherwise', (lines, random) => {
    const at = random.integer(lines.length);
    lines[at] = pick(random, ['\t', ' ', '    ', '- ']) + (lines[at] ?? '');
  }),
  rewrite('other ends of lines', (text, random) =>
    text.replaceAll('\n', pick(random, ['\r\n', '\r', '\n\r', '\u2028'])),
  ),
  rewrite('repeated', (text, random) => {
    const times = pick(random, [2, 3, 10, 1000]);
    return text.repeat(Math.max(1, Math.min(times, Math.floor(LARGEST / (text.length + 1)))));
  }),
  {
    name: 'no UTF-8 in it',
    apply(bytes, { random }) {
      const at = placeIn(random, bytes);
      return joined(bytes.subarray(0, at), pick(random, brokenUtf8), bytes.subarray(at));
    },
  },
  { name: 'in another encoding', apply: (bytes, { random }) => pick(random, encodings)(Buffer.from(bytes).toString()) },
];
