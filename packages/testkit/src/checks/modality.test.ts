import { SensoriumError, type Modality, type Source } from '@sensorium/contracts';
import { describe, expect, it } from 'vitest';
import { checkModality } from '../index.js';
import { modalityGroups } from '../plugin-groups.js';
import { expectCaught, type Broken } from '../testing/caught.js';
import { goodModality, type Rows } from '../testing/good-modality.js';
import { words } from '../testing/words.js';
import { modalityChecks } from './modality.js';

// The modality keeps all rules; each of the others breaks one, which has to be found.

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const trial = {
  sources: ['rows.txt', bytes('1 2\n3 4.5'), [[1, 2], [3]], { rows: [[7]] }],
  bad: ['none.txt', bytes('one'), [[]], 7],
  files: new Map([['rows.txt', bytes('5\n6')]]),
};

const changed = (change: Partial<Modality<Rows>>): Modality<Rows> => ({ ...goodModality, ...change });

/** Decodes, and makes something else of that. */
const decoded = (change: (rows: Rows, source: Source) => unknown): Modality<Rows> =>
  changed({ decode: async (source, io) => change(await goodModality.decode(source, io), source) as Rows });

const shown = (own: unknown): Modality<Rows> => changed({ show: () => own as never });

let calls = 0;

const broken: Broken<Modality<Rows>> = {
  'a name with capitals, no version, and what nobody knows': [
    changed({ name: 'Rows', version: '', from: 'web' as 'file', exclusive: 1 as never }),
    'is a modality: the name "Rows" is not like "depth-map"',
    'is a modality: version is "", not a text',
    'is a modality: from is "web", not "cell" or "file"',
    'is a modality: exclusive is 1, not true or false',
  ],
  'values that count its calls': [
    decoded(() => ({ rows: [[calls++]] })),
    'decodes the same source the same way, and does not change it: rows.txt: it is decoded differently the second time',
  ],
  'decode in place': [
    decoded((rows, source) => {
      if (source instanceof Uint8Array) source.fill(48);
      return rows;
    }),
    'decodes the same source the same way, and does not change it: [object Uint8Array]: decode changes it',
  ],
  'a value that stands for none': [
    decoded(() => null),
    'decodes the same source the same way, and does not change it: rows.txt: it is decoded to null, which is a missing value',
  ],
  'values that are no source': [
    decoded(({ rows }) => ({ rows: [...rows, [0]] })),
    'takes a decoded value as its own source: rows.txt: what it is decoded to is decoded to something else',
  ],
  'a value for everything': [
    changed({ decode: async () => ({ rows: [[1]] }) }),
    'refuses what it cannot decode, with a code of SENSORIUM: none.txt: it is decoded',
  ],
  'errors without code': [
    changed({
      decode: (source, io) =>
        goodModality.decode(source, io).catch((error: Error) => {
          throw new Error(error.message);
        }),
    }),
    'refuses what it cannot decode, with a code of SENSORIUM: none.txt: expected a SensoriumError that says what is wrong, got Error',
    'does not hang, and gives codes, whatever it is given: ',
  ],
  'no end for empty files': [
    changed({
      decode: (source, io) =>
        source instanceof Uint8Array && source.length === 0
          ? new Promise(() => undefined)
          : goodModality.decode(source, io),
    }),
    'does not hang, and gives codes, whatever it is given: [object Uint8Array]: expected a SensoriumError that says what is wrong, got Error: nothing came within 5000 ms',
  ],
  'no surprise for what is damaged': [
    changed({
      decode: async (source, io) =>
        source === 'rows.txt'
          ? {
              rows: JSON.parse(
                `[[${new TextDecoder().decode(await io.read(source)).replaceAll('\n', '],[')}]]`,
              ) as number[][],
            }
          : goodModality.decode(source, io),
    }),
    'does not hang, and gives codes, whatever it is given: rows.txt: expected a SensoriumError that says what is wrong, got SyntaxError',
  ],
  'another reason than the one given': [
    changed({
      decode: (source, io) =>
        goodModality.decode(source, io).catch((cause: unknown) => {
          throw new SensoriumError({ code: 'SENSORIUM_BAD_MEDIA', message: 'unreadable', cause });
        }),
    }),
    'stops reading when it is told to: rows.txt: stopped while it reads, it gives SENSORIUM_BAD_MEDIA',
  ],
  'a picture that is none': [
    shown({ kind: 'picture', png: new Uint8Array(9), alt: '' }),
    'shows every value: rows.txt: its bytes are no PNG',
    'shows every value: rows.txt: alt is empty',
  ],
  'a sound that is none': [
    shown({ kind: 'sound', wav: new Uint8Array(44), alt: 'x' }),
    'shows every value: rows.txt: its bytes are no WAV',
  ],
  'a curve through nowhere': [
    shown({ kind: 'curve', x: 'x', y: '', lines: { a: [[NaN, 0]] }, alt: 'x' }),
    'shows every value: rows.txt: the line "a": a point is not two finite numbers',
    'shows every value: rows.txt: y is empty',
  ],
  'a curve of gaps': [
    shown({ kind: 'curve', x: 'x', y: 'y', lines: { a: [[0, NaN]] }, alt: 'x' }),
    'shows every value: rows.txt: there are gaps alone',
  ],
  'text that is a number': [shown({ kind: 'text', text: 7 }), 'shows every value: rows.txt: text is 7'],
  'files that lose something every time': [
    changed({
      write: async ({ rows }) => ({
        bytes: bytes(rows.map((row) => row.map((one) => one / 2).join(' ')).join('\n')),
        type: 'rows',
      }),
    }),
    'writes files that it can decode: rows.txt: "rows" is no media type such as image/png',
    'writes files that it can decode: rows.txt: written, decoded and written again, it is another file',
  ],
  'noise where there is to be none': [
    changed({ disturb: ({ rows }) => ({ rows: [...rows, [0]] }) }),
    'disturbs values as level and stream say: rows.txt: at level 0 it is another value',
  ],
  'noise that counts its calls': [
    changed({ disturb: (value, level) => (level === 0 ? value : { rows: [[calls++]] }) }),
    'disturbs values as level and stream say: rows.txt: the same stream gives other noise',
  ],
  'noise that leaves nothing to decode': [
    changed({ disturb: (value, level) => (level < 1 ? value : ('' as unknown as Rows)) }),
    'disturbs values as level and stream say: rows.txt: at level 1 it is no value any more',
  ],
  'noise in place': [
    changed({
      disturb: (value, level) => {
        if (level > 0) (value.rows as number[][])[0] = [level];
        return value;
      },
    }),
    'disturbs values as level and stream say: rows.txt: disturb changes its argument',
  ],
};

describe('a modality', () => {
  it('that keeps all rules has no problems', async () => {
    expect(await checkModality(goodModality, trial)).toEqual([]);
    expect(await checkModality(words, { sources: ['hello', '', 7] })).toEqual([]);
  });

  it('may lose precision in a file, once', async () => {
    const rounded = changed({
      write: async ({ rows }) => ({
        bytes: bytes(rows.map((row) => row.map(Math.round).join(' ')).join('\n')),
        type: 'text/plain',
      }),
    });
    expect(await checkModality(rounded, trial)).toEqual([]);
  });

  expectCaught(broken, (modality) => modalityGroups(modality, trial), modalityChecks);
});
