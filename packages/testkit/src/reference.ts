import { required, type Features, type Tensor, type Tensors } from '@sensorium/contracts';
import { input } from '@sensorium/graph';

/** A float32 tensor, written out. */
export const tensor = (shape: readonly number[], ...values: number[]): Tensor<'float32'> => ({
  dtype: 'float32',
  shape,
  data: Float32Array.from(values),
});

/** Features that are inputs of the graph, `image.tokens` and so on, of so many tokens of a width. */
export function featureInputs(name: string, tokens: number, dim: number): Features {
  const port = (own: string, ...shape: number[]) => input(`${name}.${own}`, 'float32', ['batch', ...shape]);
  return {
    tokens: port('tokens', tokens, dim),
    mask: port('mask', tokens),
    pooled: port('pooled', dim),
    present: port('present', 1),
  };
}

/** x · Φ(x) in double precision, with erf by its series: for |x| below about 5. */
export function gelu(x: number): number {
  let [term, erf] = [x / Math.SQRT2, 0];
  for (let n = 0; n < 60; n++) {
    erf += term / (2 * n + 1);
    term *= -(x * x) / 2 / (n + 1);
  }
  return (x / 2) * (1 + (2 / Math.sqrt(Math.PI)) * erf);
}

/** x · weight + bias of the layer of that name in double precision; without the bias where it has none. */
export function affine(weights: Tensors, layer: string, x: readonly number[]): number[] {
  const weight = required(weights[`${layer}/weight`], `the weight of "${layer}"`).data;
  const bias = weights[`${layer}/bias`]?.data;
  const width = weight.length / x.length;
  return Array.from({ length: width }, (_, column) =>
    x.reduce((sum, value, row) => sum + value * Number(weight[row * width + column]), bias ? Number(bias[column]) : 0),
  );
}

/** (x − mean) / √(variance + 1e-5) in double precision. */
export function standardized(values: readonly number[]): number[] {
  const mean = values.reduce((a, b) => a + b) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return values.map((value) => (value - mean) / Math.sqrt(variance + 1e-5));
}
