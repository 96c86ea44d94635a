import {
  required,
  SensoriumError,
  type Session,
  type Shape,
  type SymbolicTensor,
  type Tensor,
  type Tensors,
} from '@sensorium/contracts';
import { add, gradients, input, knownSize, mul, replaceValues, reshape, sum } from '@sensorium/graph';
import { leavesOf } from '@sensorium/graph/transform';
import { gatherRows } from '@sensorium/tensors';
import { finishedModel, writeModel, type ModelNoise } from '../model/export.js';
import { GIVEN } from '../model/list-column.js';
import type { InputPart } from '../model/parts.js';
import { fedSpecs, inputsOfTensors, presentName, tensorName } from '../model/tensors.js';
import { sampleNoise } from '../noise.js';
import { pick } from '../pick.js';
import { entriesOf } from './entries.js';
import { explainedNumbers, type Explainable } from './explainable.js';

/** What the numbers that one input is fed contribute to the explained number, [1,…] for each of its tensors. */
export interface InputGradients {
  /** Gradient × input (Shrikumar et al. 2016). */
  readonly timesInput: Tensors;
  /** Integrated gradients (Sundararajan et al. 2017) from zeros on: of all inputs they sum to `value` − `baseline`, but for the rule's error. */
  readonly integrated: Tensors;
}

interface GradientOptions {
  readonly seed?: number;
  readonly signal?: AbortSignal;
}

export interface Gradients {
  /** The explained number where everything that is fed is 0: black, silent, without words. */
  readonly baseline: number;
  readonly inputs: Readonly<Record<string, InputGradients>>;
}

/** Points of a run, and runs. */
const [BATCH, RUNS] = [32, 8];
/** Points on the way from zeros to the sample: all but those two. */
const STEPS = BATCH * RUNS - 2;

/** A multiple of the sample, and how much the gradient there counts. */
interface Point {
  readonly scale: number;
  readonly weight: number;
}

/**
 * The way α = t³ by the midpoint rule in t, so that dα = 3t² dt: networks that standardize change most near zero, so there the
 * points lie closest. Then zeros, and the sample itself.
 */
const POINTS: readonly Point[] = [...way(), { scale: 0, weight: 0 }, { scale: 1, weight: 0 }];

function way(): Point[] {
  const places = Array.from({ length: STEPS }, (_, step) => (step + 0.5) / STEPS);
  // Of the rule, but for its rounding: so they sum to 1.
  const total = places.reduce((sum, t) => sum + t ** 2, 0);
  return places.map((t) => ({ scale: t ** 3, weight: t ** 2 / total }));
}

/** Inputs and outputs of the graph that are not the model's. */
const [SCALE, CHOSEN, NUMBER] = ['explain.scale', 'explain.chosen', 'explain.number'];

/** A tensor that the model is fed. */
interface Fed {
  readonly input: string;
  /** The encoder's name for it. */
  readonly tensor: string;
  /** The model's. */
  readonly name: string;
  readonly shape: readonly number[];
}

/** What numbers that the model is fed contribute to an answer, by the gradients of one run over all points of the way. */
export class GradientRuns {
  private constructor(
    private readonly source: Explainable,
    private readonly session: Session,
    private readonly noise: ModelNoise,
    private readonly fed: readonly Fed[],
  ) {}

  /** Throws SENSORIUM_NO_GRADIENT where an operator without gradient lies on the way. */
  static async open(source: Explainable): Promise<GradientRuns> {
    const fed = Object.entries(source.parts.inputs).flatMap(([name, part]) => fedOf(name, part));
    const model = finishedModel(
      source.parts,
      (graph) => orOtherMethods(() => contributions(explainedNumbers(graph.answer(source.head), source), fed)),
      { batch: BATCH },
    );
    const session = await source.load(writeModel(model, source.weights, source.name));
    return new GradientRuns(
      source,
      session,
      model.noise,
      fed.filter(({ name }) => session.outputNames.includes(outputOf(name))),
    );
  }

  /** Of one sample, tensors [1,…] of the model. @param place which number is explained */
  async of(sample: Tensors, place: number, { seed = 0, signal }: GradientOptions): Promise<Gradients> {
    const fed = { ...this.present(), ...sample, ...sampleNoise(this.noise, seed) };
    const rows = gatherRows(pick(fed, this.session.inputNames), new Uint32Array(BATCH));
    const sums = new Map(this.fed.map((one) => [one, new Float32Array(sizeOf(one))]));
    let outputs: Tensors = {};
    for (let first = 0; first < POINTS.length; first += BATCH) {
      signal?.throwIfAborted();
      const points = POINTS.slice(first, first + BATCH);
      outputs = await this.session.run({ ...rows, ...this.way(points, place) }, { signal });
      for (const [{ name }, sum] of sums) addRows(sum, required(outputs[outputOf(name)], name), points);
    }
    // The last run ends with zeros and the sample.
    const number = required(outputs[NUMBER], NUMBER);
    const tensorsOf = (input: string, dataOf: (one: Fed) => Float32Array): Tensors =>
      Object.fromEntries(
        this.fed
          .filter((one) => one.input === input)
          .map((one) => [one.tensor, { dtype: 'float32', shape: [1, ...one.shape], data: dataOf(one) }]),
      );
    const inputs = [...new Set(this.fed.map((one) => one.input))].filter((name) => isPresent(name, sample));
    return {
      baseline: Number(number.data[BATCH - 2]),
      inputs: Object.fromEntries(
        inputs.map((name) => [
          name,
          {
            timesInput: tensorsOf(name, (one) => rowOf(required(outputs[outputOf(one.name)], one.name), BATCH - 1)),
            integrated: tensorsOf(name, (one) => required(sums.get(one), one.name)),
          },
        ]),
      ),
    };
  }

