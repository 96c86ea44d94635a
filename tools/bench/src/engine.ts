import { availableParallelism } from 'node:os';
import { cpu } from '@sensorium/backend-node';
import { configureWeb, wasm } from '@sensorium/backend-web';
import { required, type Backend } from '@sensorium/contracts';
import { checkedLosses } from './losses.js';
import { convolution } from './models/convolution.js';
import { mlp } from './models/mlp.js';
import { randomBatches } from './models/model.js';
import { classes, type TrainingModel } from './models/training-model.js';
import { transformer } from './models/transformer.js';
import type { Peer, PeerKind } from './peer.js';
import { missingPeers, peerKinds } from './peers.js';
import { distinct, nameOf, operationsOf, productJob, totalOperations, type Product } from './products.js';
import { bestInTurns, shortestRun } from './time.js';
import { gradientJob, trainingRun, type TrainingRun } from './training-run.js';
import { chosen, type Workload } from './workload.js';

const all: readonly TrainingModel[] = [mlp, transformer, convolution];
const millisecondsPerRound = 1000;

/** Milliseconds of one training step. */
interface Timing {
  readonly ours: number;
  /** The time of the step's matrix products, had they all the best rate that the machine reaches on one of them. */
  readonly floor: number;
}

type Rates = Readonly<Record<string, number>>;

interface Result extends Timing {
  readonly pytorch: number | null;
  readonly 'jax-js': number | null;
  readonly tfjs: number | null;
  readonly details: {
    readonly model: string;
    readonly oursWithClipping: number;
    /** Forward and backward alone, without the optimizer. */
    readonly gradientsAlone: number;
    readonly gigaflopsPerStep: number;
    /** Gigaflops a second of each product. */
    readonly rates: Rates;
    readonly peers: readonly { readonly name: string; readonly variant: string; readonly milliseconds: number }[];
    /** The losses of the first steps, in which all engines agree. */
    readonly losses: Readonly<Record<string, readonly number[]>>;
  };
}

/** The same on the backend wasm, whose products are what is fast there. */
interface WasmTiming extends Timing {
  readonly rates: Rates;
}

/** Our engine beside the machine's own matrix products and other engines: the same training step from the same values. */
export const engine: Workload = {
  description: 'training steps (mlp, transformer, convolution): ours, the floor, PyTorch, jax-js, TensorFlow.js; cpu',
  async run({ seed, rounds, only }) {
    const models = chosen(all, only);
    configureWeb({ threads: availableParallelism() });
    const kinds = peerKinds.filter((kind) => kind.version() !== undefined);
    for (const missing of missingPeers()) console.error(missing);
    const results: [TrainingModel, Result][] = [];
    for (const model of models) {
      console.error(`${model.name}: ${model.description}`);
      results.push([model, await withPeers(kinds, (peers) => measure(model, peers, seed, rounds))]);
    }
    // Last: from its first session on, threads of WebAssembly live in this process.
    const workloads: Record<string, Result & { readonly wasm: WasmTiming }> = {};
    for (const [model, result] of results) {
      workloads[model.name] = { ...result, wasm: await measureOnWasm(model, seed, rounds) };
    }
    return { table: Object.entries(workloads).reduce(withRows, [heading]), result: { workloads } };
  },
};

interface StartedPeer extends Peer {
  readonly kind: PeerKind;
}

async function withPeers<T>(
  kinds: readonly PeerKind[],
  use: (peers: readonly StartedPeer[]) => Promise<T>,
): Promise<T> {
  const peers = kinds.map((kind) => ({ kind, ...kind.start() }));
  try {
    return await use(peers);
  } finally {
    for (const peer of peers) peer.dispose();
  }
}

