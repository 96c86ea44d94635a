import { expect, it } from 'vitest';
import { nameOf, titleOf } from './metric.js';

it.each([
  ['rootMeanSquare', undefined, 'Root mean square', 'root mean square'],
  ['mae', 'mean absolute error', 'Mean absolute error', 'mean absolute error'],
  ['recall5', 'recall at 5', 'Recall at 5', 'recall at 5'],
  ['chrf', 'chrF', 'chrF', 'chrF'],
  ['bleu', 'BLEU', 'BLEU', 'BLEU'],
  ['r2', 'R²', 'R²', 'R²'],
  ['f', 'macro F1', 'Macro F1', 'macro F1'],
  ['loss', undefined, 'Loss', 'loss'],
])('%s, called %s, is “%s” as a title and “%s” in a sentence', (name, given, title, within) => {
  const metric = given === undefined ? {} : { title: given };
  expect([titleOf(name, metric), nameOf(name, metric)]).toEqual([title, within]);
});
