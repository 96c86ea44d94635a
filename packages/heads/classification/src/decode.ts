import { required, type Prediction, type Tensor } from '@sensorium/contracts';

/** One label and its probability, 0…1. */
export interface Candidate {
  readonly label: string;
  readonly probability: number;
}

/** `text` is the label, `confidence` its probability. */
export interface ClassificationPrediction extends Prediction, Candidate {
  readonly confidence: number;
  /** The five most probable labels, the best first. */
  readonly candidates: readonly Candidate[];
}

const MOST_CANDIDATES = 5;

/** Of probabilities [B,labels]. Equal ones keep the order of the labels. */
export function decodeLabels({ data, shape }: Tensor, labels: readonly string[]): ClassificationPrediction[] {
  const samples = required(shape[0], 'the batch of the probabilities');
  return Array.from({ length: samples }, (_, row) => {
    const candidates = labels
      .map((label, index) => ({ label, probability: Number(data[row * labels.length + index]) }))
      .sort((a, b) => b.probability - a.probability)
      .slice(0, MOST_CANDIDATES);
    const best = required(candidates[0], 'a label');
    return { text: best.label, confidence: best.probability, ...best, candidates };
  });
}
