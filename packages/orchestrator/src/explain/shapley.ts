import { required, SensoriumError, type Session, type Tensor, type Tensors } from '@sensorium/contracts';
import { gatherRows } from '@sensorium/tensors';
import { finishedModel, writeModel, type ModelNoise } from '../model/export.js';
import { inputsOfTensors, presentName } from '../model/tensors.js';
import { sampleNoise } from '../noise.js';
import { pick } from '../pick.js';
import { isMember, requireFew, shapleyValues } from './coalitions.js';
import { explainedNumbers, placeOf, type Explainable } from './explainable.js';

/** What each input contributes to the explained number of one sample. */
export interface Shapley {
  /** Of the explained number among those of the head. */
  readonly place: number;
  /** The number itself. */
  readonly all: number;
  /** What it would be of a sample without any input. */
  readonly none: number;
  /** By input; they sum to all − none. One that is missing contributes 0. */
  readonly values: Readonly<Record<string, number>>;
}

export interface ShapleyOptions {
  /** Which number is explained, by its name. Default: the greatest of the sample's own. */
  readonly output?: string;
  /** Of the noise of an answer that is made of some. Default 0 */
  readonly seed?: number;
  readonly signal?: AbortSignal;
}

/** Rows of a run of the engine: 2^5 coalitions. */
const MOST_ROWS = 32;

const NUMBERS = 'numbers';

/** Exact Shapley values of a model's inputs: what it answers with each subset of them, the others hidden through `present`. */
export class ShapleyRuns {
  private constructor(
    private readonly source: Explainable,
    private readonly session: Session,
    private readonly noise: ModelNoise,
    /** The inputs that the answer reads. */
    readonly inputs: readonly string[],
  ) {}

  static async open(source: Explainable): Promise<ShapleyRuns> {
    const model = finishedModel(source.parts, (graph) => ({
      [NUMBERS]: explainedNumbers(graph.answer(source.head), source),
    }));
    const inputs = inputsOfTensors(source.parts, Object.keys(model.inputs));
    requireFew(inputs);
    const deaf = inputs.find((name) => !Object.hasOwn(model.inputs, presentName(name)));
    if (deaf !== undefined) throw cannotBeHidden(deaf, source.head);
    const session = await source.load(writeModel(model, source.weights, source.name));
    return new ShapleyRuns(source, session, model.noise, inputs);
  }

  /** Of each of n samples, tensors [n,…] of the model; inputs without a tensor that says so are there. */
  async of(samples: Tensors, { output, seed = 0, signal }: ShapleyOptions = {}): Promise<Shapley[]> {
    const coalitions = 2 ** this.inputs.length;
    const count = required(Object.values(samples)[0]?.shape[0], 'the number of samples');
    const asked = output === undefined ? undefined : placeOf(output, this.source);
    const reached = await this.reached(samples, count, { seed, signal });
    return Array.from({ length: count }, (_, sample) => {
      const own = reached.slice(sample * coalitions, (sample + 1) * coalitions);
      return this.values(own, asked);
    });
  }

  /** The names of all tensors that are read. */
  get tensors(): readonly string[] {
    return this.session.inputNames;
  }

  dispose(): Promise<void> {
    return this.session.dispose();
  }

  /** @param reached the head's numbers by coalition, of which the last has all inputs */
  private values(reached: readonly (readonly number[])[], asked: number | undefined): Shapley {
    const whole = required(reached.at(-1), 'the answer with all inputs');
    const place = asked ?? whole.indexOf(Math.max(...whole));
    const numbers = reached.map((own) => required(own[place], `the number ${place} of an answer`));
    const values = shapleyValues(numbers, this.inputs.length);
    return {
      place,
      all: required(numbers.at(-1), 'the answer with all inputs'),
      none: required(numbers[0], 'the answer without inputs'),
      values: Object.fromEntries(this.inputs.map((name, index) => [name, required(values[index], name)])),
    };
  }

  /** The head's numbers for every coalition of every sample, sample after sample. */
  private async reached(
    samples: Tensors,
    count: number,
    { seed, signal }: { readonly seed: number; readonly signal: AbortSignal | undefined },
  ): Promise<number[][]> {
    const rows = count * 2 ** this.inputs.length;
    const found: number[][] = [];
    for (let start = 0; start < rows; start += MOST_ROWS) {
      signal?.throwIfAborted();
      const chunk = Array.from({ length: Math.min(MOST_ROWS, rows - start) }, (_, index) => start + index);
      const { [NUMBERS]: numbers } = await this.session.run(this.fed(samples, chunk, seed), { signal });
      const data = Array.from(required(numbers, NUMBERS).data, Number);
      const width = data.length / chunk.length;
      for (const index of chunk.keys()) found.push(data.slice(index * width, (index + 1) * width));
    }
    return found;
  }

  /** Each row a sample, of whose inputs the coalition's are there. */
  private fed(samples: Tensors, rows: readonly number[], seed: number): Tensors {
    const coalitions = 2 ** this.inputs.length;
    const owners = Uint32Array.from(rows, (row) => Math.floor(row / coalitions));
    const values = gatherRows(pick(samples, this.session.inputNames), owners);
    const noise = gatherRows(sampleNoise(this.noise, seed), new Uint32Array(rows.length));
    const presence = this.inputs.map((name, place): [string, Tensor] => {
      const own = values[presentName(name)]?.data;
      const flags = rows.map((row, index) => (isMember(row % coalitions, place) ? Number(own ? own[index] : 1) : 0));
      return [presentName(name), { dtype: 'float32', shape: [rows.length, 1], data: Float32Array.from(flags) }];
    });
    return { ...values, ...noise, ...Object.fromEntries(presence) };
  }
}

const cannotBeHidden = (input: string, head: string): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_BAD_PLUGIN',
    message: `the answer of "${head}" reads "${input}" without asking whether it is there, so that it cannot be hidden`,
    hint: 'A fusion has to leave out inputs that are not present; this is an error of the plugin.',
    location: { key: `inputs.${input}` },
  });
