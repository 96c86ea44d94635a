import { SensoriumError, type Prediction, type ResolvedManifest, type Session, type Tensor, type Tensors } from '@sensorium/contracts';
import type { BackendReport } from './backends.js';
import { MicroBatcher } from './micro-batch.js';
import { outputName } from './model/export.js';
import { mapRecord, type Parts } from './model/parts.js';
import type { Platform } from './platform.js';
import { prepareSample, type OnNote, type Sample } from './sample.js';
import { row, stack } from '@sensorium/graph';

export interface RunSampleOptions {
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
  /**
   * One sample in, one prediction for each head out. Calls that come while the engine is busy are run together.
   * Throws SENSORIUM_UNKNOWN_INPUT, SENSORIUM_MISSING_INPUT, and what decoding throws.
   */
  run(sample: Readonly<Record<N['inputs'], Sample[string]>>, options?: RunSampleOptions): Promise<Record<N['heads'], Prediction>>;
  /** Ends the engine. Waits for what is running. */
  dispose(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface PipelineParts {
  readonly manifest: ResolvedManifest;
  readonly parts: Parts;
  readonly platform: Platform;
  readonly session: Session;
  readonly backend: BackendReport;
}

type Predictions = Record<string, Prediction>;

export function createPipeline({ manifest, parts, platform, session, backend }: PipelineParts): Pipeline {
  let disposed: Promise<void> | undefined;
  const batcher = new MicroBatcher<Tensors, Predictions>(async (samples) => {
    const outputs = await session.run(stack(samples));
    return samples.map((_, index) => decode(parts, row(outputs, index)));
  });
  const dispose = (): Promise<void> =>
    (disposed ??= batcher.close(afterDispose()).then(() => session.dispose()));

  return {
    manifest,
    backend,
    async run(sample, { signal, onNote } = {}) {
      signal?.throwIfAborted();
      if (disposed) throw afterDispose();
      const tensors = await prepareSample(parts, platform, sample, onNote);
      signal?.throwIfAborted();
      if (disposed) throw afterDispose();
      return batcher.add(tensors, signal);
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

function decode(parts: Parts, outputs: Readonly<Record<string, Tensor>>): Predictions {
  return mapRecord(parts.heads, ({ head }, name) => {
    const [prediction] = head.decode(outputsOfHead(name, outputs));
    if (!prediction) throw new Error(`the head "${name}" gave no prediction`);
    return prediction;
  });
}

const afterDispose = (): SensoriumError =>
  new SensoriumError({ code: 'SENSORIUM_DISPOSED', message: 'the pipeline was used after dispose()' });