async function measure(
  model: TrainingModel,
  peers: readonly StartedPeer[],
  seed: number,
  rounds: number,
): Promise<Result> {
  const batches = randomBatches(model, model.stepsPerRun, seed, classes);
  const plain = trainingRun(model, batches, { seed });
  const clipped = trainingRun(model, batches, { seed, clip: 1 });
  const alone = gradientJob(model, seed);
  const losses = await checkedLosses(plain, peers);
  const products = distinct(model.products);
  const best = await bestInTurns(
    [
      oneStep(model, plain, cpu),
      oneStep(model, clipped, cpu),
      () => shortestRun(alone, millisecondsPerRound),
      ...products.map((product) => oneOf(product, cpu)),
      ...peers.map((peer) => () => peer.ask('shortestStep', millisecondsPerRound)),
    ],
    rounds,
  );
  const [ours = NaN, oursWithClipping = NaN, gradientsAlone = NaN, ...others] = best;
  const rates = ratesOf(products, others);
  const timed = peers.map(({ kind: { name, variant } }, index) => {
    return { name, variant, milliseconds: required(others[products.length + index], `the time of ${name}`) };
  });
  const bestOf = (name: PeerKind['name']): number | null =>
    timed.reduce<number | null>(
      (best, peer) => (peer.name === name ? Math.min(best ?? Infinity, peer.milliseconds) : best),
      null,
    );
  return {
    ours,
    floor: floorOf(model, rates),
    pytorch: bestOf('pytorch'),
    'jax-js': bestOf('jax-js'),
    tfjs: bestOf('tfjs'),
    details: {
      model: model.description,
      oursWithClipping,
      gradientsAlone,
      gigaflopsPerStep: totalOperations(model.products) / 1e9,
      rates,
      peers: timed,
      losses,
    },
  };
}

async function measureOnWasm(model: TrainingModel, seed: number, rounds: number): Promise<WasmTiming> {
  const run = trainingRun(model, randomBatches(model, model.stepsPerRun, seed, classes), { seed });
  const products = distinct(model.products);
  const measures = [oneStep(model, run, wasm), ...products.map((product) => oneOf(product, wasm))];
  const [ours = NaN, ...others] = await bestInTurns(measures, rounds);
  const rates = ratesOf(products, others);
  return { ours, floor: floorOf(model, rates), rates };
}

const oneStep =
  ({ stepsPerRun }: TrainingModel, { job }: TrainingRun, backend: Backend) =>
  async (): Promise<number> =>
    (await shortestRun(job, millisecondsPerRound, backend)) / stepsPerRun;

const oneOf = (product: Product, backend: Backend) => (): Promise<number> =>
  shortestRun(productJob(product), millisecondsPerRound / 4, backend);

function ratesOf(products: readonly Product[], milliseconds: readonly number[]): Rates {
  const rate = (product: Product, index: number) =>
    operationsOf(product) / required(milliseconds[index], 'the time of a product') / 1e6;
  return Object.fromEntries(products.map((product, index) => [nameOf(product), rate(product, index)]));
}

const floorOf = ({ products }: TrainingModel, rates: Rates): number =>
  totalOperations(products) / Math.max(...Object.values(rates)) / 1e6;

type Row = readonly string[];

const heading: Row = ['', 'ms a step', '× floor', '× ours'];

function withRows(
  rows: readonly Row[],
  [name, { ours, floor, wasm, details }]: readonly [string, Result & { readonly wasm: WasmTiming }],
): readonly Row[] {
  const row = (what: string, milliseconds: number, floor: number): Row => [
    `${name}, ${what}`,
    milliseconds.toFixed(2),
    (milliseconds / floor).toFixed(2),
    (milliseconds / ours).toFixed(2),
  ];
  return [
    ...rows,
    row('floor', floor, floor),
    row('ours', ours, floor),
    row('ours, gradient clipped', details.oursWithClipping, floor),
    row('ours, without optimizer', details.gradientsAlone, floor),
    ...details.peers.map((peer) => row(`${peer.name}, ${peer.variant}`, peer.milliseconds, floor)),
    row('floor on wasm', wasm.floor, wasm.floor),
    row('ours on wasm', wasm.ours, wasm.floor),
  ];
}
