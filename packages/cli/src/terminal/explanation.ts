import type { Explanation } from '@sensorium/orchestrator';
import type { DataExplanation } from '@sensorium/trainer';
import { formatMetric } from './metric.js';
import { formatPanel } from './panel.js';
import { plural } from './units.js';

/** The answer, and what each input contributes to it. */
export function formatExplanation({ head, output, value, unit, shapley }: Explanation): string {
  const answer = `${head}: ${output === null ? '' : `${output}, `}${formatMetric({ value, unit })}`;
  if (!shapley) return answer;
  const { none, values, neverMissing } = shapley;
  return [
    `${answer}; without any input ${formatMetric({ value: none, unit })}`,
    formatBars(values, unit),
    ...guesses(neverMissing),
  ].join('\n');
}

/** The same in the mean over rows of a table. */
export function formatDataExplanation(found: DataExplanation): string {
  const { head, output, rows, value, none, unit, shapley, neverMissing } = found;
  const means = Object.fromEntries(Object.entries(shapley).map(([input, { mean }]) => [input, mean]));
  const what = output === null ? 'its answers' : output;
  return [
    `${head}: what each input contributes to ${what}, the mean over ${plural(rows, 'row')}`,
    `with all inputs ${formatMetric({ value, unit })}, without any ${formatMetric({ value: none, unit })}`,
    formatBars(means, unit),
    ...guesses(neverMissing),
  ].join('\n');
}

const formatBars = (bars: Readonly<Record<string, number>>, unit: string | undefined): string =>
  formatPanel({ kind: 'bars', title: 'Shapley values', bars, unit }) ?? '';

const guesses = (names: readonly string[]): string[] =>
  names.length === 0
    ? []
    : [`Training never saw a sample without ${names.join(', ')}: what the model says without is a guess.`];
