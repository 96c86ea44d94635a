import type { EpochReport, Metrics } from '../metrics.js';
import { formatNumber, formatPercent, formatSeconds, formatValue } from './format.js';
import { html, type Html } from './html.js';
import { heldOutLosses, lossNames } from './losses.js';
import { titleOf } from './metric.js';

/** Rows of the table; of a longer history every so many-eth epoch is shown. */
const ROWS = 100;

interface Column {
  readonly title: string;
  /** Undefined where the epoch has no such value. */
  readonly value: (report: EpochReport) => number | undefined;
  readonly format: (value: number) => string;
}

/** Every loss and every metric of every epoch. */
export function renderEpochTable(metrics: Metrics): Html {
  const { history, bestEpoch } = metrics;
  const columns = columnsOf(metrics);
  const stride = Math.ceil(history.length / ROWS);
  const shown = history.filter(({ epoch }, index) => (index + 1) % stride === 0 || epoch === bestEpoch);
  return html`<details>
    <summary>The numbers of every epoch</summary>
    ${stride > 1 && html`<p class="note">One epoch in ${stride}, and the best; metrics.json has all of them.</p>`}
    <div class="scroll" role="group" aria-label="Numbers of every epoch" tabindex="0">
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
    <th scope="row">
      ${report.epoch}${isBest && ' (best)'}${report.share !== undefined && `, ${formatPercent(report.share)} of it`}
    </th>
    ${columns.map(({ value, format }) => {
      const found = value(report);
      return html`<td>${found === undefined ? '–' : format(found)}</td>`;
    })}
  </tr>`;
}

function columnsOf(metrics: Metrics): Column[] {
  const { history, validation = {} } = metrics;
  const heads = Object.entries(validation);
  const losses = lossNames(history);
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
  const held: Column[] = heldOutLosses(history)
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
