import { createRandom } from '@sensorium/data';
import { byteMutations } from '../mutate/bytes.js';
import { inheritedNames } from '../mutate/hostile-text.js';
import { jsonLineMutation } from '../mutate/json.js';
import { textMutations } from '../mutate/text.js';
import { textSeed, type Format, type Seed } from './format.js';

interface Row {
  readonly picture: string;
  readonly text: string;
  readonly amount: number;
  readonly label: string;
}

const words = ['what', 'is', 'the', 'colour', 'größe', '色', '👍🏽', 'a,b', 'say "no"', 'two\nlines'];

const rows: readonly Row[] = Array.from({ length: 20 }, (_, index) => {
  const random = createRandom(index, 'row');
  const text = Array.from({ length: 1 + random.integer(6) }, () => words[random.integer(words.length)]).join(' ');
  return { picture: `${index}.png`, text, amount: random.integer(1000) / 8, label: index % 3 ? 'yes' : 'no' };
});

const columns = ['picture', 'text', 'amount', 'label'] as const;

const quoted = (cell: string | number): string =>
  /["\n,;\t]/.test(String(cell)) ? `"${String(cell).replaceAll('"', '""')}"` : String(cell);

const delimited = (delimiter: string, end = '\n'): string =>
  [columns.join(delimiter), ...rows.map((row) => columns.map((name) => quoted(row[name])).join(delimiter))].join(end);

const jsonLines = (records: readonly object[]): string => records.map((record) => JSON.stringify(record)).join('\n');

async function seeds(): Promise<Seed[]> {
  return [
    textSeed('csv', '.csv', delimited(',')),
    textSeed('csv with CRLF and a mark', '.csv', `\ufeff${delimited(',', '\r\n')}\r\n`),
    textSeed('csv with semicolons', '.csv', delimited(';')),
    textSeed('tsv', '.tsv', delimited('\t')),
    textSeed('json lines', '.jsonl', jsonLines(rows)),
    textSeed(
      'json lines with lists',
      '.ndjson',
      jsonLines(rows.map((row) => ({ ...row, views: ['1.png'], series: [[1, 2]], point: { x: 1 } }))),
    ),
  ];
}

const repeat = (count: number, make: (index: number) => string, between: string): string =>
  Array.from({ length: count }, (_, index) => make(index)).join(between);

async function hostile(): Promise<Seed[]> {
  return [
    textSeed(
      'another key in each row',
      '.jsonl',
      repeat(60_000, (index) => `{"key${index}":1}`, '\n'),
    ),
    textSeed('a million columns', '.csv', `${repeat(1_000_000, (index) => `c${index}`, ',')}\n1`),
    textSeed('a million columns of one name', '.csv', `${repeat(1_000_000, () => 'c', ',')}\n1`),
    textSeed('200,000 short rows', '.csv', `a\n${'b\n'.repeat(200_000)}`),
    textSeed('a quote that never ends', '.csv', `a,b\n"${'x,\n'.repeat(500_000)}`),
    textSeed('many quotes', '.csv', `a\n${'"'.repeat(2_000_001)}`),
    textSeed('nothing but commas', '.csv', ','.repeat(1_000_000)),
    textSeed('nothing but ends of lines', '.csv', '\n'.repeat(2_000_000)),
    textSeed('deep json', '.jsonl', `{"a":${'['.repeat(500_000)}${']'.repeat(500_000)}}`),
    textSeed(
      'names that objects have',
      '.csv',
      `${inheritedNames.join(',')}\n${inheritedNames.map(() => 'x').join(',')}`,
    ),
    textSeed(
      'names that objects have, as json',
      '.jsonl',
      `{${inheritedNames.map((name) => `"${name}":{"polluted":1}`).join(',')}}`,
    ),
    textSeed('zeros', '.csv', '\0'.repeat(1_000_000)),
    textSeed('only a mark', '.csv', '\ufeff'),
    textSeed('no names', '.csv', ',,\n1,2,3\n'),
    textSeed('numbers that cannot be kept', '.jsonl', '{"a":1e999}\n{"a":9007199254740993}'),
  ];
}

export const tables: Format = {
  share: 20,
  seeds,
  hostile,
  structured: [jsonLineMutation],
  others: [...textMutations, ...byteMutations],
};
