import type { Scores } from '@sensorium/contracts';
import type { Metrics } from '../metrics.js';
import { formatPercent } from './format.js';
import { html, type Html } from './html.js';
import { formatScore, metricOf } from './metric.js';
import { section } from './section.js';

/** The scores that speak for the model: of the test table, or where there is none, of the validation rows. */
export function decisiveScores({ test, validation, rows }: Metrics): DecisiveScores | undefined {
  if (test) return { source: 'test', rows: rows.test, heads: test };
  return validation && { source: 'validation', rows: rows.validation, heads: validation };
}

export interface DecisiveScores {
  readonly source: 'test' | 'validation';
  readonly rows: number;
  readonly heads: Readonly<Record<string, Scores>>;
}

/** All scores of every head, each metric explained. */
export function renderScores(metrics: Metrics): Html {
  const { validation, test } = metrics;
  const heads = [...new Set([...Object.keys(validation ?? {}), ...Object.keys(test ?? {})])];
  if (heads.length === 0) {
    const none = html`<p>Nothing was held out: without validation and test rows there are no scores.</p>`;
    return section('scores', 'Scores', none);
  }
  return section(
    'scores',
    'Scores',
    html`<p>
        ${validation && 'The best epoch was chosen on the validation rows, so their scores flatter a little. '}
        ${test && 'Nothing was chosen on the test table.'}
      </p>
      ${heads.map((head) => scoreTable(head, validation?.[head], test?.[head]))}`,
  );
}

function scoreTable(head: string, validation: Scores | undefined, test: Scores | undefined): Html {
  const columns = [
    { title: 'Validation', scores: validation },
    { title: 'Test', scores: test },
  ].flatMap(({ title, scores }) => (scores ? [{ title, scores }] : []));
  const names = [...new Set(columns.flatMap(({ scores }) => Object.keys(scores.values)))];
  const shown = test ?? validation;
  return html`<h3>${head}</h3>
    <table class="scores">
      <thead>
        <tr>
          <th scope="col">Metric</th>
          ${columns.map(({ title }) => html`<th scope="col">${title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${names.map(
          (name) =>
            html`<tr>
              <th scope="row">${metricOf(name).title}<small>${metricOf(name).meaning}</small></th>
              ${columns.map(({ scores }) => html`<td>${valueOf(scores, name)}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
    ${shown && baseline(shown)}`;
}

function valueOf({ values }: Scores, name: string): string {
  const value = values[name];
  return value === undefined ? '–' : formatScore(name, value);
}

/** What accuracy must be measured against. */
function baseline({ confusion }: Scores): Html | false {
  const frequencies = confusion?.counts.map((row) => row.reduce((a, b) => a + b, 0)) ?? [];
  const total = frequencies.reduce((a, b) => a + b, 0);
  if (!confusion || total === 0) return false;
  const greatest = Math.max(...frequencies);
  const label = confusion.labels[frequencies.indexOf(greatest)] ?? '';
  return html`<p class="note">
    For comparison: always answering “<bdi>${label}</bdi>”, the most frequent label, would be right in
    ${formatPercent(greatest / total)} of the cases.
  </p>`;
}
