import type { Samples } from '../data/dataset.js';
import type { FeaturePlan } from './plan.js';
import { openFeatures, type Features, type FeaturesOptions } from './store.js';

/** The features of a training's tables. */
export interface OpenFeatures {
  readonly plan: FeaturePlan;
  readonly train: Features;
  readonly validation: Features;
  dispose(): Promise<void>;
}

export interface TrainingSamples {
  readonly train: Samples;
  readonly validation?: Samples;
}

/** Opens the features of both tables; rows that are held out of the training table share its features. */
export async function openTrainingFeatures(
  { train, validation = train }: TrainingSamples,
  options: Omit<FeaturesOptions, 'dataset'>,
): Promise<OpenFeatures> {
  const own = await openFeatures({ ...options, dataset: train.dataset });
  try {
    const shared = validation.dataset === train.dataset;
    const other = shared ? own : await openFeatures({ ...options, dataset: validation.dataset });
    const dispose = async (): Promise<void> => {
      await Promise.all([own.dispose(), other.dispose()]);
    };
    return { plan: options.plan, train: own, validation: other, dispose };
  } catch (error) {
    await own.dispose();
    throw error;
  }
}
