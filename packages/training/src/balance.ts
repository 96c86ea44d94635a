import { required, type SymbolicTensor, type Symbols } from '@sensorium/contracts';
import { add, constant, gather, gradients, mul, zerosLike, type GradientOptions } from '@sensorium/graph';
import { leavesOf, valueOf } from '@sensorium/graph/transform';
import type { Feed } from './feed.js';
import { modulated } from './modulate.js';
import { groupBy, type Leaf } from './pack.js';
import { paretoGradients } from './pareto.js';
import { zip } from './zip.js';

/**
 * Losses of single modalities beside the loss of all of them together, and what the gradients of both do to the encoders,
 * which both share. What the losses of single modalities read besides an encoder is their own.
 *
 * - `sum`: all losses are added.
 * - `blend` (Wang et al. 2020): all are added, each by its weight.
 * - `modulate` (Peng et al. 2022): those of single modalities train nothing but what is their own; by them the gradient of an
 *   encoder that is ahead is made smaller.
 * - `pareto` (Wei & Hu 2024): in each encoder the gradients of both losses are combined so that neither rises where they differ.
 */
export type Balance = Modalities &
  (
    | { readonly how: 'sum' | 'modulate' | 'pareto' }
    /** float32 [1 + modalities]: of the loss of all, and of each of `alone` in its order */
    | { readonly how: 'blend'; readonly weights: SymbolicTensor }
  );

interface Modalities {
  /** The loss of each modality alone by its encoder: float32 scalars. At least one. */
  readonly alone: Symbols;
  /** The encoder, one of those of `alone`, that a parameter or half of an adapter belongs to. */
  readonly encoderOf: (name: string) => string | undefined;
}

/** What is computed of each batch, and what a step makes of the means of that: the gradient of each leaf. */
export interface StepGradients {
  readonly ofBatch: readonly SymbolicTensor[];
  readonly ofStep: (means: readonly SymbolicTensor[]) => readonly SymbolicTensor[];
}

export interface BalanceOptions extends GradientOptions {
  readonly balance: Balance | undefined;
  readonly random: Feed['random'];
}

/** The gradients by which leaves learn of a loss, and where there is a balance, of those of single modalities. */
export function gradientsOf(loss: SymbolicTensor, leaves: readonly Leaf[], options: BalanceOptions): StepGradients {
  const { balance } = options;
  const asTheyAre = (whole: SymbolicTensor): StepGradients =>
    unchanged(
      gradients(
        whole,
        leaves.map(({ symbol }) => symbol),
        options,
      ),
    );
  switch (balance?.how) {
    case undefined:
      return asTheyAre(loss);
    case 'sum':
      return asTheyAre(add(loss, sumOf(balance.alone)));
    case 'blend':
      return asTheyAre(
        [loss, ...Object.values(balance.alone)]
          .map((one, index) => mul(one, gather(balance.weights, constant(index, 'int64'))))
          .reduce((a, b) => add(a, b)),
      );
    case 'modulate':
      return unchanged(withModulation(loss, balance.alone, leaves, options));
    case 'pareto':
      return withPareto(loss, balance.alone, leaves, options);
  }
}

const unchanged = (ofBatch: readonly SymbolicTensor[]): StepGradients => ({ ofBatch, ofStep: (means) => means });

const sumOf = (losses: Symbols): SymbolicTensor => Object.values(losses).reduce((a, b) => add(a, b));

type Gradients = ReadonlyMap<Leaf, SymbolicTensor>;

/** Of those leaves that the loss depends on. */
function reached(loss: SymbolicTensor, leaves: readonly Leaf[], options: GradientOptions): Gradients {
  const read = leavesOf([loss]);
  const own = leaves.filter(({ symbol }) => read.has(valueOf(symbol)));
  const found = gradients(
    loss,
    own.map(({ symbol }) => symbol),
    options,
  );
  return new Map(zip(own, found, (leaf, gradient) => [leaf, gradient]));
}

/** The sum of a leaf's gradients; zeros where it has none. */
function added(leaf: Leaf, all: readonly Gradients[]): SymbolicTensor {
  const [first, ...others] = all.flatMap((some) => some.get(leaf) ?? []);
  return first ? others.reduce((a, b) => add(a, b), first) : zerosLike(leaf.symbol);
}

function withModulation(
  loss: SymbolicTensor,
  alone: Symbols,
  leaves: readonly Leaf[],
  options: BalanceOptions,
): SymbolicTensor[] {
  const together = reached(loss, leaves, options);
  const probes = reached(
    sumOf(alone),
    leaves.filter(({ encoder }) => encoder === undefined),
    options,
  );
  const modulate = modulated(alone, options.random);
  return leaves.map((leaf) => {
    const gradient = added(leaf, [together, probes]);
    return leaf.encoder === undefined ? gradient : modulate(leaf.encoder, leaf, gradient);
  });
}

function withPareto(
  loss: SymbolicTensor,
  alone: Symbols,
  leaves: readonly Leaf[],
  options: GradientOptions,
): StepGradients {
  const [together, apart] = [reached(loss, leaves, options), reached(sumOf(alone), leaves, options)];
  const keys = [...together.keys()];
  return {
    ofBatch: [...together.values(), ...apart.values()],
    ofStep(means) {
      const mean = {
        together: new Map(zip(keys, means.slice(0, keys.length), (leaf, value) => [leaf, value])),
        apart: new Map(zip([...apart.keys()], means.slice(keys.length), (leaf, value) => [leaf, value])),
      };
      const shared = leaves.filter((leaf) => leaf.encoder !== undefined && together.has(leaf) && apart.has(leaf));
      const combined = groupBy(shared, ({ encoder }) => encoder).flatMap((members) => {
        const pairs = members.map((leaf) => ({
          together: required(mean.together.get(leaf), 'a gradient of the joint loss'),
          alone: required(mean.apart.get(leaf), 'a gradient of a loss alone'),
        }));
        return zip(members, paretoGradients(pairs), (leaf, gradient) => [leaf, gradient] as const);
      });
      const ofShared = new Map(combined);
      return leaves.map((leaf) => ofShared.get(leaf) ?? added(leaf, [mean.together, mean.apart]));
    },
  };
}
