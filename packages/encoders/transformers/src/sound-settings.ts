import { z } from 'zod';
import type { Options } from './options.js';
import { reasonOf } from './place.js';
import { damaged, misfit } from './problem.js';

const count = z.int().positive();

/** Of preprocessor_config.json of sounds, what is used here. */
export const processor = z.discriminatedUnion('feature_extractor_type', [
  /** Samples as they are. */
  z.object({
    feature_extractor_type: z.literal('Wav2Vec2FeatureExtractor'),
    sampling_rate: count,
    do_normalize: z.boolean().default(true),
  }),
  z.object({
    feature_extractor_type: z.literal('WhisperFeatureExtractor'),
    sampling_rate: count,
    feature_size: count,
    n_fft: count,
    hop_length: count,
    n_samples: count,
    nb_max_frames: count,
  }),
  z.object({
    feature_extractor_type: z.literal('ClapFeatureExtractor'),
    sampling_rate: count,
    feature_size: count,
    fft_window_size: count,
    hop_length: count,
    nb_max_samples: count,
    frequency_min: z.number(),
    frequency_max: z.number(),
    padding: z.enum(['repeatpad', 'repeat', 'pad']).default('repeatpad'),
    truncation: z.literal('rand_trunc', { error: 'models that fuse several parts of a sound are not read' }),
  }),
]);

export type Processor = z.output<typeof processor>;

export function settingsOf({ model, processor: own }: Options): Processor {
  if (own === undefined) throw misfit(model, 'how sound is prepared is not known', 'Training reads it.');
  const found = processor.safeParse(own);
  if (found.success) return found.data;
  throw damaged(model, `its preprocessor_config.json cannot be used: ${reasonOf(found.error)}`);
}

/** Samples that the model always takes; undefined where it takes any number. */
export function fixedLength(own: Processor): number | undefined {
  if (own.feature_extractor_type === 'WhisperFeatureExtractor') return own.n_samples;
  return own.feature_extractor_type === 'ClapFeatureExtractor' ? own.nb_max_samples : undefined;
}
