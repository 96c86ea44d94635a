/// <reference lib="esnext.disposable" preserve="true" />
import {
  required,
  SensoriumError,
  type DecodeOptions,
  type Prediction,
  type ResolvedManifest,
  type Source,
  type Tensor,
  type Tensors,
} from '@sensorium/contracts';
import { didYouMean } from '@sensorium/data';
import { stack } from '@sensorium/tensors';
import type { BackendReport } from './backends.js';
import type { Explainer, ExplainOptions, Explanation } from './explain/index.js';
import { FurtherGraphs, type PipelineGraph } from './further-graphs.js';
import type { OpenModel, OtherVersion } from './load.js';
import { MicroBatcher } from './micro-batch.js';
import { outputName } from './model/export.js';
import { graphsOf } from './model/further-graphs.js';
import type { Parts } from './model/parts.js';
import { inputsOfTensors } from './model/tensors.js';
import { sampleNoise } from './noise.js';
import { pick } from './pick.js';
import type { Base, Platform } from './platform.js';
import type { OnNote, OnValue } from './sample.js';
import { SampleReader } from './sample-reader.js';

export interface RunSampleOptions {
  /** Ends the call while it waits for its turn, reads or decodes; a run of the engine that has begun is finished. */
  readonly signal?: AbortSignal;
  /** Hears what was done to a value that its giver should know: a text cut, a word unknown. */
  readonly onNote?: OnNote;
  /** Hears what each input was given, as it was decoded. */
  readonly onValue?: OnValue;
  /** Fixes the noise of answers that are made of some: the same seed gives the same answer on every backend. Default 0. */
  readonly seed?: number;
  /** Where paths start: a folder, a URL, or files that a person chose. Default: the working directory, or the page. */
  readonly base?: Base;
  /** All that the heads have to say, such as the probability of every label. Default false. */
  readonly full?: boolean;
}

/** What a model takes and gives, for those who know it at compile time. */
export interface Signature {
  readonly inputs: Readonly<Record<string, Source | null | undefined>>;
  readonly heads: Readonly<Record<string, Prediction>>;
}

/** Of a model whose names nobody knows: its predictions have fields of their own. */
export interface AnySignature {
  readonly inputs: Readonly<Record<string, Source | null | undefined>>;
  readonly heads: Readonly<Record<string, Prediction & { readonly [field: string]: unknown }>>;
}

