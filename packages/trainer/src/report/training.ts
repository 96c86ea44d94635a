import { required, type Line, type Metric } from '@sensorium/contracts';
import type { EpochReport, Metrics } from '../metrics.js';
import { courseChart, epochLine, stepLine } from './course.js';
import { renderCurve, renderFigure } from './curve.js';
import { renderEpochTable } from './epoch-table.js';
import { formatNumber } from './format.js';
import { html, type Html } from './html.js';
import { heldOutLosses, jointLossNames } from './losses.js';
import { nameOf, titleOf } from './metric.js';
import { modalityCharts } from './modalities.js';
import { section } from './section.js';

/** How the losses fell and how the metrics changed, as charts and as a table, and what chose the best epoch. */
export function renderTraining(metrics: Metrics): Html {
  if (metrics.history.length === 0) return section('training', 'Training', html`<p>No epoch was trained.</p>`);
  return section(
    'training',
    'Training',
    html`<p>${decisionText(metrics)} ${learningRateText(metrics)}</p>
      <div class="charts">
        ${lossCharts(metrics)} ${modalityCharts(metrics)} ${metricCharts(metrics)} ${learningRateChart(metrics)}
        ${rangeTestChart(metrics)}
      </div>
      ${renderEpochTable(metrics)}`,
  );
}

function decisionText(metrics: Metrics): Html {
  const { decides, bestEpoch } = metrics;
  if (!decides) return html`Nothing was held out, so the last epoch’s weights were kept.`;
  if (decides.head === null) return html`Epoch ${bestEpoch} was kept: its validation loss is the lowest.`;
  const title = nameOf(decides.name, metricOf(metrics, decides.head, decides.name));
  return html`Epoch ${bestEpoch} was kept: its validation ${title} of “<bdi>${decides.head}</bdi>” is the best.`;
}

/** What is known of a metric that an epoch has a value of: the final scores say it. */
function metricOf({ validation }: Metrics, head: string, name: string): Metric {
  return required(validation?.[head]?.metrics[name], `the metric "${name}" of "${head}"`);
}

/**
 * The sum by step, and beside it that of the validation rows by epoch: where they part, it overfits. Then the terms, if there
 * are several.
 */
function lossCharts(metrics: Metrics): Html[] {
  const { history, steps } = metrics;
  const names = jointLossNames(history);
  const held = heldOutLosses(history);
  const ofTerms = (lineOf: (name: string) => Line): Record<string, Line> =>
    Object.fromEntries(names.map((name) => [name, lineOf(name)]));
  const validated = (valueOf: (report: EpochReport['validation']) => number | undefined): Line =>
    epochLine(history, ({ validation }) => valueOf(validation));
  return [
    courseChart('Loss', metrics, {
      'training loss': stepLine(metrics, steps, ({ loss }) => loss),
      ...(held && { 'validation loss': validated((report) => report?.loss) }),
    }),
    ...(names.length > 1
      ? [
          courseChart(
            'Losses of the training rows, by name',
            metrics,
            ofTerms((name) => stepLine(metrics, steps, ({ losses }) => losses[name])),
          ),
        ]
      : []),
    ...(names.length > 1 && held && history.length > 1
      ? [
          courseChart(
            'Losses of the validation rows, by name',
            metrics,
            ofTerms((name) => validated((report) => report?.losses?.[name])),
          ),
        ]
      : []),
  ];
}

/** Of each head the metric by which its epochs compare. What was measured once stands among the scores. */
function metricCharts(metrics: Metrics): Html[] {
  const { history, validation = {} } = metrics;
  return Object.entries(validation).flatMap(([head, { decides }]) => {
    const metric = metricOf(metrics, head, decides);
    const title = titleOf(decides, metric);
    const line = epochLine(history, ({ validation }) => validation?.metrics[head]?.[decides]);
    if (line.length < 2) return [];
    return [courseChart(`Validation ${nameOf(decides, metric)}: ${head}`, metrics, { [title]: line }, metric.unit)];
  });
}

/** Where it changes. */
function learningRateChart(metrics: Metrics): Html | undefined {
  const { steps } = metrics;
  if (new Set(steps.map(({ learningRate }) => learningRate)).size < 2) return undefined;
  const line = stepLine(metrics, steps, ({ learningRate }) => learningRate);
  return renderFigure(
    'Learning rate',
    renderCurve({ x: 'epoch', y: '', lines: { 'learning rate': line }, alt: 'Learning rate.' }),
  );
}

function learningRateText({ steps, rangeTest }: Metrics): string {
  if (rangeTest) return `The range test chose a learning rate of ${formatNumber(rangeTest.chosen)}.`;
  const [first, ...others] = new Set(steps.map(({ learningRate }) => learningRate));
  return first === undefined || others.length > 0 ? '' : `The learning rate was ${formatNumber(first)} throughout.`;
}

/** A short trial with ever greater steps, by which the learning rate was chosen. */
function rangeTestChart({ rangeTest }: Metrics): Html | undefined {
  if (!rangeTest) return undefined;
  const { chosen, points } = rangeTest;
  return renderFigure(
    'Range test',
    renderCurve({
      x: 'learning rate',
      y: 'loss, smoothed',
      lines: { loss: points.map(({ learningRate, loss }) => [learningRate, loss] as const) },
      isLogarithmic: true,
      mark: { x: chosen, label: `chosen: ${formatNumber(chosen)}` },
      alt: 'Range test of the learning rate.',
    }),
  );
}
