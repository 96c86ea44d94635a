import { required, type DecodeOptions, type Prediction, type Tensor } from '@sensorium/contracts';

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
  /** Of every label, in the order of the model's, where all is asked for. */
  readonly probabilities?: Readonly<Record<string, number>>;
}

const MOST_CANDIDATES = 5;

/** Of probabilities [B,labels]. Equal ones keep the order of the labels. */
export function decodeLabels(
  { data, shape }: Tensor,
  labels: readonly string[],
  { full = false }: DecodeOptions = {},
): ClassificationPrediction[] {
  const samples = required(shape[0], 'the batch of the probabilities');
  return Array.from({ length: samples }, (_, row) => {
    const all = labels.map((label, index) => ({ label, probability: Number(data[row * labels.length + index]) }));
    const candidates = all.toSorted((a, b) => b.probability - a.probability).slice(0, MOST_CANDIDATES);
    const best = required(candidates[0], 'a label');
    const answer = { text: best.label, confidence: best.probability, ...best, candidates };
    if (!full) return answer;
    return { ...answer, probabilities: Object.fromEntries(all.map(({ label, probability }) => [label, probability])) };
  });
}
