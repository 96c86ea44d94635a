import type { EpochReport } from '../checkpoint.js';
import type { Metrics } from '../metrics.js';
import { renderCurve, type Point, type Series } from './curve.js';
import { formatNumber, formatSeconds } from './format.js';
import { html, type Html } from './html.js';
import { formatScore, metricOf } from './metric.js';
import { section } from './section.js';

/** Rows of the table of epochs; of a longer history every so many-eth epoch is shown. */
const ROWS = 100;

/** How the loss fell and how the scores rose, as charts and as a table. */
export function renderTraining(metrics: Metrics): Html {
  const { history, bestEpoch } = metrics;
  if (history.length === 0) return section('training', 'Training', html`<p>No epoch was trained.</p>`);
  return section(
    'training',
    'Training',
    html`<div class="curves">
        ${renderCurve({ title: 'Loss', series: lossSeries(history), bestEpoch, unit: 'number', format: formatNumber })}
        ${headsOf(history).map((head) => scoreCurve(metrics, head))}
      </div>
      ${epochTable(metrics)}`,
  );
}

const headsOf = (history: readonly EpochReport[]): string[] => [
  ...new Set(history.flatMap(({ validation }) => Object.keys(validation ?? {}))),
];

/** The training loss and beside it each head's cross-entropy on the validation rows: where they part, it overfits. */
function lossSeries(history: readonly EpochReport[]): Series[] {
  const heads = headsOf(history);
  const entropies = heads.map((head) => ({
    name: heads.length > 1 ? `validation cross-entropy, ${head}` : 'validation cross-entropy',
    points: pointsOf(history, head, 'crossEntropy'),
  }));
  const training = { name: 'training loss', points: history.map(({ epoch, loss }) => ({ epoch, value: loss })) };
  return [training, ...entropies.filter(({ points }) => points.length > 0)];
}

function scoreCurve({ history, bestEpoch, validation }: Metrics, head: string): Html | false {
  const name = validation?.[head]?.primary;
  if (name === undefined) return false;
  const { title, unit } = metricOf(name);
  const points = pointsOf(history, head, name);
  if (points.length === 0) return false;
  return renderCurve({
    title: `Validation ${title.toLowerCase()}: ${head}`,
    series: [{ name: title, points }],
    bestEpoch,
    unit,
    format: (value) => formatScore(name, value),
  });
}

const pointsOf = (history: readonly EpochReport[], head: string, name: string): Point[] =>
  history.flatMap(({ epoch, validation }) => {
    const value = validation?.[head]?.[name];
    return value === undefined ? [] : [{ epoch, value }];
  });

interface Column {
  readonly title: string;
  readonly cell: (report: EpochReport) => string;
}

function epochTable({ history, bestEpoch }: Metrics): Html {
  const columns = columnsOf(history);
  const stride = Math.ceil(history.length / ROWS);
  const shown = history.filter(({ epoch }, index) => (index + 1) % stride === 0 || epoch === bestEpoch);
  return html`<details>
    <summary>The numbers behind the curves</summary>
    ${stride > 1 && html`<p class="note">One epoch in ${stride}, and the best; metrics.json has all of them.</p>`}
    <div class="scroll" role="region" aria-label="Scores of every epoch" tabindex="0">
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
    ${columns.map(({ cell }) => html`<td>${cell(report)}</td>`)}
  </tr>`;
}

function columnsOf(history: readonly EpochReport[]): Column[] {
  const heads = headsOf(history);
  const scores = heads.flatMap((head) => {
    const names = [...new Set(history.flatMap(({ validation }) => Object.keys(validation?.[head] ?? {})))];
    return names.map((name): Column => ({
      title: heads.length > 1 ? `${metricOf(name).title}, ${head}` : metricOf(name).title,
      cell: ({ validation }) => {
        const value = validation?.[head]?.[name];
        return value === undefined ? '–' : formatScore(name, value);
      },
    }));
  });
  return [
    { title: 'Training loss', cell: ({ loss }) => formatNumber(loss) },
    ...scores,
    { title: 'Time', cell: ({ seconds }) => formatSeconds(seconds) },
  ];
}