/** A model that is loaded and answers. */
export interface Pipeline<S extends Signature = AnySignature> {
  readonly manifest: ResolvedManifest;
  readonly backend: BackendReport;
  /** Plugins that are installed in other versions than the model was trained with. */
  readonly otherVersions: readonly OtherVersion[];
  /**
   * One sample in, one prediction for each head that answers out. Calls that come while the engine is busy are run together, and an
   * error of one is not the others'. Throws SENSORIUM_UNKNOWN_INPUT, SENSORIUM_MISSING_INPUT, SENSORIUM_DISPOSED,
   * SENSORIUM_NO_PERMISSION, SENSORIUM_MEDIA_TOO_LARGE and SENSORIUM_TIMEOUT by `access` and `limits` of loading, the signal's
   * reason, and what decoding throws.
   */
  run(sample: S['inputs'], options?: RunSampleOptions): Promise<S['heads']>;
  /** Names of the model's further graphs: `space.image`. */
  readonly graphs: readonly string[];
  /** One of the further graphs, which runs alone, without the inputs that it does not read. Throws SENSORIUM_UNKNOWN_KEY. */
  graph(name: string): PipelineGraph;
  /**
   * Why the model answers what it answers to one sample. Throws what `run` throws, SENSORIUM_UNKNOWN_KEY for a head or an answer that
   * there is not, SENSORIUM_USAGE for a head that cannot be explained, and what reading the files throws that parts are built from.
   */
  explain(sample: S['inputs'], options?: ExplainOptions): Promise<Explanation>;
  /** Ends the engine. Waits for what is running; what waits for its turn is rejected with SENSORIUM_DISPOSED. */
  dispose(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A sample that waits for the engine. */
interface Waiting {
  readonly tensors: Tensors;
  readonly full: boolean;
}

/** What heads give is known to the model only; `S` is the caller's word for it. */
export function createPipeline<S extends Signature>(model: OpenModel, platform: Platform): Pipeline<S> {
  const { manifest, parts, session, backend, otherVersions } = model;
  const reader = new SampleReader(parts, platform, model.reading);
  const noise = pick(manifest.built.noise, session.inputNames);
  const inputs = inputsOfTensors(parts, session.inputNames);
  const batcher = new MicroBatcher<Waiting, S['heads']>(async (samples) => {
    const outputs = await session.run(stack(samples.map(({ tensors }) => tensors)));
    const asked = new Set(samples.map(({ full }) => full));
    const answers = new Map([...asked].map((full) => [full, decode<S>(parts, outputs, samples.length, { full })]));
    return samples.map(({ full }, index) => required(answers.get(full)?.[index], `the answer ${index}`));
  });
  const further = new FurtherGraphs(model, reader);
  let explainer: Promise<Explainer> | undefined;
  let disposal: Promise<void> | undefined;
  const dispose = (): Promise<void> =>
    (disposal ??= batcher.close(afterDispose()).then(async () => {
      await Promise.all([session.dispose(), further.dispose(), explainer?.then((opened) => opened.dispose())]);
    }));
  const graphs = graphsOf(parts).map(({ name }) => name);

  return {
    manifest,
    backend,
    otherVersions,
    graphs,
    async run(sample, { signal, onNote, onValue, seed = 0, base, full = false } = {}) {
      if (disposal) throw afterDispose();
      signal?.throwIfAborted();
      const tensors = await reader.tensors(sample, { inputs, base, onNote, onValue, signal });
      const fed = { ...pick(tensors, session.inputNames), ...sampleNoise(noise, seed) };
      return batcher.add({ tensors: fed, full }, signal);
    },
    graph(name) {
      if (!graphs.includes(name)) throw noSuchGraph(name, graphs);
      return further.open(name, () => {
        if (disposal) throw afterDispose();
      });
    },
    async explain(sample, options = {}) {
      if (disposal) throw afterDispose();
      options.signal?.throwIfAborted();
      explainer ??= import('./explain/index.js').then(({ Explainer }) => new Explainer(model, platform, reader));
      return (await explainer).explain(sample, options);
    },
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}

/** Outputs [n,…] under the file's names → each head's own. */
export function outputsOfHead<T>(head: string, outputs: Readonly<Record<string, T>>): Record<string, T> {
  const prefix = outputName(head, '');
  return Object.fromEntries(
    Object.entries(outputs).flatMap(([name, tensor]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), tensor] as const] : [],
    ),
  );
}

/** Outputs [count,…] → for each sample the predictions of all heads that answer. */
function decode<S extends Signature>(
  parts: Parts,
  outputs: Readonly<Record<string, Tensor>>,
  count: number,
  options: DecodeOptions,
): S['heads'][] {
  const samples = Array.from({ length: count }, (): Record<string, Prediction> => ({}));
  for (const [name, { head }] of Object.entries(parts.heads)) {
    if (!head.decode) continue;
    const predictions = head.decode(outputsOfHead(name, outputs), options);
    samples.forEach((sample, index) => {
      const given = `${predictions.length} predictions for ${count} samples`;
      sample[name] = required(predictions[index], `a prediction of the head "${name}", which gave ${given},`);
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

const noSuchGraph = (name: string, known: readonly string[]): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_UNKNOWN_KEY',
    message: `the model has no graph "${name}".${didYouMean(name, known)}`,
    hint: known.length > 0 ? `Its graphs: ${known.join(', ')}.` : 'It has none beside its answers.',
  });
