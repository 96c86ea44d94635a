import type { Panel } from '@sensorium/contracts';
import { formatCount, formatNumber } from './format.js';
import { clip, html, type Html } from './html.js';

export type TablePanel = Extract<Panel, { kind: 'table' }>;

const MOST_ROWS = 100;
/** Characters of a cell. */
const CELL = 200;

/** Numbers to the right, words to the left. */
export function renderTable({ columns, rows, title }: TablePanel): Html {
  return html`<div class="scroll" role="group" aria-label="${title}" tabindex="0">
      <table class="data">
        <thead>
          <tr>
            ${columns.map((column, at) => html`<th scope="col" class="${isWords(rows, at) && 'words'}">${column}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.slice(0, MOST_ROWS).map(
            (row) =>
              html`<tr>
                ${row.map(cell)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${
      rows.length > MOST_ROWS &&
      html`<p class="note">
        The first ${MOST_ROWS} of ${formatCount(rows.length)} rows; metrics.json has all of them.
      </p>`
    }`;
}

const isWords = (rows: TablePanel['rows'], column: number): boolean => typeof rows[0]?.[column] === 'string';

function cell(value: string | number): Html {
  if (value === 0) return html`<td class="zero"></td>`;
  return typeof value === 'number'
    ? html`<td>${formatNumber(value)}</td>`
    : html`<td class="words" dir="auto">${clip(value, CELL)}</td>`;
}
