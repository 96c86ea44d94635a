import type { Dimension, Initializer, Scope, SymbolicTensor } from '@sensorium/contracts';
import {
  add,
  cast,
  dropout,
  floor,
  knownSize,
  linear,
  matmul,
  mean,
  mul,
  normal,
  oneHot,
  ones,
  relu,
  unsqueeze,
  zeros,
} from '@sensorium/graph';
import type { Layout } from './layout.js';

/**
 * An ensemble of networks that share their matrices: layer l of member m is
 *
 *   x ← ((x ⊙ r_lm) W_l) ⊙ s_lm + b_lm,   ReLU between layers
 *
 * (BatchEnsemble, Wen et al. 2020; TabM, Gorishniy et al. 2025). [B,D] → [B,dim], the mean of all members; in training, each
 * sample sees one of them, by chance. So the loss is on average the mean of the members' losses, as TabM has it, at the cost of one
 * network, and a linear head over the mean of the members gives the mean of their answers.
 */
export function ensembleOf(
  scope: Scope,
  x: SymbolicTensor,
  { ensemble, width, depth, dim, dropout: rate }: Layout,
): SymbolicTensor {
  if (ensemble === 1) return networkOf(scope, x, { width, depth, dim, rate }, linear);
  if (scope.mode === 'training') {
    const member = cast(floor(mul(scope.random([x.shape[0] as Dimension]), ensemble)), 'int32');
    return networkOf(
      scope,
      x,
      { width, depth, dim, rate },
      memberLinear(ensemble, (own) => matmul(oneHot(member, ensemble), own)),
    );
  }
  const all = networkOf(
    scope,
    unsqueeze(x, 1),
    { width, depth, dim, rate },
    memberLinear(ensemble, (own) => own),
  );
  return mean(all, [1]);
}

interface NetworkOptions {
  readonly width: number;
  readonly depth: number;
  readonly dim: number;
  /** Of dropout. */
  readonly rate: number;
}

type Layer = (scope: Scope, x: SymbolicTensor, dim: number) => SymbolicTensor;

/** Hidden layers and a linear one: [..,D] → [..,dim] */
function networkOf(
  scope: Scope,
  x: SymbolicTensor,
  { width, depth, dim, rate }: NetworkOptions,
  layer: Layer,
): SymbolicTensor {
  let hidden = x;
  for (let index = 0; index < depth; index++) {
    hidden = dropout(scope, relu(layer(scope.at(`layer${index}`), hidden, width)), rate);
  }
  return layer(scope.at('output'), hidden, dim);
}

/**
 * A linear layer with scales and a bias of each member.
 *
 * @param choose of what all members have, [members,D], that of those which are asked: all, [members,D], or one a sample, [B,D]
 */
const memberLinear =
  (members: number, choose: (own: SymbolicTensor) => SymbolicTensor): Layer =>
  (scope, x, dim) => {
    const own = (name: string, size: number, initialize: Initializer): SymbolicTensor =>
      choose(scope.parameter(name, [members, size], initialize, { decay: false }));
    // Members begin apart where they first look at the input.
    const product = linear(scope, mul(x, own('input', knownSize(x.shape, -1), signs)), dim, { bias: false });
    return add(mul(product, own('output', dim, ones)), own('bias', dim, zeros));
  };

/** −1 or 1. */
const signs: Initializer = (shape, random) => normal(1)(shape, random).map((value) => (value < 0 ? -1 : 1));
