import { required, type ResolvedManifest, type Tensor } from '@sensorium/contracts';
import type { Parts } from '@sensorium/orchestrator';
import type { EpochReport, Losses } from '../metrics.js';
import { BLEND_WEIGHTS, modalityTerms } from '../plan/balance.js';
import { lossName } from '../plan/model-graph.js';
import { sizeOf } from './noise.js';

/** Weights are estimated over so many epochs, or as many as there are: losses of a single epoch are too noisy. */
const SPAN = 5;

/** What is below this part of the largest counts as so much: no loss is left out, and none outweighs all others by chance. */
const LEAST = 0.1;

/** A loss of the rows that are trained on, and of those that are held out. */
export interface LossPair {
  readonly trained: number;
  readonly held: number;
}

/**
 * Weights of losses by gradient blending (Wang et al. 2020, proposition 1), in the order of `before`:
 *
 *   w ∝ ΔG / ΔO²,   ΔG = held(before) − held(after),   ΔO = (held − trained)(after) − (held − trained)(before)
 *
 * G is what generalises and O the overfitting, between two points of training. The paper trains a model of each modality by itself
 * from the first point to estimate both; here they are those of the heads that are trained along, and a change below a tenth of the
 * largest counts as that. Where no loss fell on held-out rows all count alike. The weights are 1 on average, as where losses are
 * added, and not in sum.
 */
export function blendWeights(before: readonly LossPair[], after: readonly LossPair[]): number[] {
  const changes = before.map((first, index) => {
    const last = required(after[index], 'a loss after');
    const gap = ({ held, trained }: LossPair): number => held - trained;
    return { gain: first.held - last.held, overfitting: Math.abs(gap(last) - gap(first)) };
  });
  const most = {
    gain: Math.max(...changes.map(({ gain }) => gain)),
    overfitting: Math.max(...changes.map(({ overfitting }) => overfitting)),
  };
  if (most.gain <= 0 || most.overfitting === 0) return changes.map(() => 1);
  const ratios = changes.map(
    ({ gain, overfitting }) => Math.max(gain, LEAST * most.gain) / Math.max(overfitting, LEAST * most.overfitting) ** 2,
  );
  const sum = ratios.reduce((a, b) => a + b, 0);
  return ratios.map((ratio) => (ratio * ratios.length) / sum);
}

/**
 * The weights of the epoch after those that are done: of the joint loss, and of each modality alone. In the first two all count
 * alike. Null where losses are not blended.
 */
export function blendAfter(
  history: readonly EpochReport[],
  { training }: ResolvedManifest,
  parts: Parts,
): readonly number[] | null {
  if (training.balance !== 'blend') return null;
  const terms = Object.values(modalityTerms(parts));
  const [first, last] = [history.at(-1 - Math.min(SPAN, history.length - 1)), history.at(-1)];
  if (!first || !last || first === last) return new Array<number>(1 + terms.length).fill(1);
  const pairsOf = ({ validation, ...trained }: EpochReport): LossPair[] => {
    const held = {
      loss: required(validation?.loss, 'the validation loss'),
      losses: required(validation?.losses, 'the validation losses'),
    };
    const ofTerms = ({ losses }: Losses, of: (typeof terms)[number]): number =>
      of.reduce((sum, { report, weight }) => sum + weight * required(losses[lossName(report)], report), 0);
    return [
      { trained: trained.loss, held: held.loss },
      ...terms.map((of) => ({ trained: ofTerms(trained, of), held: ofTerms(held, of) })),
    ];
  };
  return blendWeights(pairsOf(first), pairsOf(last));
}

/** What a program is fed of them: the same in each batch of a chunk, [steps,…,losses]. */
export function fedWeights(weights: readonly number[], leading: readonly number[]): Record<string, Tensor> {
  const data = Float32Array.from(Array.from({ length: sizeOf(leading) }, () => weights).flat());
  return { [BLEND_WEIGHTS]: { dtype: 'float32', shape: [...leading, weights.length], data } };
}
