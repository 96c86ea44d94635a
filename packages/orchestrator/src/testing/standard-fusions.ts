// The standard fusions, with features to fuse, for Node and pages alike.
import {
  required,
  type Backend,
  type Features,
  type FusionPlugin,
  type SymbolicTensor,
  type Symbols,
  type Tensor,
  type Tensors,
} from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { bilinear } from '@sensorium/fusion-bilinear';
import { attention } from '@sensorium/fusion-attention';
import { bottleneck } from '@sensorium/fusion-bottleneck';
import { concat } from '@sensorium/fusion-concat';
import { crossAttention } from '@sensorium/fusion-cross-attention';
import { film } from '@sensorium/fusion-film';
import { gated } from '@sensorium/fusion-gated';
import { late } from '@sensorium/fusion-late';
import { lowRank } from '@sensorium/fusion-low-rank';
import { moe } from '@sensorium/fusion-moe';
import { multiplicative } from '@sensorium/fusion-multiplicative';
import { mutualFilm } from '@sensorium/fusion-mutual-film';
import { nlGate } from '@sensorium/fusion-nl-gate';
import { perceiver } from '@sensorium/fusion-perceiver';
import { sum } from '@sensorium/fusion-sum';
import { tensor } from '@sensorium/fusion-tensor';
import { weighted } from '@sensorium/fusion-weighted';
import {
  add,
  constantTensor,
  createScope,
  gradients,
  input,
  mul,
  sum as total,
  toOnnx,
  unsqueeze,
  type Parameter,
} from '@sensorium/graph';
import { totalLoss } from '@sensorium/training';

interface Case {
  readonly plugin: unknown;
  /** As a manifest has them. */
  readonly options: object;
  /** Which of the inputs below it fuses. Default: all */
  readonly of?: readonly string[];
}

const two = ['picture', 'words'];

/** By a name for people. */
export const standardFusions: Readonly<Record<string, Case>> = {
  attention: { plugin: attention, options: { dim: 16, heads: 2 } },
  'bilinear, mfb': { plugin: bilinear, options: { dim: 16, hidden: 16, kind: 'mfb' }, of: two },
  'bilinear, mlb': { plugin: bilinear, options: { dim: 16, hidden: 16, kind: 'mlb' }, of: two },
  'bilinear, mutan': { plugin: bilinear, options: { dim: 16, hidden: 16 }, of: two },
  bottleneck: { plugin: bottleneck, options: { dim: 16, heads: 2, layers: 2 } },
  'bottleneck, self-attention': { plugin: bottleneck, options: { dim: 16, heads: 2, layers: 2, selfAttention: true } },
  'concat, early': { plugin: concat, options: { dim: 16, hidden: 16, stage: 'early' } },
  'concat, late': { plugin: concat, options: { dim: 16, hidden: 16 } },
  'cross-attention': { plugin: crossAttention, options: { dim: 16, heads: 2, layers: 1 } },
  'cross-attention, queries': { plugin: crossAttention, options: { dim: 16, heads: 2, layers: 1, queries: ['words'] } },
  film: { plugin: film, options: { dim: 16, layers: 2 } },
  gated: { plugin: gated, options: { dim: 16, hidden: 16 } },
  'late, mean': { plugin: late, options: {} },
  'late, product': { plugin: late, options: { combine: 'product' } },
  'late, weighted': { plugin: late, options: { combine: 'weighted' } },
  'low-rank': { plugin: lowRank, options: { dim: 16 } },
  moe: { plugin: moe, options: { dim: 16, hidden: 16 } },
  multiplicative: { plugin: multiplicative, options: { dim: 16 } },
  'mutual-film': { plugin: mutualFilm, options: { dim: 16, layers: 2 } },
  'nl-gate': { plugin: nlGate, options: { dim: 16, hidden: 16 } },
  perceiver: { plugin: perceiver, options: { dim: 16, heads: 2, latents: 4, layers: 2, selfLayers: 1 } },
  sum: { plugin: sum, options: { dim: 16 } },
  'sum, mean': { plugin: sum, options: { dim: 16, reduce: 'mean' } },
  tensor: { plugin: tensor, options: { dim: 16, width: 8, hidden: 16 } },
  weighted: { plugin: weighted, options: { dim: 16 } },
};

/**
 * How many tokens an input has, and how wide they are: wide enough for norms, which divide by a deviation that a few values may hardly
 * have.
 */
const inputs: Readonly<Record<string, readonly [tokens: number, dim: number]>> = {
  picture: [6, 12],
  words: [4, 10],
  row: [1, 8],
};

