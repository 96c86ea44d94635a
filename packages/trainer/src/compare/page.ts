import { required } from '@sensorium/contracts';
import { renderDocument } from '../report/document.js';
import { formatBytes, formatCount, formatSeconds } from '../report/format.js';
import { html, type Html } from '../report/html.js';
import { directionOf, nameOf } from '../report/metric.js';
import { section } from '../report/section.js';
import type { ComparedMetric, ComparedRow, Comparison } from './comparison.js';
import { renderCharts } from './charts.js';
import { renderRanges } from './ranges.js';
import { columnTitle, formatSpread } from './words.js';

/** A comparison as one HTML file: a table, how the scores lie, what they cost, and what failed. */
export const renderComparison = (comparison: Comparison): string =>
  renderDocument(
    `${comparison.name}: comparison`,
    html`${renderHeader(comparison)} ${section('results', 'Results', renderResults(comparison))}
    ${renderRanges(comparison)} ${renderCharts(comparison)} ${renderLosses(comparison)} ${renderFailures(comparison)}`,
  );

const renderHeader = ({ name, seeds, metrics: [decides], best }: Comparison): Html =>
  html`<header>
    <p class="kind">Comparison</p>
    <h1><bdi>${name}</bdi></h1>
    <p>
      Each was trained with ${seeds.length === 1 ? 'the seed' : 'the seeds'} ${seeds.join(', ')}.
      ${
        decides &&
        html`${best === null ? 'Nothing was held out to choose by' : html`The best by validation is <bdi>${best}</bdi>`};
        models are compared by ${decidingName(decides)}, ${directionOf(decides)}.`
      }
    </p>
  </header>`;

const decidingName = ({ head, ...metric }: ComparedMetric): Html =>
  head === null ? html`the validation loss` : html`the ${nameOf(metric.name, metric)} of <bdi>${head}</bdi>`;

function renderResults({ metrics, rows, best, seeds }: Comparison): Html {
  const tables = ['validation', 'test'] as const;
  const columns = metrics.flatMap((metric, index) =>
    tables.flatMap((table) =>
      rows.some(({ scores }) => scores[index]?.[table]) ? [{ metric, index, table } as const] : [],
    ),
  );
  return html`<p>
      Validation chose the epochs, and the row that is marked: its scores flatter. Nothing was chosen by test scores.
      ${seeds.length > 1 && 'Behind ± stands the standard deviation over the seeds.'}
    </p>
    <div class="scroll" role="group" aria-label="Results" tabindex="0">
      <table class="numbers">
        <thead>
          <tr>
            <th scope="col"></th>
            ${columns.map(({ metric, table }) => html`<th scope="col">${columnTitle(metric)}<br />${table}</th>`)}
            <th scope="col">Parameters</th>
            <th scope="col">Training</th>
            <th scope="col">Memory</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ({ label, scores, parameters, seconds, memory }, number) =>
              html`<tr class="${label === best && 'chosen'}">
                <th scope="row">${number + 1}. <bdi>${label}</bdi></th>
                ${columns.map(({ metric, index, table }) => html`<td>${formatSpread(scores[index]?.[table], metric.unit)}</td>`)}
                <td>${parameters === null ? '–' : formatCount(parameters)}</td>
                <td>${seconds ? formatSeconds(seconds.mean) : '–'}</td>
                <td>${memory === null ? '–' : formatBytes(memory)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <p class="note">
      Training is the mean time of all epochs, without what is prepared once for all; memory what the process had at
      most.
    </p>`;
}

/** Where a training has several losses, of heads or of each input alone. */
function renderLosses({ rows }: Comparison): Html | undefined {
  const names = [...new Set(rows.flatMap(({ losses }) => Object.keys(losses)))];
  if (names.length === 0) return undefined;
  const shown = rows.filter(({ losses }) => Object.keys(losses).length > 0);
  return section(
    'losses',
    'Losses',
    html`<p>In the epoch that was kept. An input that learns nothing keeps a high loss of its own.</p>
      <div class="scroll" role="group" aria-label="Losses" tabindex="0">
        <table class="numbers">
          <thead>
            <tr>
              <th scope="col"></th>
              ${names.map((name) => html`<th scope="col"><bdi>${name}</bdi></th>`)}
            </tr>
          </thead>
          <tbody>
            ${shown.map(
              ({ label, losses }) =>
                html`<tr>
                  <th scope="row"><bdi>${label}</bdi></th>
                  ${names.map((name) => html`<td>${formatSpread(losses[name])}</td>`)}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>`,
  );
}

function renderFailures({ rows }: Comparison): Html | undefined {
  const failed = rows.filter(({ failure }) => failure);
  if (failed.length === 0) return undefined;
  return section(
    'failures',
    'What failed',
    html`<ul>
      ${failed.map(renderFailure)}
    </ul>`,
  );
}

function renderFailure({ label, runs, failure }: ComparedRow): Html {
  const { code, message, hint } = required(failure, 'a failure');
  return html`<li>
    <bdi>${label}</bdi>${runs.length > 0 && `, after ${runs.length} of its seeds`}: ${message}
    <small>${code}${hint !== undefined && `: ${hint}`}</small>
  </li>`;
}
