import { starterModel } from '@sensorium/starter';
import {
  evaluate as evaluateModel,
  loadPipeline as load,
  type AnySignature,
  type EvaluateOptions,
  type Evaluation,
  type LoadOptions,
  type ModelSource,
  type Pipeline,
  type Signature,
} from '@sensorium/web';

/** The word for the model that Sensorium brings along; a folder of that name is `./starter`. */
const STARTER = 'starter';

const placeOf = (model: ModelSource): ModelSource => (model === STARTER ? starterModel : model);

/**
 * Loads a model for answering: a folder that training wrote, what is in it, or `'starter'`, the model that Sensorium brings
 * along. Throws as `loadPipeline` of @sensorium/orchestrator.
 */
export const loadPipeline = <S extends Signature = AnySignature>(
  model: ModelSource,
  options?: LoadOptions,
): Promise<Pipeline<S>> => load<S>(placeOf(model), options);

/** Scores a trained model, or `'starter'`, on a table or rows. Throws as `evaluate` of @sensorium/trainer. */
export const evaluate = (model: ModelSource, options: EvaluateOptions): Promise<Evaluation> =>
  evaluateModel(placeOf(model), options);
