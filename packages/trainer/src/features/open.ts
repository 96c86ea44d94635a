import type { Samples } from '../data/dataset.js';
import type { FeaturePlan } from './plan.js';
import { openKeptFeatures, type KeptFeatures, type KeptFeaturesOptions } from './store.js';

/** The features of a training's tables. */
export interface TrainingFeatures {
  readonly plan: FeaturePlan;
  readonly train: KeptFeatures;
  readonly validation: KeptFeatures;
  dispose(): Promise<void>;
}

export interface TrainingSamples {
  readonly train: Samples;
  readonly validation?: Samples;
}

/** Opens the features of both tables; rows that are held out of the training table share its features. */
export async function openTrainingFeatures(
  { train, validation = train }: TrainingSamples,
  options: Omit<KeptFeaturesOptions, 'dataset'>,
): Promise<TrainingFeatures> {
  const own = await openKeptFeatures({ ...options, dataset: train.dataset });
  try {
    const shared = validation.dataset === train.dataset;
    const other = shared ? own : await openKeptFeatures({ ...options, dataset: validation.dataset });
    const dispose = async (): Promise<void> => {
      await Promise.all([own.dispose(), other.dispose()]);
    };
    return { plan: options.plan, train: own, validation: other, dispose };
  } catch (error) {
    await own.dispose();
    throw error;
  }
}
