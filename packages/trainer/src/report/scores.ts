import type { Metric, Scores } from '@sensorium/contracts';
import type { Metrics } from '../metrics.js';
import { formatValue } from './format.js';
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

/** All metrics of every head, each explained. */
export function renderScores({ validation, test }: Metrics): Html {
  const heads = [...new Set([validation, test].flatMap((scores) => Object.keys(scores ?? {})))];
  if (heads.length === 0) return section('scores', 'Scores', html`<p>${noScores({ validation, test })}</p>`);
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

const noScores = ({ validation, test }: Pick<Metrics, 'validation' | 'test'>): string =>
  validation || test
    ? 'No head of this model has a meter, so there are no scores but the losses.'
    : 'Nothing was held out: without validation and test rows there are no scores.';

interface Column {
  readonly title: string;
  readonly scores: Scores;
}

function scoreTable(head: string, validation: Scores | undefined, test: Scores | undefined): Html {
  const columns: Column[] = [
    ...(validation ? [{ title: 'Validation', scores: validation }] : []),
    ...(test ? [{ title: 'Test', scores: test }] : []),
  ];
  const metrics = new Map(columns.flatMap(({ scores }) => Object.entries(scores.metrics)));
  const deciding = columns.map(({ scores }) => scores.decides);
  return html`<h3>${head}</h3>
    <table class="scores">
      <thead>
        <tr>
          <th scope="col">Metric</th>
          ${columns.map(({ title }) => html`<th scope="col">${title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${[...metrics].map(([name, metric]) => metricRow(name, metric, columns, deciding.includes(name)))}
      </tbody>
    </table>`;
}

function metricRow(name: string, metric: Metric, columns: readonly Column[], decides: boolean): Html {
  const notes = [metric.meaning, decides && 'By it epochs and models are compared.'].filter(Boolean);
  return html`<tr class="${decides && 'chosen'}">
    <th scope="row">
      ${titleOf(name, metric)}
      <span class="direction">${directionOf(metric)}</span
      >${notes.length > 0 && html`<small>${notes.join(' ')}</small>`}
    </th>
    ${columns.map(({ scores }) => html`<td>${valueOf(scores.metrics[name])}</td>`)}
  </tr>`;
}

/** A dash where one of the tables lacks a metric that the other has. */
const valueOf = (metric: Metric | undefined): string => (metric ? formatValue(metric.value, metric.unit) : '–');
