import {
  type DataType,
  type Dimension,
  required,
  type Scope,
  type Shape,
  type SymbolicTensor,
  type Symbols,
} from '@sensorium/contracts';
import { didYouMean } from '@sensorium/data';
import {
  cast,
  constant,
  expand,
  flatten,
  gather,
  lengthOf,
  loop,
  loopIndex,
  input as leaf,
  reshape,
  transpose,
  unsqueeze,
  squeeze,
  zerosLike,
} from '@sensorium/graph';
import type { OnnxModel } from '@sensorium/onnx';
import { formatShape } from '@sensorium/tensors';
import { arranged, describeInput, type Feeds, feedsOf } from './feeds.js';
import { cut, type Flow, placesIn, windowFor, type Windows, windowsOf } from './flow.js';
import { importStage, type OnNote } from './import-stage.js';
import type { Stage } from './options.js';
import { misfit } from './problem.js';

/** A stage whose output is known. */
export type KnownStage = Stage & { readonly output: string };

/** A file within the graph. */
export interface StageRun {
  readonly scope: Scope;
  readonly model: OnnxModel;
  readonly stage: KnownStage;
  readonly flow: Flow;
  readonly onNote?: OnNote | undefined;
}

/** With what its inputs are given. */
type Run = StageRun & { readonly feeds: Feeds };

/**
 * What a file makes of a value. Of a sequence [B,T,…] it sees windows, one after the other, and gives positions [B,T',D] with
 * their places in the value; of anything else it gives the tensor as it is.
 */
export function runStage(stageRun: StageRun): Flow {
  const { model, stage, flow } = stageRun;
  const run = { ...stageRun, feeds: feedsOf(model, flow, stage) };
  const { places } = flow;
  if (places === undefined) return { values: { features: wholly(run, flow.values) } };
  const windows = windowsIn(run, places.length);
  const values = mapValues(flow.values, (x) => cut(x, places.length, windows));
  const features = stage.states ? inTurn(run, values, windows) : atOnce(run, values, windows);
  const positions = required(features.shape[1], 'how many positions there are') as number;
  return { values: { features }, places: placesIn(places, windows, positions / windows.count) };
}

/** By default the file sees what it says, or else all at once. */
function windowsIn(run: Run, length: number): Windows {
  const { stage } = run;
  const size = stage.window ?? windowOf(run) ?? length;
  return windowsOf(length, size, stage.hop ?? size);
}

/** How many places the file's input is for; undefined where it leaves that open. */
function windowOf({ model, flow, feeds }: Run): number | undefined {
  const [assigned] = Object.entries(feeds.values);
  if (!assigned) return undefined;
  const [name, value] = assigned;
  const [, , ...rest] = required(flow.values[value], value).shape;
  const width = rest.reduce<number>((product, size) => product * Number(size), 1);
  return windowFor(model.inputs.find((one) => one.name === name)?.shape, width);
}

/** Samples [N,…] → what the file gives of each. */
const wholly = (run: Run, values: Symbols): SymbolicTensor =>
  run.stage.alone ? oneByOne(run, values) : call(run, values)[0];

/** Windows [B,W,…] → positions [B,W·t,D], all of them in one batch. */
function atOnce(run: Run, values: Symbols, { count }: Windows): SymbolicTensor {
  const batch = batchOf(values);
  const positions = positionsOf(
    wholly(
      run,
      mapValues(values, (x) => flatten(x, 0, 2)),
    ),
  );
  const [, each, width] = positions.shape as readonly [Dimension, number, number];
  return reshape(positions, [batch, count * each, width]);
}

/** The same where a window's states come from the one before. */
function inTurn(run: Run, values: Symbols, { count }: Windows): SymbolicTensor {
  const states = statesOf(run, batchOf(values), required(Object.values(values)[0], 'a value'));
  const index = loopIndex();
  const given = mapValues(values, (x) => gather(x, index, 1));
  const [value, ...next] = call(run, given, states);
  const positions = positionsOf(value);
  const { collected } = loop({
    count: constant(count, 'int64'),
    steps: count,
    index,
    carried: states.map(({ initial, current }, at) => ({
      initial,
      current,
      next: reshape(required(next[at], 'the next state'), current.shape),
    })),
    collected: [positions],
  });
  return flatten(transpose(required(collected[0], 'the positions'), [1, 0, 2, 3]), 1, 3);
}

/** Samples [N,…], one after the other, for a file that would mix them. */
function oneByOne(run: Run, values: Symbols): SymbolicTensor {
  const first = required(Object.values(values)[0], 'a value');
  const index = loopIndex();
  const given = mapValues(values, (x) => unsqueeze(gather(x, index), 0));
  const [value] = call(run, given);
  const { collected } = loop({
    count: lengthOf(first, 0),
    steps: batchOf(values),
    index,
    carried: [],
    collected: [squeeze(value, 0)],
  });
  return required(collected[0], 'what the file gives');
}

