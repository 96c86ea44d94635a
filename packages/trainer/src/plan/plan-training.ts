import type { Backend, ResolvedManifest, Tensors } from '@sensorium/contracts';
import type { TrainingProgram } from '@sensorium/training';
import type { Parts } from '@sensorium/orchestrator';
import type { Precision } from '../features/groups.js';
import { planFeatures, type FeaturePlan } from '../features/plan.js';
import type { Course } from './course.js';
import { modelProgram } from './program.js';
import { stepSizeOf, type StepSize } from './step-size.js';

export interface PlannedOptions {
  readonly manifest: ResolvedManifest;
  readonly parts: Parts;
  readonly backend: Backend;
  /** Weights to start from, by name. */
  readonly start: Tensors;
}

/** A training with all that follows from the number of its rows. */
export interface PlannedTraining {
  /** Builds the program that trains the model. Throws what differentiating and tuning throw. */
  readonly program: (course: Course) => TrainingProgram;
  /** What of the model is computed before. */
  readonly features: FeaturePlan | null;
  readonly size: StepSize;
  /** Whether a run takes several steps in a Loop. */
  readonly loop: boolean;
}

/** Backends of graphics cards, which convolve faster than they gather. */
const GRAPHICS = ['webgpu', 'cuda'];

/** Plans what follows from the number of rows. Throws what building throws. */
export function planTraining(options: PlannedOptions, rows: number, precision: Precision): PlannedTraining {
  const { manifest, parts, backend, start } = options;
  const size = stepSizeOf(manifest.training, rows);
  // Mixtures are other samples in every step, of which nothing can be kept.
  const isMixed = manifest.training.mix !== null;
  const features = isMixed ? null : planFeatures({ manifest, parts, start, precision }, size.batchSize);
  // ONNX Runtime has no Loop for WebGPU, where single steps leave the state on the device.
  const loop = backend.name !== 'webgpu';
  const products = !GRAPHICS.includes(backend.name);
  const program = (course: Course): TrainingProgram =>
    modelProgram({ manifest, parts, size, course, start, features, loop, products });
  return { program, features, size, loop };
}
