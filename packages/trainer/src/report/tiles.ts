import { required, type Metric } from '@sensorium/contracts';
import type { Metrics } from '../metrics.js';
import { formatCount, formatInterval, formatSeconds, formatValue } from './format.js';
import { html, type Content, type Html } from './html.js';
import { directionOf, titleOf } from './metric.js';
import type { SpeakingScores } from './scores.js';

/** What one wants to know first: of each head the metric by which models are compared, and what was trained. */
export const renderTiles = (metrics: Metrics, scores: SpeakingScores | undefined): Html =>
  html`${scores && scoreTiles(scores)} ${factTiles(metrics)}`;

function scoreTiles({ source, rows, heads }: SpeakingScores): Html | undefined {
  const named = Object.entries(heads);
  if (named.length === 0) return undefined;
  return html`<dl class="tiles">
      ${named.map(([head, { decides, metrics }]) =>
        scoreTile(head, decides, required(metrics[decides], `the metric "${decides}" of "${head}"`)),
      )}
    </dl>
    <p class="note">
      On ${formatCount(rows)} ${source} rows.
      ${
        named.some(([, { decides, metrics }]) => metrics[decides]?.interval) &&
        'The band is the 95% interval; the thin mark is what one gets without a model.'
      }
    </p>`;
}

function scoreTile(head: string, name: string, metric: Metric): Html {
  const { value, unit, interval, baseline } = metric;
  return html`<div class="tile">
    <dt><bdi>${head}</bdi><small>${titleOf(name, metric)}, ${directionOf(metric)}</small></dt>
    <dd>
      ${formatValue(value, unit)} ${gauge(metric)}
      <small>${interval && formatInterval(interval, unit)}</small>
      <small>${baseline && html`<bdi>${baseline.title}</bdi>: ${formatValue(baseline.value, unit)}`}</small>
    </dd>
  </div>`;
}

/** Where value, interval and baseline lie: between 0 and 100 %, or from 0 as far as the largest of them. */
function gauge({ value, unit, interval, baseline }: Metric): Html | undefined {
  const all = [value, interval?.low, interval?.high, baseline?.value].filter((one) => one !== undefined);
  const [from, to] = unit === '%' ? [0, 1] : [Math.min(0, ...all), Math.max(0, ...all)];
  if (!all.every(Number.isFinite) || from === to) return undefined;
  const place = (one: number): number => ((one - from) / (to - from)) * 100;
  const mark = (kind: string, low: number, high = low): Html =>
    html`<span class="${kind}" style="left:${low.toFixed(1)}%;width:${(high - low).toFixed(1)}%"></span>`;
  return html`<span class="gauge" aria-hidden="true"
    >${interval && mark('reach', place(interval.low), place(interval.high))}${
      baseline && mark('baseline', place(baseline.value))
    }${mark('value', place(value))}</span
  >`;
}

function factTiles({ history, bestEpoch, seconds, parameters, rows, backend }: Metrics): Html {
  const fact = (title: string, value: string, note: Content): Html =>
    html`<div>
      <dt>${title}</dt>
      <dd>${value}<small>${note}</small></dd>
    </div>`;
  return html`<dl class="facts">
    ${fact('Epochs', formatCount(history.length), `the best: ${bestEpoch}`)}
    ${fact('Training time', formatSeconds(seconds), `on ${backend}`)}
    ${fact('Parameters', formatCount(parameters), 'numbers that were learned')}
    ${fact(
      'Training rows',
      formatCount(rows.train),
      `validation ${formatCount(rows.validation)}, test ${formatCount(rows.test)}`,
    )}
  </dl>`;
}
