import { required, type Session, type SymbolicTensor, type Tensor, type Tensors } from '@sensorium/contracts';
import { valueOf } from '@sensorium/graph/transform';
import { finishedModel, writeModel, type ModelNoise } from '../model/export.js';
import type { ModelGraph } from '../model/graph.js';
import { mapRecord } from '../model/parts.js';
import { inputsOfTensors, presentName } from '../model/tensors.js';
import { sampleNoise } from '../noise.js';
import { pick } from '../pick.js';
import type { Explainable } from './explainable.js';
import { findAttention, groupsOf, nearestParameter, type Group, type Known } from './find-attention.js';

/** Where tokens look in one layer of attention, in the mean over its heads. */
export interface AttentionShares {
  /** Where in the model: `fusion/block0/attention`. */
  readonly name: string;
  /** Whose tokens look, and whose are looked at, in their order: inputs, or null for the part's own tokens. */
  readonly from: readonly (string | null)[];
  readonly to: readonly (string | null)[];
  /** [from][to]: how much of their attention the tokens of one give those of the other, in the mean; a row sums to 1. */
  readonly shares: readonly (readonly number[])[];
  /** By input: how much each of its tokens is looked at by those of others, in the mean over these. */
  readonly received: Readonly<Record<string, readonly number[]>>;
}

/** A layer between tokens of several inputs. */
interface Layer {
  readonly name: string;
  readonly queries: readonly Group[];
  readonly keys: readonly Group[];
}

const outputOf = (layer: number): string => `explain.attention${layer}`;
const maskOf = (input: string): string => `explain.mask.${input}`;

/** Attention between the inputs of a model. */
export class AttentionRuns {
  private constructor(
    private readonly source: Explainable,
    private readonly session: Session,
    private readonly noise: ModelNoise,
    private readonly layers: readonly Layer[],
    private readonly grids: Readonly<Record<string, readonly number[] | undefined>>,
  ) {}

  /** Undefined where nothing attends from one input to another. */
  static async open(source: Explainable): Promise<AttentionRuns | undefined> {
    let layers: readonly Layer[] = [];
    let grids: Readonly<Record<string, readonly number[] | undefined>> = {};
    const model = finishedModel(
      source.parts,
      (graph) => {
        const found = layersOf(graph, source);
        layers = found.map(({ layer }) => layer);
        grids = mapRecord(source.parts.inputs, (_, name) => graph.features(name).grid);
        const weights = found.map(({ weights }, index) => [outputOf(index), weights] as const);
        return { ...Object.fromEntries(weights), ...masksOf(graph, layers) };
      },
      { batch: 1 },
    );
    if (layers.length === 0) return undefined;
    return new AttentionRuns(
      source,
      await source.load(writeModel(model, source.weights, source.name)),
      model.noise,
      layers,
      grids,
    );
  }

  /** Of one sample, tensors [1,…] of the model. */
  async of(sample: Tensors, seed = 0): Promise<AttentionShares[]> {
    const flag: Tensor = { dtype: 'float32', shape: [1, 1], data: Float32Array.of(1) };
    const inputs = inputsOfTensors(this.source.parts, this.session.inputNames);
    const present = Object.fromEntries(inputs.map((name) => [presentName(name), flag]));
    const fed = { ...present, ...sample, ...sampleNoise(this.noise, seed) };
    const outputs = await this.session.run(pick(fed, this.session.inputNames));
    return this.layers.map((layer, index) => sharesOf(layer, required(outputs[outputOf(index)], layer.name), outputs));
  }

  /** How the tokens of an input lie, where they lie in more than a row. */
  gridOf(input: string): readonly number[] | undefined {
    return this.grids[input];
  }

  dispose(): Promise<void> {
    return this.session.dispose();
  }
}

