import {
  SensoriumError,
  type Prediction,
  type ResolvedManifest,
  type Session,
  type Tensor,
  type Tensors,
} from '@sensorium/contracts';
import { stack } from '@sensorium/tensors';
import type { BackendReport } from './backends.js';
import type { OtherVersion } from './load.js';
import { MicroBatcher } from './micro-batch.js';
import { outputName } from './model/export.js';
import type { Parts } from './model/parts.js';
import type { Platform } from './platform.js';
import { prepareSample, type OnNote, type Sample } from './sample.js';

export interface RunSampleOptions {
  /** Ends the call while it reads a source or waits for its turn; a run of the engine that has begun is finished. */
  readonly signal?: AbortSignal;
  /** Hears what was done to a value that its giver should know: a text cut, a word unknown. */
  readonly onNote?: OnNote;
}

/** The names of a model's inputs and heads, for those who know them at compile time. */
export interface Names {
  readonly inputs: string;
  readonly heads: string;
}

/** A model that is loaded and answers. */
export interface Pipeline<N extends Names = Names> {
  readonly manifest: ResolvedManifest;
  readonly backend: BackendReport;
  /** Plugins that are installed in other versions than the model was trained with. */
  readonly otherVersions: readonly OtherVersion[];
  /**
   * One sample in, one prediction for each head out. Calls that come while the engine is busy are run together, and an
   * error of one is not the others'. Throws SENSORIUM_UNKNOWN_INPUT, SENSORIUM_MISSING_INPUT, SENSORIUM_DISPOSED, the
   * signal's reason, and what decoding throws.
   */
  run(
    sample: Readonly<Record<N['inputs'], Sample[string]>>,
    options?: RunSampleOptions,
  ): Promise<Record<N['heads'], Prediction>>;
  /** Ends the engine. Waits for what is running; what waits for its turn is rejected with SENSORIUM_DISPOSED. */
  dispose(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface PipelineParts {
  readonly manifest: ResolvedManifest;
  readonly parts: Parts;
  readonly platform: Platform;
  readonly session: Session;
  readonly backend: BackendReport;
  readonly otherVersions: readonly OtherVersion[];
}

/** Names of heads are known to the model only; `N` is the caller's word for them. */
export function createPipeline<N extends Names>(model: PipelineParts): Pipeline<N> {
  const { manifest, parts, platform, session, backend, otherVersions } = model;
  type Predictions = Record<N['heads'], Prediction>;
  const batcher = new MicroBatcher<Tensors, Predictions>(async (samples) => {
    const outputs = await session.run(stack(samples));
    return decode(parts, outputs, samples.length);
  });
  let disposal: Promise<void> | undefined;
  const dispose = (): Promise<void> => (disposal ??= batcher.close(afterDispose()).then(() => session.dispose()));

  return {
    manifest,
    backend,
    otherVersions,
    async run(sample, { signal, onNote } = {}) {
      if (disposal) throw afterDispose();
      signal?.throwIfAborted();
      return batcher.add(await prepareSample(parts, platform, sample, { signal, onNote }), signal);
    },
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}

/** Outputs [n,…] under the file's names → each head's own. */
export function outputsOfHead(head: string, outputs: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  const prefix = outputName(head, '');
  return Object.fromEntries(
    Object.entries(outputs).flatMap(([name, tensor]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), tensor] as const] : [],
    ),
  );
}

/** Outputs [count,…] → for each sample the predictions of all heads. */
function decode(parts: Parts, outputs: Readonly<Record<string, Tensor>>, count: number): Record<string, Prediction>[] {
  const samples = Array.from({ length: count }, (): Record<string, Prediction> => ({}));
  for (const [name, { head }] of Object.entries(parts.heads)) {
    const predictions = head.decode(outputsOfHead(name, outputs));
    samples.forEach((sample, index) => {
      const prediction = predictions[index];
      if (!prediction)
        throw new Error(`the head "${name}" gave ${predictions.length} predictions for ${count} samples`);
      sample[name] = prediction;
    });
  }
  return samples;
}

const afterDispose = (): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_DISPOSED',
    message: 'the pipeline was used after dispose()',
    hint: 'Load the model again, or dispose later.',
  });
