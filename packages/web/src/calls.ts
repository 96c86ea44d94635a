import {
  loadPipeline as load,
  type AnySignature,
  type Explanation,
  type LoadOptions,
  type ModelSource,
  type Pipeline,
  type Signature,
} from '@sensorium/orchestrator';
import type {
  Checked,
  CheckOptions,
  CompareOptions,
  Comparison,
  EvaluateOptions,
  Evaluation,
  ManifestSource,
  Trained,
  TrainOptions,
} from '@sensorium/trainer';
import { withStandard } from './standard.js';

/** Loads a model for answering, with the standard plugins at hand. Throws as `loadPipeline` of @sensorium/orchestrator. */
export const loadPipeline = <S extends Signature = AnySignature>(
  source: ModelSource,
  options: LoadOptions = {},
): Promise<Pipeline<S>> => load<S>(source, withStandard(options));

// The trainer is loaded when it is called: who only runs models does without it.

/** Trains what a manifest describes, with the standard plugins at hand. Throws as `train` of @sensorium/trainer. */
export async function train(manifest: ManifestSource, options: TrainOptions = {}): Promise<Trained> {
  const trainer = await import('@sensorium/trainer');
  return trainer.train(manifest, withStandard(options));
}

/** Looks at a training without training. Throws as `check` of @sensorium/trainer. */
export async function check(manifest: ManifestSource, options: CheckOptions = {}): Promise<Checked> {
  const trainer = await import('@sensorium/trainer');
  return trainer.check(manifest, withStandard(options));
}

/** Scores a trained model on a table or rows. Throws as `evaluate` of @sensorium/trainer. */
export async function evaluate(model: ModelSource, options: EvaluateOptions): Promise<Evaluation> {
  const trainer = await import('@sensorium/trainer');
  return trainer.evaluate(model, withStandard(options));
}

/** Trains a manifest in several ways, and says which is best. Throws as `compare` of @sensorium/trainer. */
export async function compare(manifest: ManifestSource, options: CompareOptions): Promise<Comparison> {
  const trainer = await import('@sensorium/trainer');
  return trainer.compare(manifest, withStandard(options));
}

/** Explanations as a page. Throws as `renderExplanations` of @sensorium/trainer. */
export async function renderExplanations(model: string, explanations: readonly Explanation[]): Promise<string> {
  const trainer = await import('@sensorium/trainer');
  return trainer.renderExplanations(model, explanations);
}
