import { checkedLosses } from './losses.js';
import { convolution } from './models/convolution.js';
import { mlp } from './models/mlp.js';
import { randomBatches } from './models/model.js';
import { classes, type TrainingModel } from './models/training-model.js';
import { transformer } from './models/transformer.js';
import { peerKinds, peerVersion, startPeer, toInstallPeers, type Peer, type PeerKind } from './peers.js';
import { distinct, nameOf, operationsOf, productJob, totalOperations } from './products.js';
import { bestInTurns, shortestRun } from './time.js';
import { trainingRun, type TrainingRun } from './training-run.js';
import { chosen, type Workload } from './workload.js';

const all: readonly TrainingModel[] = [mlp, transformer, convolution];
const millisecondsPerRound = 1000;

/** Milliseconds of one training step. */
interface Result {
  readonly ours: number;
  /** The time of the step's matrix products, had they all the best rate that the machine reaches on one of them. */
  readonly floor: number;
  readonly 'jax-js': number | null;
  readonly tfjs: number | null;
  readonly details: {
    readonly model: string;
    readonly oursWithClipping: number;
    readonly gigaflopsPerStep: number;
    /** Gigaflops a second of each product. */
    readonly rates: Readonly<Record<string, number>>;
    readonly peers: readonly { readonly name: string; readonly variant: string; readonly milliseconds: number }[];
    /** The losses of the first steps, in which all engines agree. */
    readonly losses: Readonly<Record<string, readonly number[]>>;
  };
}

/** Our engine beside the machine's own matrix products and other engines: the same training step from the same values. */
export const engine: Workload = {
  description: 'training steps (mlp, transformer, convolution): ours, the floor, jax-js, TensorFlow.js; cpu',
  async run({ seed, rounds, only }) {
    const models = chosen(all, only);
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
  const losses = await checkedLosses(plain, peers);
  const products = distinct(model.products);
  const oneStep = async ({ job }: TrainingRun): Promise<number> =>
    (await shortestRun(job, millisecondsPerRound)) / model.stepsPerRun;
  const [ours = NaN, oursWithClipping = NaN, ...others] = await bestInTurns(
    [
      () => oneStep(plain),
      () => oneStep(clipped),
      ...products.map((product) => () => shortestRun(productJob(product), millisecondsPerRound / 4)),
      ...peers.map((peer) => () => peer.ask('shortestStep', millisecondsPerRound)),
    ],
    rounds,
  );
  const rates = products.map(
    (product, index) => [nameOf(product), operationsOf(product) / (others[index] ?? NaN) / 1e6] as const,
  );
  const timed = peers.map(({ kind: { name, variant } }, index) => {
    return { name, variant, milliseconds: others[products.length + index] ?? NaN };
  });
  const bestOf = (name: PeerKind['name']): number | null =>
    timed.reduce<number | null>(
      (best, peer) => (peer.name === name ? Math.min(best ?? Infinity, peer.milliseconds) : best),
      null,
    );
  const work = totalOperations(model.products);
  return {
    ours,
    floor: work / Math.max(...rates.map(([, rate]) => rate)) / 1e6,
    'jax-js': bestOf('jax-js'),
    tfjs: bestOf('tfjs'),
    details: {
      model: model.description,
      oursWithClipping,
      gigaflopsPerStep: work / 1e9,
      rates: Object.fromEntries(rates),
      peers: timed,
      losses,
    },
  };
}

type Row = readonly string[];

const heading: Row = ['', 'ms a step', '× floor', '× ours'];

function withRows(rows: readonly Row[], [name, { ours, floor, details }]: readonly [string, Result]): readonly Row[] {
  const row = (what: string, milliseconds: number): Row => [
    `${name}, ${what}`,
    milliseconds.toFixed(2),
    (milliseconds / floor).toFixed(2),
    (milliseconds / ours).toFixed(2),
  ];
  return [
    ...rows,
    row('floor', floor),
    row('ours', ours),
    row('ours, gradient clipped', details.oursWithClipping),
    ...details.peers.map((peer) => row(`${peer.name}, ${peer.variant}`, peer.milliseconds)),
  ];
}
