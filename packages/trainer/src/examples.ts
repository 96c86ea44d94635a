import type { Prediction, Tensor } from '@sensorium/contracts';
import type { Parts } from '@sensorium/orchestrator';
import type { Dataset, Samples } from './dataset.js';
import type { Example } from './metrics.js';
import { sourceOf } from './source.js';

/** Of each sort and head. */
const SHOWN = 24;

export interface ExampleOptions extends Samples {
  readonly parts: Parts;
  readonly outputs: Readonly<Record<string, Readonly<Record<string, Tensor>>>>;
}

/** What a report shows of each head: the most confident mistakes, and right answers from all over the table. */
export function pickExamples({ parts, dataset, rows, outputs }: ExampleOptions): Example[] {
  return Object.entries(parts.heads).flatMap(([name, { head, column }]) => {
    const judged = head.decode(outputs[name] ?? {}).map((prediction, position) => {
      const row = rows[position] ?? 0;
      const truth = dataset.table.rows[row]?.values[column] ?? '';
      return { row, truth, prediction, right: prediction.label === truth };
    });
    const wrong = judged
      .filter(({ right }) => !right)
      .sort((a, b) => b.prediction.probability - a.prediction.probability);
    const right = judged.filter((answer) => answer.right);
    const stride = Math.max(1, Math.floor(right.length / SHOWN));
    const spread = right.filter((_, index) => index % stride === 0);
    return [...wrong.slice(0, SHOWN), ...spread.slice(0, SHOWN)].map((answer) =>
      exampleOf(name, answer, parts, dataset),
    );
  });
}

interface Judged {
  readonly row: number;
  readonly truth: string;
  readonly prediction: Prediction;
  readonly right: boolean;
}

function exampleOf(head: string, { row, truth, prediction, right }: Judged, parts: Parts, { table }: Dataset): Example {
  const inputs = Object.entries(parts.inputs).map(([name, { modality, settings }]) => {
    const cell = table.rows[row]?.values[settings.column] ?? '';
    return { name, modality, cell, source: cell && sourceOf(cell, modality, table) };
  });
  return { head, inputs, truth, prediction: prediction.label, probability: prediction.probability, right };
}
