import { SensoriumError, type Tensors, type TensorSpecs, typedArrays } from '@sensorium/contracts';
import { describeValue } from '@sensorium/media';
import type { Row } from '@sensorium/modality-table';
import { type Choice, FIRST_CHOICE, type Layout, MISSING, UNKNOWN } from './layout.js';
import type { Kind } from './options.js';
import { booleanIn, categoryIn, dateIn, type Filled, numberIn } from './parse-cell.js';
import { hashOf, piecesOf } from './pieces.js';

/** Days of a year, a week and a day, of each of which a date has the sine and the cosine. */
const PERIODS = [365.2425, 7, 1];
export const CYCLES = 2 * PERIODS.length;

/** What is fed of a row, of kinds that there are: values, whether they are there, indices, hashes. */
export function specsOf({ quantities, dates, choices, texts, pieces }: Layout): TensorSpecs {
  return {
    ...(quantities.length > 0 && {
      numbers: { dtype: 'float32', shape: [quantities.length] },
      filled: { dtype: 'uint8', shape: [quantities.length] },
    }),
    ...(dates.length > 0 && { cycles: { dtype: 'float32', shape: [dates.length, CYCLES] } }),
    ...(choices.length > 0 && { categories: { dtype: 'int32', shape: [choices.length] } }),
    ...(texts.length > 0 && { pieces: { dtype: 'int32', shape: [texts.length, pieces] } }),
  };
}

/** Throws SENSORIUM_BAD_MEDIA for a cell that is not of its column's kind. */
export function prepareRow(row: Row, layout: Layout): Tensors {
  const numbers = layout.quantities.map(({ name, kind }) => valueIn(row, name, kind));
  const days = numbers.slice(numbers.length - layout.dates.length);
  const values: Readonly<Record<string, readonly number[]>> = {
    numbers: numbers.map((value) => value ?? 0),
    filled: numbers.map((value) => Number(value !== null)),
    cycles: days.flatMap(cyclesOf),
    categories: layout.choices.map((choice) => indexIn(row, choice)),
    pieces: layout.texts.flatMap((name) => hashesIn(row, name, layout)),
  };
  const tensors = Object.entries(specsOf(layout)).map(([name, { dtype, shape }]) => {
    const data = (typedArrays[dtype] as typeof Float32Array).from(values[name] ?? []);
    return [name, { dtype, shape: [1, ...shape], data }] as const;
  });
  return Object.fromEntries(tensors);
}

const cellIn = (row: Row, name: string): Filled | null => (Object.hasOwn(row, name) ? row[name] : null) ?? null;

function valueIn(row: Row, name: string, kind: 'number' | 'date'): number | null {
  const cell = cellIn(row, name);
  if (cell === null) return null;
  const value = kind === 'number' ? numberIn(cell) : dateIn(cell);
  // What is no float32 would be infinite in the graph.
  if (Number.isFinite(Math.fround(value))) return value;
  throw otherKind(name, cell, kind);
}

const cyclesOf = (day: number | null): number[] =>
  PERIODS.flatMap((period) => {
    const angle = 2 * Math.PI * (((day ?? 0) / period) % 1);
    return day === null ? [0, 0] : [Math.sin(angle), Math.cos(angle)];
  });

/** 0 for an empty cell, 1 for a category that is not known. */
export function indexIn(row: Row, { name, kind, choices }: Choice): number {
  const cell = cellIn(row, name);
  if (cell === null) return MISSING;
  const value = kind === 'boolean' ? booleanIn(cell) : categoryIn(cell);
  if (value === undefined) throw otherKind(name, cell, kind);
  const index = choices.indexOf(String(value));
  return index < 0 ? UNKNOWN : index + FIRST_CHOICE;
}

/** From 1; 0 behind the last. */
function hashesIn(row: Row, name: string, { pieces, buckets }: Layout): number[] {
  const found = piecesOf(String(cellIn(row, name) ?? '')).slice(0, pieces);
  return Array.from({ length: pieces }, (_, at) => {
    const piece = found[at];
    return piece === undefined ? 0 : 1 + (hashOf(piece) % buckets);
  });
}

const expected: Readonly<Record<Exclude<Kind, 'category' | 'text'>, string>> = {
  number: 'a number',
  date: 'a date, such as 2024-02-29 or 2024-02-29T12:00Z',
  boolean: 'true or false',
};

const otherKind = (name: string, cell: Filled, kind: Kind): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_BAD_MEDIA',
    message: `the column "${name}" is ${describeValue(cell)}; expected ${expected[kind as keyof typeof expected]}`,
    hint: `Most of its cells are. Correct the cell, leave it empty, or read the column otherwise: kinds: { ${name}: category }, or text.`,
  });
