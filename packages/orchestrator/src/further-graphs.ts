import { required, SensoriumError, type Session, type Tensor, type Tensors } from '@sensorium/contracts';
import type { OpenModel } from './load.js';
import { sampleNoise } from './noise.js';
import { MODEL_FILE } from './model/export.js';
import { graphsOf } from './model/further-graphs.js';
import { inputsOfTensors } from './model/tensors.js';
import { pick } from './pick.js';
import type { RunSampleOptions } from './pipeline.js';
import type { Sample } from './sample.js';
import type { SampleReader } from './sample-reader.js';

export interface RunGraphOptions extends Omit<RunSampleOptions, 'full'> {
  /** Values [n,…] of inputs that the graph has of its own, beside those of the model. */
  readonly tensors?: Tensors;
}

/** A graph of a model beside its answers: the tower of one input, a step of a decoder. */
export interface PipelineGraph {
  /** The model's inputs that it reads, and the tensors that it has of its own. */
  inputs(): Promise<{ readonly sample: readonly string[]; readonly tensors: readonly string[] }>;
  /**
   * Its outputs, by name. Throws what `run` of a pipeline throws, SENSORIUM_MISSING_INPUT and SENSORIUM_UNKNOWN_INPUT for its own
   * tensors, and what reading its file throws.
   */
  run(sample?: Sample, options?: RunGraphOptions): Promise<Record<string, Tensor>>;
}

/** The further graphs of a model, each opened when it first runs. */
export class FurtherGraphs {
  private readonly sessions = new Map<string, Promise<Session>>();

  constructor(
    private readonly model: OpenModel,
    private readonly reader: SampleReader,
  ) {}

  /** @param check throws where the pipeline is gone */
  open(name: string, check: () => void): PipelineGraph {
    const { parts, manifest } = this.model;
    return {
      inputs: async () => {
        check();
        const { inputNames } = await this.session(name);
        const sample = inputsOfTensors(parts, inputNames);
        const own = inputNames.filter((tensor) => this.isOwn(tensor));
        return { sample, tensors: own };
      },
      run: async (sample = {}, { tensors = {}, signal, onNote, seed = 0, base } = {}) => {
        check();
        signal?.throwIfAborted();
        const session = await this.session(name);
        const { inputNames } = session;
        const stranger = Object.keys(tensors).find((tensor) => !inputNames.includes(tensor));
        if (stranger !== undefined) throw unknownTensor(stranger, name, inputNames);
        const inputs = inputsOfTensors(parts, inputNames);
        const prepared = await this.reader.tensors(sample, { inputs, base, onNote, signal });
        const noise = sampleNoise(pick(manifest.built.noise, inputNames), seed);
        return session.run({ ...pick(prepared, inputNames), ...noise, ...tensors }, { signal });
      },
    };
  }

  async dispose(): Promise<void> {
    const opened = await Promise.allSettled([...this.sessions.values()]);
    await Promise.all(opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value.dispose()] : [])));
  }

  private isOwn(tensor: string): boolean {
    return (
      !Object.hasOwn(this.model.manifest.built.noise, tensor) &&
      inputsOfTensors(this.model.parts, [tensor]).length === 0
    );
  }

  private session(name: string): Promise<Session> {
    const known = this.sessions.get(name) ?? this.load(name);
    this.sessions.set(name, known);
    return known;
  }

  /** One that could not be read is read again the next time. */
  private async load(name: string): Promise<Session> {
    const { folder, parts, use, options } = this.model;
    try {
      const { file } = required(
        graphsOf(parts).find((graph) => graph.name === name),
        `the graph "${name}"`,
      );
      const [graph, { inlineWeights }] = [await folder.read(file), await import('./model/inline-weights.js')];
      return await use.load(inlineWeights(graph, folder.model, MODEL_FILE), options);
    } catch (error) {
      this.sessions.delete(name);
      throw error;
    }
  }
}

const unknownTensor = (tensor: string, graph: string, known: readonly string[]): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_UNKNOWN_INPUT',
    message: `the graph "${graph}" has no input "${tensor}"`,
    hint: `Its inputs: ${known.join(', ')}.`,
  });
