import { formatValue } from '../report/format.js';
import { html, type Html } from '../report/html.js';
import { titleOf } from '../report/metric.js';
import type { ComparedMetric, Spread } from './comparison.js';

/** `74.82% ± 0.43%`; a dash where there is nothing. */
export function formatSpread(spread: Spread | null | undefined, unit?: string): string {
  if (!spread) return '–';
  const { mean, deviation } = spread;
  return deviation === null ? formatValue(mean, unit) : `${formatValue(mean, unit)} ± ${formatValue(deviation, unit)}`;
}

/** What a column of a metric is called. */
export const columnTitle = ({ head, ...metric }: ComparedMetric): Html =>
  head === null ? html`Loss` : html`<bdi>${head}</bdi>: ${titleOf(metric.name, metric).toLowerCase()}`;
