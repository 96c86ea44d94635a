import { SensoriumError, type IO, type Modality, type Source } from '@sensorium/contracts';

/** Rows of numbers. */
export interface Rows {
  readonly rows: readonly (readonly number[])[];
}

/** A file of numbers, one row a line, or the rows as JSON. It keeps all rules. */
export const goodModality: Modality<Rows> = {
  name: 'rows',
  from: 'file',
  exclusive: true,
  version: '1',
  async decode(source, io) {
    return isRows(source)
      ? source
      : { rows: Array.isArray(source) ? source.map(checkRow) : await readRows(source, io) };
  },
  show: ({ rows }) => ({
    kind: 'curve',
    x: 'row',
    y: 'first number',
    lines: { first: rows.map(([first = 0], index) => [index, first] as const) },
    alt: `${rows.length} rows`,
  }),
  write: async ({ rows }) => ({
    bytes: new TextEncoder().encode(rows.map((row) => row.join(' ')).join('\n')),
    type: 'text/plain',
  }),
  disturb: ({ rows }, level, random) => ({ rows: rows.map((row) => row.map((one) => one + level * random.normal())) }),
};

const isRows = (source: Source): source is Rows =>
  typeof source === 'object' && 'rows' in source && Array.isArray(source.rows);

async function readRows(source: Source, io: IO): Promise<number[][]> {
  const bytes = typeof source === 'string' ? await io.read(source) : source;
  if (!(bytes instanceof Uint8Array) || bytes.length === 0) throw bad('there are no rows');
  return new TextDecoder()
    .decode(bytes)
    .split('\n')
    .map((line) => checkRow(line.split(' ').map(Number)));
}

function checkRow(row: unknown): number[] {
  if (Array.isArray(row) && row.length > 0 && row.every(Number.isFinite)) return row as number[];
  throw bad('a row is not numbers');
}

const bad = (message: string): SensoriumError => new SensoriumError({ code: 'SENSORIUM_BAD_MEDIA', message });
