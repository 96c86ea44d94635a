import {
  required,
  type Column,
  type Tensor,
  type Tensors,
  type TensorSpec,
  type TensorSpecs,
} from '@sensorium/contracts';
import { emptyTensor, row as rowOf, stack } from '@sensorium/tensors';
import { mapRecord } from './parts.js';

/** The tensor [N] that says which places of a list hold a value: 1 or 0. */
export const GIVEN = 'given';

const givenSpec = (count: number): TensorSpec => ({ dtype: 'float32', shape: [count] });

/** Lists of up to `count` values, each prepared as `column` does: [N,…], with zeros in places that hold nothing. */
export function listColumn(column: Column, count: number): Column<readonly unknown[]> {
  const { view } = column;
  const many = (specs: TensorSpecs): TensorSpecs => ({
    ...mapRecord(specs, ({ dtype, shape }) => ({ dtype, shape: [count, ...shape] })),
    [GIVEN]: givenSpec(count),
  });
  return {
    kept: many(column.kept),
    prepare: (values) => {
      const given = values.slice(0, count).map((value) => column.prepare(value));
      return { ...joined(given, column.kept, count), [GIVEN]: flags(given.length, count) };
    },
    notes: (values) => [
      ...(values.length > count ? [`cut after ${count} of ${values.length} values`] : []),
      ...values.slice(0, count).flatMap((value) => column.notes?.(value) ?? []),
    ],
    ...(view && {
      view: {
        fed: many(view.fed),
        draw(kept, random) {
          const given = required(kept[GIVEN], GIVEN);
          const items = apart(kept, column.kept, count).map((item, index) =>
            view.draw(item, random && { own: random.own.fork(String(index)), row: random.row }),
          );
          return { ...joined(items, view.fed, count), [GIVEN]: given };
        },
        ...(view.value && {
          value(drawn) {
            const given = required(drawn[GIVEN], GIVEN);
            return apart(drawn, view.fed, count)
              .filter((_, index) => Number(given.data[index]) === 1)
              .map((item) => view.value?.(item));
          },
        }),
      },
    }),
  };
}

/** Samples [1,…] one after the other, filled up with zeros: [1,N,…]. */
function joined(items: readonly Tensors[], specs: TensorSpecs, count: number): Tensors {
  const empty = mapRecord(specs, (spec) => emptyTensor(spec, 1));
  const all = Array.from({ length: count }, (_, index) => items[index] ?? empty);
  return mapRecord(stack(all), (tensor) => ({ ...tensor, shape: [1, ...tensor.shape] }));
}

/** [1,N,…] → N samples [1,…] */
function apart(kept: Tensors, specs: TensorSpecs, count: number): Tensors[] {
  const flat = mapRecord(specs, (_, name): Tensor => {
    const tensor = required(kept[name], name);
    return { ...tensor, shape: tensor.shape.slice(1) };
  });
  return Array.from({ length: count }, (_, index) => rowOf(flat, index));
}

const flags = (given: number, count: number): Tensor => ({
  dtype: 'float32',
  shape: [1, count],
  data: Float32Array.from({ length: count }, (_, index) => Number(index < given)),
});