interface State {
  readonly name: string;
  readonly output: string;
  readonly initial: SymbolicTensor;
  readonly current: SymbolicTensor;
}

function statesOf({ model, stage }: Run, batch: Dimension, like: SymbolicTensor): State[] {
  return Object.entries(stage.states ?? {}).map(([name, output]) => {
    if (!model.values.includes(output)) {
      throw misfit(
        stage.file,
        `"states" names "${output}", and the model computes no such tensor.${didYouMean(output, model.values)}`,
        `Its outputs: ${model.outputs.map((one) => one.name).join(', ')}.`,
      );
    }
    const declared = required(
      model.inputs.find((one) => one.name === name),
      `the input "${name}"`,
    );
    const shape = stateShape(stage, declared, batch);
    const dtype = declared.dtype ?? 'float32';
    return { name, output, initial: zeros(dtype, shape, like), current: leaf(name, dtype, shape) };
  });
}

/** A state has one axis for the samples: the open one, or a first of size 1. */
function stateShape({ file }: Stage, declared: OnnxModel['inputs'][number], batch: Dimension): Shape {
  const shape = declared.shape ?? [];
  const open = shape.flatMap((size, axis) => (typeof size === 'string' ? [axis] : []));
  const axis = open.length === 0 && shape[0] === 1 ? 0 : open[0];
  if (axis !== undefined && open.length <= 1) return shape.with(axis, batch);
  throw misfit(
    file,
    `of the state ${describeInput(declared)} it is not known which axis is that of the samples`,
    'Save the model with an open size for the batch, and all others fixed.',
  );
}

/** Zeros of a shape, with as many samples as `like` has. */
function zeros(dtype: DataType, shape: Shape, like: SymbolicTensor): SymbolicTensor {
  const [batch] = like.shape;
  const samples = zerosLike(cast(gather(flatten(like), constant(0, 'int64'), 1), dtype));
  const along = shape.map((size): Dimension => (size === batch ? size : 1));
  return expand(reshape(samples, along), shape, reshape(samples, along));
}

/** What the file gives of samples [N,…]: the features, and then the states after. */
function call(run: Run, values: Symbols, states: readonly State[] = []): [SymbolicTensor, ...SymbolicTensor[]] {
  const { scope, model, stage, flow, onNote } = run;
  const { values: assigned, constants } = run.feeds;
  const inputs = new Map(model.inputs.map((input) => [input.name, input]));
  const feeds: Record<string, SymbolicTensor> = { ...constants };
  for (const [name, value] of Object.entries(assigned)) {
    const x = required(values[value], value);
    const turned = flow.channelsFirst ? transpose(x, [0, 2, 1]) : x;
    feeds[name] = arranged(stage.file, turned, required(inputs.get(name), name));
  }
  for (const { name, current } of states) feeds[name] = current;
  const outputs = [stage.output, ...states.map(({ output }) => output)];
  const batch = batchOf(values);
  const found = importStage(scope, model, stage, { feeds, outputs, batch }, onNote);
  const value = required(found[stage.output], stage.output);
  checkFeatures(value, batch, stage);
  return [value, ...states.map(({ output }) => required(found[output], output))];
}

/** Throws SENSORIUM_MANIFEST_INVALID for what no tokens can be made of. */
function checkFeatures({ dtype, shape }: SymbolicTensor, batch: Dimension, { file, output }: KnownStage): void {
  const [own, ...sizes] = shape;
  const isKnown =
    own === batch && sizes.length > 0 && sizes.length < 4 && sizes.every((size) => typeof size === 'number');
  if (dtype === 'float32' && isKnown) return;
  throw misfit(
    file,
    `"${output}" is ${dtype} ${formatShape(shape)}, which is no tensor of features`,
    'Name one in "output" that is float32 [batch,D], [batch,T,D], [batch,D,H,W] or [batch,H,W,D], all but the batch fixed.',
  );
}

/** [N,D], [N,T,D], and more axes without those of size 1: [N,T,D,…] → [N,T,D] */
export function positionsOf(x: SymbolicTensor): SymbolicTensor {
  const [batch, ...sizes] = x.shape as readonly [Dimension, ...number[]];
  const [first, ...others] = sizes.length > 2 ? sizes.filter((size) => size > 1) : sizes;
  const width = others.reduce((product, size) => product * size, 1);
  if (others.length > 0) return reshape(x, [batch, first ?? 1, width]);
  return reshape(x, [batch, 1, first ?? 1]);
}

const batchOf = (values: Symbols): Dimension =>
  required(required(Object.values(values)[0], 'a value').shape[0], 'the size of a batch');

const mapValues = (values: Symbols, map: (x: SymbolicTensor) => SymbolicTensor): Symbols =>
  Object.fromEntries(Object.entries(values).map(([name, x]) => [name, map(x)]));