const SAMPLES = 4;

const random = (name: string, shape: readonly number[]): Tensor => {
  const stream = createRandom(1, name);
  const count = shape.reduce((a, b) => a * b, 1);
  return { dtype: 'float32', shape, data: Float32Array.from({ length: count }, () => stream.normal()) };
};

/** 1 in as many of the first places as `kept` says of each sample. */
const masked = (width: number, kept: (sample: number) => number): Tensor => ({
  dtype: 'float32',
  shape: [SAMPLES, width],
  data: Float32Array.from({ length: SAMPLES * width }, (_, at) => Number(at % width < kept(Math.floor(at / width)))),
});

/** Later samples have more padding; each of them but the first lacks another input. */
const fed: Tensors = Object.fromEntries(
  Object.entries(inputs).flatMap(([name, [tokens, dim]], index) => [
    [`${name}.tokens`, random(`${name}.tokens`, [SAMPLES, tokens, dim])],
    [`${name}.mask`, masked(tokens, (sample) => Math.max(1, tokens - sample))],
    [`${name}.pooled`, random(`${name}.pooled`, [SAMPLES, dim])],
    [`${name}.present`, masked(1, (sample) => Number(sample !== index + 1))],
  ]),
);

function partOf(name: string): Features {
  const [tokens, dim] = required(inputs[name], name);
  const port = (own: string, ...shape: number[]) => input(`${name}.${own}`, 'float32', [SAMPLES, ...shape]);
  return {
    tokens: port('tokens', tokens, dim),
    mask: port('mask', tokens),
    pooled: port('pooled', dim),
    present: port('present', 1),
  };
}

/** A number that depends on all that is seen of features. */
function lossOf({ tokens, mask, pooled }: Features): SymbolicTensor {
  const weigh = (name: string, shape: Features['tokens']['shape']) => constantTensor(random(name, shape.map(Number)));
  const seen = mul(mul(tokens, unsqueeze(mask, 2)), weigh('tokens', tokens.shape));
  return add(total(seen), total(mul(pooled, weigh('pooled', pooled.shape))));
}

/**
 * Features, and the gradients of all parameters and of what is fused, of weights that are fed as those of a training are; none is at
 * its first value. All in one graph: shaders take longest to compile.
 */
export async function fusedOf(
  { plugin: given, options, of = Object.keys(inputs) }: Case,
  backend: Backend,
): Promise<Tensors> {
  const plugin = given as FusionPlugin;
  const fusion = plugin.create(plugin.options.parse(options), new Map());
  const scope = createScope({ mode: 'training' });
  const parts = Object.fromEntries(of.map((name) => [name, partOf(name)]));
  const features = fusion.build(scope, parts);
  const loss = totalLoss(lossOf(features), scope.losses);
  const weights = Object.fromEntries(scope.parameters.map((parameter) => [parameter.name, weightOf(parameter)]));
  const { tokens, mask, pooled, present } = features;
  const slopes = slopesOf(loss, { ...symbolsOf(scope.parameters), ...fusedSymbols(parts) });
  return run(toOnnx({ outputs: { tokens, mask, pooled, present, ...slopes } }), { ...fed, ...weights }, backend);
}

const symbolsOf = (parameters: readonly Parameter[]): Symbols =>
  Object.fromEntries(parameters.map(({ name, symbol }) => [name, symbol]));

const fusedSymbols = (parts: Readonly<Record<string, Features>>): Symbols =>
  Object.fromEntries(
    Object.entries(parts).flatMap(([name, { tokens, pooled }]) => [
      [`${name}.tokens`, tokens],
      [`${name}.pooled`, pooled],
    ]),
  );

function slopesOf(loss: SymbolicTensor, leaves: Symbols): Symbols {
  const slopes = gradients(loss, Object.values(leaves));
  return Object.fromEntries(
    Object.keys(leaves).map((name, index) => [`gradient/${name}`, required(slopes[index], name)]),
  );
}

async function run(model: Uint8Array, given: Tensors, backend: Backend): Promise<Tensors> {
  const session = await backend.load(model);
  try {
    return await session.run(Object.fromEntries(session.inputNames.map((name) => [name, required(given[name], name)])));
  } finally {
    await session.dispose();
  }
}

function weightOf({ name, shape, initialize }: Parameter): Tensor {
  const stream = createRandom(1, name);
  const data = initialize(shape, stream).map((value) => value + 0.05 * stream.normal());
  return { dtype: 'float32', shape, data };
}
