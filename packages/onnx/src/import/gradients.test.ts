import { describe, expect, it } from 'vitest';
import { fileGradientError } from '../testing/file-gradient.js';
import { fileOf, type LoweringCase } from '../testing/lowering-case.js';
import { loweredArrays } from '../testing/lowered-arrays.js';
import { loweredMicrosoft } from '../testing/lowered-microsoft.js';
import { loweredNewest } from '../testing/lowered-newest.js';
import { loweredNumbers } from '../testing/lowered-numbers.js';

const cases = { ...loweredArrays, ...loweredMicrosoft, ...loweredNewest, ...loweredNumbers };

/** Operators that are built from several of ours, so that their gradients are those of no one of them. */
const composed = [
  'AveragePool',
  'BatchNormalization',
  'CenterCropPad',
  'Col2Im',
  'DepthToSpace',
  'Dropout',
  'Einsum',
  'GRU',
  'GridSample',
  'GroupNormalization',
  'LRN',
  'LSTM',
  'LayerNormalization',
  'LpNormalization',
  'MaxPool',
  'MeanVarianceNormalization',
  'OneHot',
  'Pad',
  'RNN',
  'Resize',
  'ReverseSequence',
  'STFT',
  'ScatterElements',
  'ScatterND',
  'SimplifiedLayerNormalization',
  'SpaceToDepth',
  ...Object.keys(loweredMicrosoft),
  ...Object.keys(loweredNewest),
];

describe.each(composed)('the gradient of %s', (type) => {
  const variants: readonly LoweringCase[] = cases[type]!.filter(({ differentiable = true }) => differentiable);
  it.each(variants.map((one, at) => [at, one] as const))('is that of the file: variant %i', async (_, one) => {
    const { feeds, shapes } = one;
    expect(await fileGradientError(fileOf(type, one), feeds, { shapes })).toBeLessThan(2e-3);
  });
});
