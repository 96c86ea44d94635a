import { availableParallelism } from 'node:os';
import { cpu } from '@sensorium/backend-node';
import { configureWeb, wasm } from '@sensorium/backend-web';
import type { Backend } from '@sensorium/contracts';
import { checkedLosses } from './losses.js';
import { convolution } from './models/convolution.js';
import { mlp } from './models/mlp.js';
import { randomBatches } from './models/model.js';
import { classes, type TrainingModel } from './models/training-model.js';
import { transformer } from './models/transformer.js';
import { peerKinds, peerVersion, startPeer, toInstallPeers, type Peer, type PeerKind } from './peers.js';
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

interface Result extends Timing {
  readonly 'jax-js': number | null;
  readonly tfjs: number | null;
  /** The same on the backend wasm, whose products are what is fast there. */
  readonly wasm: Timing;
  readonly details: {
    readonly model: string;
    readonly oursWithClipping: number;
    /** Forward and backward alone, without the optimizer. */
    readonly gradientsAlone: number;
    readonly gigaflopsPerStep: number;
    /** Gigaflops a second of each product. */
    readonly rates: Rates;
    readonly ratesOnWasm: Rates;
    readonly peers: readonly { readonly name: string; readonly variant: string; readonly milliseconds: number }[];
    /** The losses of the first steps, in which all engines agree. */
    readonly losses: Readonly<Record<string, readonly number[]>>;
  };
}

type Rates = Readonly<Record<string, number>>;

/** Our engine beside the machine's own matrix products and other engines: the same training step from the same values. */
export const engine: Workload = {
  description: 'training steps (mlp, transformer, convolution): ours, the floor, jax-js, TensorFlow.js; cpu',
  async run({ seed, rounds, only }) {
    const models = chosen(all, only);
    configureWeb({ threads: availableParallelism() });
    const kinds = peerKinds.filter(peerVersion);
    if (kinds.length < peerKinds.length) console.error(toInstallPeers('engine'));
    const results: Record<string, Result> = {};
    for (const model of models) {
      console.error(`${model.name}: ${model.description}`);
      results[model.name] = await withPeers(kinds, (peers) => measure(model, peers, seed, rounds));
    }
    return { table: Object.entries(results).reduce(withRows, [heading]), result: { workloads: results } };
  },
};

interface StartedPeer extends Peer {
  readonly kind: PeerKind;
}

async function withPeers<T>(
  kinds: readonly PeerKind[],
  use: (peers: readonly StartedPeer[]) => Promise<T>,
): Promise<T> {
  const peers = kinds.map((kind) => ({ kind, ...startPeer(kind) }));
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
  const alone = gradientJob(model, batches, seed);
  const losses = await checkedLosses(plain, peers);
  const products = distinct(model.products);
  const oneStep =
    ({ job }: TrainingRun, backend: Backend) =>
    async (): Promise<number> =>
      (await shortestRun(job, millisecondsPerRound, backend)) / model.stepsPerRun;
  const oneOf = (product: Product, backend: Backend) => () =>
    shortestRun(productJob(product), millisecondsPerRound / 4, backend);
  const best = await bestInTurns(
    [
      oneStep(plain, cpu),
      oneStep(clipped, cpu),
      () => shortestRun(alone, millisecondsPerRound),
      oneStep(plain, wasm),
      ...[cpu, wasm].flatMap((backend) => products.map((product) => oneOf(product, backend))),
      ...peers.map((peer) => () => peer.ask('shortestStep', millisecondsPerRound)),
    ],
    rounds,
  );
  const [ours = NaN, oursWithClipping = NaN, gradientsAlone = NaN, oursOnWasm = NaN, ...others] = best;
  const ratesFrom = (start: number): Rates => {
    const rate = (product: Product, index: number) => operationsOf(product) / (others[start + index] ?? NaN) / 1e6;
    return Object.fromEntries(products.map((product, index) => [nameOf(product), rate(product, index)]));
  };
  const [rates, ratesOnWasm] = [ratesFrom(0), ratesFrom(products.length)];
  const timed = peers.map(({ kind: { name, variant } }, index) => {
    return { name, variant, milliseconds: others[2 * products.length + index] ?? NaN };
  });
  const bestOf = (name: PeerKind['name']): number | null =>
    timed.reduce<number | null>(
      (best, peer) => (peer.name === name ? Math.min(best ?? Infinity, peer.milliseconds) : best),
      null,
    );
  const work = totalOperations(model.products);
  const floorOf = (rates: Rates): number => work / Math.max(...Object.values(rates)) / 1e6;
  return {
    ours,
    floor: floorOf(rates),
    'jax-js': bestOf('jax-js'),
    tfjs: bestOf('tfjs'),
    wasm: { ours: oursOnWasm, floor: floorOf(ratesOnWasm) },
    details: {
      model: model.description,
      oursWithClipping,
      gradientsAlone,
      gigaflopsPerStep: work / 1e9,
      rates,
      ratesOnWasm,
      peers: timed,
      losses,
    },
  };
}

type Row = readonly string[];

const heading: Row = ['', 'ms a step', '× floor', '× ours'];

function withRows(rows: readonly Row[], [name, result]: readonly [string, Result]): readonly Row[] {
  const { ours, floor, wasm, details } = result;
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
