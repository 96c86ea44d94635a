import { required, type Prediction, type Tensors } from '@sensorium/contracts';
import { everyTwo, type Pair } from './names.js';
import { dot, isThere, vectorsOf } from './vectors.js';

/** How alike two inputs of a sample are. */
export interface Similarity {
  readonly of: Pair;
  /** Of their vectors, −1…1. */
  readonly cosine: number;
}

/** `text` says how alike the inputs are. */
export interface EmbeddingPrediction extends Prediction {
  /** Of every two inputs that the sample has. */
  readonly similarities: readonly Similarity[];
}

/** @param outputs vectors [B,dim] by the names of the inputs */
export const decodeSimilarities = (outputs: Tensors, of: readonly string[]): EmbeddingPrediction[] =>
  similaritiesOf(outputs, of).map((similarities) => ({
    text: similarities.map(describe).join(', ') || 'nothing to compare',
    similarities,
  }));

const describe = ({ of: [a, b], cosine }: Similarity): string => `${a} ↔ ${b} ${cosine.toFixed(2)}`;

/** For each sample, those of every two inputs that it has. */
export function similaritiesOf(outputs: Tensors, of: readonly string[]): Similarity[][] {
  const pairs = everyTwo(of).map((pair) => ({ pair, a: vectorsOf(outputs[pair[0]]), b: vectorsOf(outputs[pair[1]]) }));
  return required(pairs[0], 'a pair of inputs').a.map((_, sample) =>
    pairs.flatMap(({ pair, a, b }) => {
      const [one, other] = [required(a[sample], 'a vector'), required(b[sample], 'a vector')];
      return isThere(one) && isThere(other) ? [{ of: pair, cosine: dot(one, other) }] : [];
    }),
  );
}
