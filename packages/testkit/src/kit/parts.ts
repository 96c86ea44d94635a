import { required, trainableSchema, type Head, type Modality, type Tensors } from '@sensorium/contracts';
import type { Parts } from '@sensorium/orchestrator';
import { paddingMask } from '../feature-samples.js';
import { randomTensor } from '../graph/random.js';
import { mapRecord } from '../records.js';
import { filled } from '../tensors.js';
import { kitEncoder, WIDTH, type Layout } from './encoder.js';
import { kitFusion } from './fusion.js';

/** In `of`, a fusion of the inputs `first` and `second`; any other name is an input. */
const FUSION = 'fusion';
const FUSED = ['first', 'second'];

/** The name of the head in its model. */
export const HEAD = 'head';

/** Inputs as they come: a picture's tokens on a grid, words with padding, one vector. */
const layouts: readonly Layout[] = [
  { tokens: 6, grid: [2, 3], content: 'values' },
  { tokens: 4, content: 'ids' },
  { tokens: 1, content: 'values' },
];

/** The inputs behind what a head reads. */
export const inputsBehind = (of: readonly string[]): string[] => [
  ...new Set(of.flatMap((name) => (name === FUSION ? FUSED : [name]))),
];

const layoutsOf = (of: readonly string[]): Record<string, Layout> =>
  Object.fromEntries(
    inputsBehind(of).map((name, index) => [name, required(layouts[index % layouts.length], 'a layout')] as const),
  );

/** Of the inputs, which the suite feeds with tensors. */
const modality: Modality = {
  name: 'numbers',
  from: 'cell',
  exclusive: false,
  version: '1',
  decode: async (source) => source,
  show: () => ({ kind: 'text', text: 'numbers' }),
};

/** A model with one head and what that reads: small encoders with all that an objective may ask for, and a fusion. */
export function kitParts(head: Head, of: readonly string[]): Parts {
  const part = { trainable: trainableSchema.parse({}), options: {} };
  return {
    inputs: mapRecord(layoutsOf(of), (layout, name) => {
      const encoder = kitEncoder(layout);
      const alone = { many: null, tied: null, modalityDropout: 0, missing: 'skip' } as const;
      return { encoder, modality, column: encoder, settings: { encoder: 'small', column: name, ...alone, ...part } };
    }),
    fusions: of.includes(FUSION)
      ? { [FUSION]: { fusion: kitFusion, settings: { use: 'sum', of: FUSED, ...part } } }
      : {},
    heads: { [HEAD]: { head, modality, settings: { use: HEAD, of, column: HEAD, weight: 1, ...part } } },
  };
}

/** So many different samples [N,…] of what feeds the inputs, all of which are there. */
export const kitSamples = (of: readonly string[], count: number): Tensors =>
  Object.fromEntries(
    Object.entries(layoutsOf(of)).flatMap(([name, { tokens }]) => [
      [`${name}.values`, randomTensor(`${name}.values`, [count, tokens, WIDTH])],
      [`${name}.kept`, paddingMask(count, tokens)],
      [`${name}.present`, filled([count, 1], () => 1)],
    ]),
  );
