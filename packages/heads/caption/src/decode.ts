import { required, type Prediction, type Tensors } from '@sensorium/contracts';
import type { Codec } from './codec.js';
import { rowsOf } from './rows.js';

export interface CaptionPrediction extends Prediction {
  /** In one line: a line break of the text itself is a space here. */
  readonly text: string;
  /** The pieces of the text in their order, as it was learned: side by side they are the text. */
  readonly tokens: readonly string[];
  /** Of the pieces and the end, the geometric mean of their probabilities. */
  readonly confidence: number;
}

export function decodeAnswers(outputs: Tensors, codec: Codec): CaptionPrediction[] {
  const ids = rowsOf(required(outputs['ids'], 'the output "ids"'));
  const probabilities = rowsOf(required(outputs['probabilities'], 'the output "probabilities"'));
  return ids.map((row, index) => {
    const tokens = codec.piecesOf(row);
    const certainties = required(probabilities[index], `the probabilities of answer ${index}`);
    return {
      text: tokens.join('').replaceAll(/\s*\n\s*/g, ' '),
      confidence: geometricMean(certainties.slice(0, tokens.length + 1)),
      tokens,
    };
  });
}

/** Of numbers above 0. */
function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}
