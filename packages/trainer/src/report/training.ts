import { required, type Line, type Metric } from '@sensorium/contracts';
import type { EpochReport, Metrics } from '../metrics.js';
import { renderCurve, renderFigure } from './curve.js';
import { formatNumber, formatSeconds, formatValue } from './format.js';
import { html, type Html } from './html.js';
import { titleOf } from './metric.js';
import { section } from './section.js';

/** Rows of the table of epochs; of a longer history every so many-eth epoch is shown. */
const ROWS = 100;

/** How the losses fell and how the metrics changed, as charts and as a table, and what chose the best epoch. */
export function renderTraining(metrics: Metrics): Html {
  if (metrics.history.length === 0) return section('training', 'Training', html`<p>No epoch was trained.</p>`);
  return section(
    'training',
    'Training',
    html`<p>${decisionText(metrics)}</p>
      <div class="charts">${lossCharts(metrics)} ${metricCharts(metrics)}</div>
      ${epochTable(metrics)}`,
  );
}

function decisionText(metrics: Metrics): Html {
  const { decides, bestEpoch } = metrics;
  if (!decides) return html`Nothing was held out, so the last epoch’s weights were kept.`;
  if (decides.head === null) return html`Epoch ${bestEpoch} was kept: its validation loss is the lowest.`;
  const title = titleOf(decides.name, metricOf(metrics, decides.head, decides.name)).toLowerCase();
  return html`Epoch ${bestEpoch} was kept: its validation ${title} of “<bdi>${decides.head}</bdi>” is the best.`;
}

/** What is known of a metric that an epoch has a value of: the final scores say it. */
function metricOf({ validation }: Metrics, head: string, name: string): Metric {
  return required(validation?.[head]?.metrics[name], `the metric "${name}" of "${head}"`);
}

/** The sum, and beside it the same of the validation rows: where they part, it overfits. Then the terms, if several. */
function lossCharts({ history, bestEpoch }: Metrics): Html[] {
  const names = [...new Set(history.flatMap(({ losses }) => Object.keys(losses)))];
  const held = hasHeldOutLoss(history);
  const chart = (title: string, lines: Readonly<Record<string, Line>>): Html =>
    epochChart({ title, lines, bestEpoch, unit: undefined });
  const terms = (of: 'training' | 'validation'): Html =>
    chart(
      `Losses of the ${of} rows, by name`,
      Object.fromEntries(
        names.map((name) => [
          name,
          lineOf(history, (report) => (of === 'training' ? report : report.validation)?.losses?.[name]),
        ]),
      ),
    );
  return [
    chart('Loss', {
      'training loss': lineOf(history, ({ loss }) => loss),
      ...(held && { 'validation loss': lineOf(history, ({ validation }) => validation?.loss) }),
    }),
    ...(names.length > 1 ? [terms('training')] : []),
    ...(names.length > 1 && held ? [terms('validation')] : []),
  ];
}

const hasHeldOutLoss = (history: readonly EpochReport[]): boolean =>
  history.some(({ validation }) => validation?.loss !== undefined);

/** Of each head the metric by which its epochs compare. */
function metricCharts(metrics: Metrics): Html[] {
  const { history, bestEpoch, validation = {} } = metrics;
  return Object.entries(validation).map(([head, { decides }]) => {
    const metric = metricOf(metrics, head, decides);
    const title = titleOf(decides, metric);
    return epochChart({
      title: `Validation ${title.toLowerCase()}: ${head}`,
      lines: { [title]: lineOf(history, ({ validation }) => validation?.metrics[head]?.[decides]) },
      bestEpoch,
      unit: metric.unit,
    });
  });
}

interface EpochChart {
  readonly title: string;
  readonly lines: Readonly<Record<string, Line>>;
  readonly bestEpoch: number;
  readonly unit: string | undefined;
}

const epochChart = ({ title, lines, bestEpoch, unit }: EpochChart): Html =>
  renderFigure(
    title,
    renderCurve({
      x: 'epoch',
      y: unit === undefined || unit === '%' ? '' : unit,
      lines,
      unit,
      counts: true,
      mark: { x: bestEpoch, label: `best: epoch ${bestEpoch}` },
      alt: `${title}.`,
    }),
  );

/** A point for each epoch that has the value. */
const lineOf = (history: readonly EpochReport[], valueOf: (report: EpochReport) => number | undefined): Line =>
  history.flatMap((report) => {
    const value = valueOf(report);
    return value === undefined ? [] : [[report.epoch, value] as const];
  });

interface Column {
  readonly title: string;
  /** Undefined where the epoch has no such value. */
  readonly value: (report: EpochReport) => number | undefined;
  readonly format: (value: number) => string;
}

function epochTable(metrics: Metrics): Html {
  const { history, bestEpoch } = metrics;
  const columns = columnsOf(metrics);
  const stride = Math.ceil(history.length / ROWS);
  const shown = history.filter(({ epoch }, index) => (index + 1) % stride === 0 || epoch === bestEpoch);
  return html`<details>
    <summary>The numbers behind the curves</summary>
    ${stride > 1 && html`<p class="note">One epoch in ${stride}, and the best; metrics.json has all of them.</p>`}
    <div class="scroll" role="region" aria-label="Numbers of every epoch" tabindex="0">
      <table class="numbers">
        <thead>
          <tr>
            <th scope="col">Epoch</th>
            ${columns.map(({ title }) => html`<th scope="col">${title}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${shown.map((report) => epochRow(report, columns, report.epoch === bestEpoch))}
        </tbody>
      </table>
    </div>
  </details>`;
}

function epochRow(report: EpochReport, columns: readonly Column[], isBest: boolean): Html {
  return html`<tr class="${isBest && 'chosen'}">
    <th scope="row">${report.epoch}${isBest && ' (best)'}</th>
    ${columns.map(({ value, format }) => {
      const found = value(report);
      return html`<td>${found === undefined ? '–' : format(found)}</td>`;
    })}
  </tr>`;
}

function columnsOf(metrics: Metrics): Column[] {
  const { history, validation = {} } = metrics;
  const heads = Object.entries(validation);
  const losses = [...new Set(history.flatMap(({ losses }) => Object.keys(losses)))];
  const named = (
    of: 'Training' | 'Validation',
    lossesOf: (report: EpochReport) => EpochReport['losses'] | undefined,
  ): Column[] =>
    losses.length < 2
      ? []
      : losses.map((name) => ({
          title: `${of} loss, ${name}`,
          value: (report) => lossesOf(report)?.[name],
          format: formatNumber,
        }));
  const ofMetrics = heads.flatMap(([head, scores]) =>
    Object.entries(scores.metrics).map(([name, metric]): Column => ({
      title: heads.length > 1 ? `${titleOf(name, metric)}, ${head}` : titleOf(name, metric),
      value: ({ validation }) => validation?.metrics[head]?.[name],
      format: (value) => formatValue(value, metric.unit),
    })),
  );
  const held: Column[] = hasHeldOutLoss(history)
    ? [
        { title: 'Validation loss', value: ({ validation }) => validation?.loss, format: formatNumber },
        ...named('Validation', ({ validation }) => validation?.losses),
      ]
    : [];
  return [
    { title: 'Training loss', value: ({ loss }) => loss, format: formatNumber },
    ...named('Training', ({ losses }) => losses),
    ...held,
    ...ofMetrics,
    { title: 'Time', value: ({ seconds }) => seconds, format: formatSeconds },
  ];
}
