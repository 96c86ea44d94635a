import { required, type Dimension, type SymbolicTensor } from '@sensorium/contracts';
import { concat, constant, expand, split, squeeze, unsqueeze } from '@sensorium/graph';

/** What attention looks at: [B,H,S,D/H] each. */
export interface KeysAndValues {
  readonly keys: SymbolicTensor;
  readonly values: SymbolicTensor;
}

/** Keys and values of the first layer, keys and values of the second, … */
export const listed = (layers: readonly KeysAndValues[]): SymbolicTensor[] =>
  layers.flatMap(({ keys, values }) => [keys, values]);

/** The opposite of `listed`. */
export const paired = (list: readonly SymbolicTensor[]): KeysAndValues[] =>
  Array.from({ length: list.length / 2 }, (_, layer) => ({
    keys: required(list[2 * layer], `the keys of layer ${layer}`),
    values: required(list[2 * layer + 1], `the values of layer ${layer}`),
  }));

/** Those of L layers as one tensor [B,2L,H,S,D/H], in the order of `listed`. */
export const packed = (layers: readonly KeysAndValues[]): SymbolicTensor =>
  concat(
    listed(layers).map((one) => unsqueeze(one, 1)),
    1,
  );

/** The opposite of `packed`, of so many layers. */
export const unpacked = (x: SymbolicTensor, layers: number): KeysAndValues[] =>
  paired(split(x, Array<number>(2 * layers).fill(1), 1).map((one) => squeeze(one, 1)));

/** Zeros in place of keys and values of so many tokens, for as many samples as these have. */
export function emptied(layers: readonly KeysAndValues[], tokens: number): KeysAndValues[] {
  const zeros = (one: SymbolicTensor): SymbolicTensor => {
    const [batch, heads, , width] = one.shape as [Dimension, Dimension, Dimension, Dimension];
    return expand(constant([0], 'float32', [1, 1, 1, 1]), [batch, heads, tokens, width], one);
  };
  return layers.map(({ keys, values }) => ({ keys: zeros(keys), values: zeros(values) }));
}