function layersOf(
  graph: ModelGraph,
  { head, parts }: Explainable,
): { readonly layer: Layer; readonly weights: SymbolicTensor }[] {
  const answer = Object.values(graph.answer(head));
  const names = Object.keys(parts.inputs);
  const known: Known = {
    tokens: new Map(names.map((name) => [valueOf(graph.features(name).tokens), name])),
    inputOf: (fed) => inputsOfTensors(parts, [fed]).find((name) => fed !== presentName(name)),
  };
  return findAttention(answer).flatMap(({ weights, query, key }, index) => {
    const [rows, columns] = weights.shape.slice(-2).map(Number) as [number, number];
    const [queries, keys] = [groupsOf(query, rows, known), groupsOf(key, columns, known)];
    if (new Set([...queries, ...keys].map(({ input }) => input)).size < 2) return [];
    const name = placeOf(nearestParameter(query)) ?? `attention ${index + 1}`;
    return [{ layer: { name, queries, keys }, weights }];
  });
}

/** `fusion/block0/attention` of its parameter `fusion/block0/attention/query/weight` */
function placeOf(parameter: string | undefined): string | undefined {
  const path = parameter?.split('/');
  return path?.slice(0, Math.max(1, path.length - 2)).join('/');
}

/** Which tokens of the inputs are there. */
function masksOf(graph: ModelGraph, layers: readonly Layer[]): Record<string, SymbolicTensor> {
  const names = layers.flatMap(({ queries }) => queries.flatMap(({ input }) => input ?? []));
  return Object.fromEntries(names.map((name) => [maskOf(name), graph.features(name).mask]));
}

/** @param weights [1,H,T,S], [H,T,S] or [1,T,S] */
function sharesOf({ name, queries, keys }: Layer, weights: Tensor, outputs: Tensors): AttentionShares {
  const [columns, rows] = [totalOf(keys), totalOf(queries)];
  const mean = meanOfHeads(weights, rows * columns);
  const counts = Float32Array.from(queries.flatMap((group) => isThere(group, outputs)));
  const placesOf = (groups: readonly Group[]): Places[] =>
    groups.map(({ count, input }, index) => {
      const start = totalOf(groups.slice(0, index));
      return { input, places: Array.from({ length: count }, (_, place) => start + place) };
    });
  const [from, to] = [placesOf(queries), placesOf(keys)];
  const lookAt = (looking: readonly number[], at: readonly number[]): number => {
    const there = looking.filter((row) => counts[row] === 1);
    const total = there.reduce(
      (sum, row) => at.reduce((own, column) => own + Number(mean[row * columns + column]), sum),
      0,
    );
    return total / Math.max(1, there.length);
  };
  const received = to.flatMap(({ input, places }) => {
    if (input === null) return [];
    const others = from.flatMap((one) => (one.input === input ? [] : one.places));
    return others.length === 0 ? [] : [[input, places.map((place) => lookAt(others, [place]))] as const];
  });
  return {
    name,
    from: from.map(({ input }) => input),
    to: to.map(({ input }) => input),
    shares: from.map((looking) => to.map(({ places }) => lookAt(looking.places, places))),
    received: Object.fromEntries(received),
  };
}

interface Places {
  readonly input: string | null;
  readonly places: readonly number[];
}

const totalOf = (groups: readonly Group[]): number => groups.reduce((sum, { count }) => sum + count, 0);

/** 1 for each token that is there, 0 for padding and missing inputs. */
function isThere({ input, count }: Group, outputs: Tensors): number[] {
  const mask = input === null ? undefined : required(outputs[maskOf(input)], `the mask of ${input}`);
  // What stands for a whole input in one token is there.
  return mask?.data.length === count ? Array.from(mask.data, Number) : Array.from({ length: count }, () => 1);
}

/** [..,T,S] → [T,S] */
function meanOfHeads({ data }: Tensor, size: number): Float32Array {
  const heads = data.length / size;
  const mean = new Float32Array(size);
  for (const [index, weight] of data.entries())
    mean[index % size] = Number(mean[index % size]) + Number(weight) / heads;
  return mean;
}