  dispose(): Promise<void> {
    return this.session.dispose();
  }

  private way(points: readonly Point[], place: number): Tensors {
    const { names = [''] } = this.source.explained;
    const scales = Float32Array.from(points, ({ scale }) => scale);
    const chosen = Float32Array.from(names, (_, index) => Number(index === place));
    return {
      [SCALE]: { dtype: 'float32', shape: [BATCH, 1], data: scales },
      [CHOSEN]: { dtype: 'float32', shape: [1, names.length], data: chosen },
    };
  }

  /** Flags of inputs that the sample has none for: they are never missing. */
  private present(): Tensors {
    const flag: Tensor = { dtype: 'float32', shape: [1, 1], data: Float32Array.of(1) };
    const inputs = inputsOfTensors(this.source.parts, this.session.inputNames);
    return Object.fromEntries(inputs.map((name) => [presentName(name), flag]));
  }
}

const isPresent = (input: string, sample: Tensors): boolean => Number(sample[presentName(input)]?.data[0] ?? 1) === 1;

const outputOf = (tensor: string): string => `explain.${tensor}`;

/** The tensors whose numbers are the input's value. */
function fedOf(input: string, part: InputPart): Fed[] {
  const specs = Object.entries(fedSpecs(part.column)).filter(([tensor]) => tensor !== GIVEN);
  const { of = specs.map(([tensor]) => tensor) } = part.encoder.overlay ?? {};
  return specs.flatMap(([tensor, { shape }]) =>
    of.includes(tensor) ? [{ input, tensor, name: tensorName(input, tensor, part), shape }] : [],
  );
}

/**
 * The explained number along the way, and gradient ⊙ input of each fed tensor that it depends on [BATCH,…].
 *
 * @param numbers [BATCH,N]
 */
function contributions(numbers: SymbolicTensor, fed: readonly Fed[]): Record<string, SymbolicTensor> {
  const scale = input(SCALE, 'float32', [BATCH, 1]);
  const chosen = input(CHOSEN, 'float32', [1, knownSize(numbers.shape, 1)]);
  const leaves = new Map(
    [...leavesOf([numbers])].flatMap((leaf) => (leaf.source.kind === 'input' ? [[leaf.source.name, leaf]] : [])),
  );
  const entries = fed.flatMap((one) => {
    const leaf = leaves.get(one.name);
    return leaf ? entriesOf(leaf, [numbers]).map((value) => ({ ...one, value })) : [];
  });
  if (entries.length === 0) throw nothingFlows();
  const scaled = entries.map(({ value }) => reshape(mul(reshape(value, [BATCH, -1]), scale), sizesOf(value.shape)));
  const [moved] = replaceValues(
    [numbers],
    entries.map(({ value }) => value),
    scaled,
  );
  const number = sum(mul(required(moved, 'the numbers'), chosen), [1]);
  // Samples do not see each other, so that the gradient of the sum is that of each one's own number.
  const slopes = gradients(sum(number), scaled);
  const found: Record<string, SymbolicTensor> = { [NUMBER]: number };
  entries.forEach(({ name, shape, value }, index) => {
    const product = mul(required(slopes[index], name), value);
    const own = sum(reshape(product, [BATCH, ...shape, -1]), [shape.length + 1]);
    const known = found[outputOf(name)];
    found[outputOf(name)] = known ? add(known, own) : own;
  });
  return found;
}

const sizesOf = (shape: Shape): number[] => shape.map((_, axis) => knownSize(shape, axis));

const sizeOf = ({ shape }: Fed): number => shape.reduce((a, b) => a * b, 1);

function rowOf({ data }: Tensor, row: number): Float32Array {
  const size = data.length / BATCH;
  return (data as Float32Array).slice(row * size, (row + 1) * size);
}

/** Adds each row, by the weight of its point. */
function addRows(sum: Float32Array, rows: Tensor, points: readonly Point[]): void {
  for (const [row, { weight }] of points.entries()) {
    rowOf(rows, row).forEach((value, index) => (sum[index] = Number(sum[index]) + weight * value));
  }
}

const others = "Ask for other methods: methods: ['shapley', 'attention']";

/** What has no gradient can still be explained. */
function orOtherMethods<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!SensoriumError.is(error) || error.code !== 'SENSORIUM_NO_GRADIENT') throw error;
    const { code, message, location, cause } = error;
    throw new SensoriumError({ code, message, hint: others, location, cause });
  }
}

const nothingFlows = (): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_NO_GRADIENT',
    message: 'no gradient of the answer reaches anything that the model is fed',
  });
