import type { Explanation } from '../explain/index.js';

/** All numbers of an explanation in a row, and in what form people see its inputs; for pages, from which no typed arrays come. */
export function explainedNumbers({ value, shapley, gradients, attention }: Explanation): {
  readonly numbers: readonly number[];
  readonly shown: readonly (readonly string[])[];
} {
  const inputs = Object.values(gradients?.inputs ?? {});
  const contributions = inputs.flatMap(({ timesInput, integrated }) =>
    [timesInput, integrated].flatMap((tensors) =>
      Object.values(tensors).flatMap(({ data }) => Array.from<number | bigint, number>(data, Number)),
    ),
  );
  const shares = attention?.layers.flatMap((layer) => layer.shares.flat()) ?? [];
  return {
    numbers: [value, ...Object.values(shapley?.values ?? {}), ...contributions, ...shares],
    shown: inputs.map(({ overlays }) => overlays.integrated.map(({ kind }) => kind)),
  };
}
