import { required } from '@sensorium/contracts';
import { html, type Html } from '../report/html.js';
import { logarithmicAxis, outerAxis, renderPlot, type Axis, type Scale } from '../report/plot.js';
import { section } from '../report/section.js';
import { titleOf } from '../report/metric.js';
import type { ComparedRow, Comparison, Spread } from './comparison.js';
import { endsOf } from './ranges.js';

/** A row with what it costs. */
interface Point {
  /** That of the table of results. */
  readonly number: number;
  readonly label: string;
  readonly cost: number;
  readonly score: Spread;
}

const MEGABYTE = 1e6;

const costs: readonly { readonly title: string; readonly of: (row: ComparedRow) => number | null | undefined }[] = [
  { title: 'parameters', of: ({ parameters }) => parameters },
  { title: 'seconds of training', of: ({ seconds }) => seconds?.mean },
  { title: 'memory, MB', of: ({ memory }) => (memory === null ? null : memory / MEGABYTE) },
];

/** The score that decides, against what it costs. */
export function renderCharts(comparison: Comparison): Html | undefined {
  const charts = costs.flatMap(({ title, of }) => {
    const points = pointsOf(comparison, of);
    return points.length > 1 ? [renderChart(title, points, comparison)] : [];
  });
  if (charts.length === 0) return undefined;
  return section(
    'costs',
    'Scores and costs',
    html`<p class="note">The numbers are those of the table of results; the lines are deviations over the seeds.</p>
      <div class="charts">${charts}</div>`,
  );
}

function pointsOf({ rows }: Comparison, costOf: (row: ComparedRow) => number | null | undefined): Point[] {
  return rows.flatMap((row, index) => {
    const score = row.scores[0]?.validation ?? row.scores[0]?.test;
    const cost = costOf(row);
    if (!score || !Number.isFinite(score.mean) || typeof cost !== 'number' || cost <= 0) return [];
    return [{ number: index + 1, label: row.label, cost, score }];
  });
}

function renderChart(title: string, points: readonly Point[], { metrics }: Comparison): Html {
  const metric = required(metrics[0], 'the metric that decides');
  const name = titleOf(metric.name, metric);
  const values = points.map(({ cost }) => cost);
  const axes: { x: Axis; y: Axis } = {
    x: logarithmicAxis(title, values),
    y: outerAxis(
      name,
      points.flatMap(({ score }) => endsOf(score)),
      metric.unit,
    ),
  };
  const plot = renderPlot({
    ...axes,
    description: `${name} against ${title}, of ${points.map(({ number, label }) => `${number} ${label}`).join(', ')}.`,
    draw: (scale) => html`${points.map((point) => renderPoint(point, scale))}`,
  });
  return html`<figure class="chart">
    <figcaption>${name} against ${title}</figcaption>
    ${plot}
  </figure>`;
}

function renderPoint({ number, label, cost, score }: Point, { x, y }: Scale): Html {
  const [low, high] = endsOf(score);
  const at = x(cost);
  return html`<g class="bin">
    <title>${label}</title>
    <line x1="${at}" x2="${at}" y1="${y(low)}" y2="${y(high)}" />
    <circle cx="${at}" cy="${y(score.mean)}" r="4" />
    <text x="${at + 6}" y="${y(score.mean) - 5}">${number}</text>
  </g>`;
}
