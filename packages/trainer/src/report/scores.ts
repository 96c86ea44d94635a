import type { Metric, Scores } from '@sensorium/contracts';
import type { Metrics } from '../metrics.js';
import { formatCount, formatInterval, formatValue } from './format.js';
import { html, type Html } from './html.js';
import { directionOf, titleOf } from './metric.js';
import { section } from './section.js';

/** The scores that speak for the model: of the test table, or where there is none, of the validation rows. */
export interface SpeakingScores {
  readonly source: 'test' | 'validation';
  readonly rows: number;
  readonly heads: Readonly<Record<string, Scores>>;
}

export function speakingScores({ test, validation, rows }: Metrics): SpeakingScores | undefined {
  if (test) return { source: 'test', rows: rows.test, heads: test };
  return validation && { source: 'validation', rows: rows.validation, heads: validation };
}

/** All metrics of every head, each explained, on each table. */
export function renderScores({ validation, test, rows }: Metrics): Html {
  const heads = [...new Set([validation, test].flatMap((scores) => Object.keys(scores ?? {})))];
  if (heads.length === 0) return section('scores', 'Scores', html`<p>${noScores({ validation, test })}</p>`);
  return section(
    'scores',
    'Scores',
    html`<p>
        ${validation && 'The best epoch was chosen on the validation rows, so their scores flatter a little. '}
        ${test && 'Nothing was chosen on the test table.'}
      </p>
      ${intervalNote}
      ${heads.map((head) =>
        scoreTable(head, [
          { title: 'Validation', rows: rows.validation, scores: validation?.[head] },
          { title: 'Test', rows: rows.test, scores: test?.[head] },
        ]),
      )}`,
  );
}

/** What intervals below scores say. */
export const intervalNote = html`<p class="note">
  Below each score stands its 95% interval: how far it may be off because it was measured on these few rows. What
  another seed of the training would change it does not say.
</p>`;

const noScores = ({ validation, test }: Pick<Metrics, 'validation' | 'test'>): string =>
  validation || test
    ? 'No head of this model has a meter, so there are no scores but the losses.'
    : 'Nothing was held out: without validation and test rows there are no scores.';

interface Column {
  readonly title: string;
  readonly rows: number;
  readonly scores: Scores;
}

/** With roles, since on narrow screens its rows are laid out as no table is. */
export function scoreTable(
  head: string,
  tables: readonly (Omit<Column, 'scores'> & { scores: Scores | undefined })[],
): Html {
  const columns = tables.flatMap(({ scores, ...column }): Column[] => (scores ? [{ ...column, scores }] : []));
  const metrics = new Map(columns.flatMap(({ scores }) => Object.entries(scores.metrics)));
  const deciding = columns.map(({ scores }) => scores.decides);
  return html`<h3><bdi>${head}</bdi></h3>
    <div class="scroll" role="group" aria-label="Scores of ${head}" tabindex="0">
      <table class="scores" role="table">
        <thead role="rowgroup">
          <tr role="row">
            <th scope="col" role="columnheader">Metric</th>
            ${columns.map(({ title, rows }) => html`<th scope="col" role="columnheader">${title}<small>n = ${formatCount(rows)}</small></th>`)}
          </tr>
        </thead>
        <tbody role="rowgroup">
          ${[...metrics].map(([name, metric]) => metricRow(name, metric, columns, deciding.includes(name)))}
        </tbody>
      </table>
    </div>`;
}

function metricRow(name: string, metric: Metric, columns: readonly Column[], decides: boolean): Html {
  const notes = [metric.meaning, decides && 'By it epochs and models are compared.'].filter(Boolean);
  const { baseline, unit } = columns.at(-1)?.scores.metrics[name] ?? metric;
  return html`<tr class="${decides && 'chosen'}" role="row">
    <th scope="row" role="rowheader">
      ${titleOf(name, metric)}
      <span class="direction">${directionOf(metric)}</span
      >${notes.length > 0 && html`<small>${notes.join(' ')}</small>`}
      ${
        baseline &&
        html`<small>Without a model: ${formatValue(baseline.value, unit)} (<bdi>${baseline.title}</bdi>)</small>`
      }
    </th>
    ${columns.map(({ scores }) => html`<td role="cell">${valueOf(scores.metrics[name])}</td>`)}
  </tr>`;
}

/** A dash where one of the tables lacks a metric that the other has. */
function valueOf(metric: Metric | undefined): Html | string {
  if (!metric) return '–';
  const { value, unit, interval } = metric;
  return html`${formatValue(value, unit)}${interval && html`<small>${formatInterval(interval, unit)}</small>`}`;
}
