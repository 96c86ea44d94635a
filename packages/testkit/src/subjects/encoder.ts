import { required, type Content, type Encoder, type EncoderPlugin, type Symbols } from '@sensorium/contracts';
import { stack } from '@sensorium/tensors';
import { feed, fedSpecs } from '../column.js';
import { featureModule, type FeatureModule } from '../graph/feature-module.js';
import { BATCH, instantiate, sampleCount, type GraphModule, type ModuleInputs } from '../graph/module.js';
import { filled } from '../tensors.js';
import type { PartSubject } from './part.js';

export type EncoderSubject = PartSubject<EncoderPlugin>;

export const encoderOf = ({ plugin, options, files }: EncoderSubject): Encoder => plugin.create(options, files);

/** The name of the input that says whether a sample has a value. */
export const PRESENT = 'present';

/** The name of the input that says which tokens must not be seen. */
export const HIDDEN = 'hidden';

/** Samples of a batch: enough for each to have others beside it. */
const SAMPLES = 3;

/** What the graph of an encoder is fed: what its column makes of the values, each of which is there. */
export function encoderInputs({ values: copies }: EncoderSubject, encoder: Encoder): ModuleInputs {
  const values = copies();
  if (values.length === 0) throw new Error('the suite needs at least one value to try the encoder with');
  const fed = Array.from({ length: Math.max(SAMPLES, values.length) }, (_, index) =>
    feed(encoder, values[index % values.length]),
  );
  return {
    inputs: { ...fedSpecs(encoder), [PRESENT]: { dtype: 'float32', shape: [1] } },
    samples: { ...stack(fed), [PRESENT]: filled([fed.length, 1], () => 1) },
  };
}

/** The graph of an encoder. */
export function encoderModule(subject: EncoderSubject, encoder = encoderOf(subject)): FeatureModule {
  return featureModule(encoderInputs(subject, encoder), (scope, { [PRESENT]: present, ...x }) =>
    encoder.build(scope, x, required(present, PRESENT)),
  );
}

/** The graph of an encoder that is told what to hide: every other token of every sample. */
export function hidingModule(subject: EncoderSubject, encoder = encoderOf(subject)): FeatureModule {
  const { inputs, samples } = encoderInputs(subject, encoder);
  const tokens = tokenCount(encoderModule(subject, encoder));
  const count = sampleCount({ samples });
  return featureModule(
    {
      inputs: { ...inputs, [HIDDEN]: { dtype: 'float32', shape: [tokens] } },
      samples: { ...samples, [HIDDEN]: filled([count, tokens], (index) => index % 2) },
    },
    (scope, { [HIDDEN]: hidden, [PRESENT]: present, ...x }) =>
      encoder.build(scope, x, required(present, PRESENT), required(hidden, HIDDEN)),
  );
}

const tokenCount = (module: GraphModule): number =>
  Number(required(instantiate(module, BATCH).outputs['mask']?.shape[1], 'the number of tokens'));

const symbolsOf = (content: Content): Symbols => ('ids' in content ? { ids: content.ids } : { values: content.values });

/** The graph of what stands at each token. */
export const contentModule = (subject: EncoderSubject, encoder = encoderOf(subject)): GraphModule => ({
  ...encoderInputs(subject, encoder),
  path: '',
  build: (_, { [PRESENT]: __, ...x }) => symbolsOf(required(encoder.content?.(x), 'the content')),
});
