import type { Prediction } from '@sensorium/contracts';
import { formatTable } from './table.js';
import { percent } from './units.js';

/** A line for each head: its answer, and how sure it is where it can say. */
export function formatPredictions(predictions: Readonly<Record<string, Prediction>>): string {
  const rows = Object.entries(predictions).map(([head, { text, confidence }]) => [
    head,
    text,
    confidence === undefined ? '' : percent(confidence),
  ]);
  return formatTable([{}, {}, { align: 'right' }], rows);
}
