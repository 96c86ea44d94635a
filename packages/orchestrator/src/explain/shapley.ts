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
    const deaf = inputs.find((name) => !Object.hasOwn(model.inputs, presentName(name)));
    if (deaf !== undefined) throw cannotBeHidden(deaf, source.head);
    const session = await source.load(writeModel(model, source.weights, source.name));
    return new ShapleyRuns(source, session, model.noise, inputs);
  }

  /** The explained number of one sample, tensors [1,…] of the model, and its place among those of the head. */
  async answer(
    sample: Tensors,
    { output, seed, signal }: ShapleyOptions = {},
  ): Promise<{ place: number; all: number }> {
    const whole = 2 ** this.inputs.length - 1;
    const [numbers] = await this.reached(sample, [{ sample: 0, coalition: whole }], { seed, signal });
    const place = this.placeIn(required(numbers, 'the answer'), output);
    return { place, all: required(numbers?.[place], `the number ${place} of the answer`) };
  }

  /**
   * Of each of n samples, tensors [n,…] of the model; inputs without a tensor that says so are there. Throws SENSORIUM_USAGE for more
   * inputs than exact values can be had of.
   */
  async of(samples: Tensors, { output, seed, signal }: ShapleyOptions = {}): Promise<Shapley[]> {
    requireFew(this.inputs);
    const coalitions = 2 ** this.inputs.length;
    const count = required(Object.values(samples)[0]?.shape[0], 'the number of samples');
    const rows = Array.from({ length: count * coalitions }, (_, row) => ({
      sample: Math.floor(row / coalitions),
      coalition: row % coalitions,
    }));
    const reached = await this.reached(samples, rows, { seed, signal });
    return Array.from({ length: count }, (_, sample) =>
      this.values(reached.slice(sample * coalitions, (sample + 1) * coalitions), output),
    );
  }

  /** The names of all tensors that are read. */
  get tensors(): readonly string[] {
    return this.session.inputNames;
  }

  dispose(): Promise<void> {
    return this.session.dispose();
  }

  /** @param reached the head's numbers by coalition, of which the last has all inputs */
  private values(reached: readonly (readonly number[])[], output: string | undefined): Shapley {
    const place = this.placeIn(required(reached.at(-1), 'the answer with all inputs'), output);
    const numbers = reached.map((own) => required(own[place], `the number ${place} of an answer`));
    const values = shapleyValues(numbers, this.inputs.length);
    return {
      place,
      all: required(numbers.at(-1), 'the answer with all inputs'),
      none: required(numbers[0], 'the answer without inputs'),
      values: Object.fromEntries(this.inputs.map((name, index) => [name, required(values[index], name)])),
    };
  }

  private placeIn(numbers: readonly number[], output: string | undefined): number {
    return output === undefined ? numbers.indexOf(Math.max(...numbers)) : placeOf(output, this.source);
  }

  /** The head's numbers for each of the rows. */
  private async reached(
    samples: Tensors,
    rows: readonly Row[],
    { seed = 0, signal }: ShapleyOptions,
  ): Promise<number[][]> {
    const found: number[][] = [];
    for (let start = 0; start < rows.length; start += MOST_ROWS) {
      signal?.throwIfAborted();
      const chunk = rows.slice(start, start + MOST_ROWS);
      const { [NUMBERS]: numbers } = await this.session.run(this.fed(samples, chunk, seed), { signal });
      const data = Array.from(required(numbers, NUMBERS).data, Number);
      const width = data.length / chunk.length;
      for (const index of chunk.keys()) found.push(data.slice(index * width, (index + 1) * width));
    }
    return found;
  }

  private fed(samples: Tensors, rows: readonly Row[], seed: number): Tensors {
    const owners = Uint32Array.from(rows, ({ sample }) => sample);
    const values = gatherRows(pick(samples, this.session.inputNames), owners);
    const noise = gatherRows(sampleNoise(this.noise, seed), new Uint32Array(rows.length));
    const presence = this.inputs.map((name, place): [string, Tensor] => {
      const own = values[presentName(name)]?.data;
      const flags = rows.map(({ coalition }, index) => (isMember(coalition, place) ? Number(own ? own[index] : 1) : 0));
      return [presentName(name), { dtype: 'float32', shape: [rows.length, 1], data: Float32Array.from(flags) }];
    });
    return { ...values, ...noise, ...Object.fromEntries(presence) };
  }
}

/** A sample, of whose inputs those of a coalition are there. */
interface Row {
  readonly sample: number;
  readonly coalition: number;
}

const cannotBeHidden = (input: string, head: string): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_BAD_PLUGIN',
    message: `the answer of "${head}" reads "${input}" without asking whether it is there, so that it cannot be hidden`,
    hint: 'A fusion has to leave out inputs that are not present; this is an error of the plugin.',
    location: { key: `inputs.${input}` },
  });
