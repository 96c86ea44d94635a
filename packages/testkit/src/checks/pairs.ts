import { required, type Tensor, type Tensors } from '@sensorium/contracts';
import { gatherRows } from '@sensorium/tensors';
import { tensorOf } from '../tensors.js';

/** Two batches, of which each sample of the one belongs to the same sample of the other. */
export interface Pairs {
  readonly before: Tensors;
  readonly after: Tensors;
}

/** One element of a sample, which another sample has otherwise. */
interface Change {
  readonly name: string;
  readonly place: number;
  readonly sample: number;
  readonly other: number;
}

/** So many elements are changed, spread over all that there are. */
const PLACES = 48;

/** Samples of the batch, and the same ones with one element each taken from another sample. */
export function pairsOf(samples: Tensors): Pairs {
  const changes = spread(placesOf(samples)).flatMap(({ name, place }, index) => {
    const change = changeAt(tensorOf(samples, name), place, index);
    return change ? [{ name, place, ...change }] : [];
  });
  const before = gatherRows(
    samples,
    Uint32Array.from(changes, ({ sample }) => sample),
  );
  return { before, after: changed(before, samples, changes) };
}

const countOf = ({ shape }: Tensor): number => required(shape[0], 'the number of samples');

const placesOf = (samples: Tensors): Pick<Change, 'name' | 'place'>[] =>
  Object.entries(samples).flatMap(([name, tensor]) =>
    Array.from({ length: tensor.data.length / countOf(tensor) }, (_, place) => ({ name, place })),
  );

function spread<T>(all: readonly T[]): T[] {
  const step = Math.max(1, all.length / PLACES);
  return all.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step));
}

/** Two samples that differ there, beginning with another one for every change. */
function changeAt(tensor: Tensor, place: number, start: number): Pick<Change, 'sample' | 'other'> | undefined {
  const count = countOf(tensor);
  const width = tensor.data.length / count;
  const at = (sample: number): number | bigint | undefined => tensor.data[sample * width + place];
  const sample = start % count;
  const other = Array.from({ length: count }, (_, index) => index).find((index) => at(index) !== at(sample));
  return other === undefined ? undefined : { sample, other };
}

function changed(before: Tensors, samples: Tensors, changes: readonly Change[]): Tensors {
  const after = structuredClone(before);
  for (const [row, { name, place, other }] of changes.entries()) {
    const { data } = tensorOf(after, name);
    const width = data.length / changes.length;
    data[row * width + place] = required(tensorOf(samples, name).data[other * width + place], 'an element');
  }
  return after;
}
