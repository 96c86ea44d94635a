import { required, type Panel } from '@sensorium/contracts';
import { formatCount, formatPercent, formatShare } from './format.js';
import { clip, html, type Html } from './html.js';

export type MatrixPanel = Extract<Panel, { kind: 'matrix' }>;

/** A larger matrix is not readable any more. */
const MOST_LABELS = 30;
/** Pairs shown instead. */
const PAIRS = 20;
/** Characters of a label, and of all that are left out. */
const LABEL = 60;
const LEFT = 300;

/** How often each truth got each answer: a matrix, or of many labels the most frequent pairs that differ. */
export function renderMatrix(panel: MatrixPanel): Html {
  const { shown, left } = withoutEmpty(panel);
  const isLarge = Math.max(shown.rows.length, shown.columns.length) > MOST_LABELS;
  return isLarge ? renderPairs(panel) : renderCells(shown, left);
}

/** Without the labels that are neither truth nor answer of any sample. */
function withoutEmpty(panel: MatrixPanel): { shown: MatrixPanel; left: string[] } {
  const { rows, columns, counts } = panel;
  const occurring = new Set([
    ...rows.filter((_, row) => sum(countsOf(panel, row)) > 0),
    ...columns.filter((_, column) => counts.some((own) => countAt(own, column) > 0)),
  ]);
  const kept = (labels: readonly string[]): number[] =>
    [...labels.keys()].filter((index) => occurring.has(required(labels[index], 'a label')));
  const [keptRows, keptColumns] = [kept(rows), kept(columns)];
  const pick = <T>(values: readonly T[], indices: readonly number[]): T[] =>
    indices.map((index) => required(values[index], `the element ${index}`));
  return {
    shown: {
      ...panel,
      rows: pick(rows, keptRows),
      columns: pick(columns, keptColumns),
      counts: pick(counts, keptRows).map((own) => pick(own, keptColumns)),
    },
    left: [...new Set([...rows, ...columns])].filter((label) => !occurring.has(label)),
  };
}

const countsOf = ({ rows, counts }: MatrixPanel, row: number): readonly number[] =>
  required(counts[row], `the counts of "${rows[row]}"`);

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const shareOf = (part: number, whole: number): string => (whole > 0 ? formatPercent(part / whole) : '–');

function renderCells(panel: MatrixPanel, left: readonly string[]): Html {
  const { title, rows, columns } = panel;
  const answers = answerTotals(panel);
  return html`<p class="note">
      Rows are truths, columns answers. <span class="key right">Right</span> and <span class="key wrong">wrong</span>:
      the stronger the colour, the greater the share of its row.
      ${left.length > 0 && `Left out, neither truth nor answer here: ${clip(left.join(', '), LEFT)}.`}
    </p>
    <div class="scroll" role="group" aria-label="${title}" tabindex="0">
      <table class="matrix">
        <thead>
          <tr>
            <th scope="col"><span class="label">truth ↓ answer →</span></th>
            ${columns.map((label) => html`<th scope="col"><span class="upright">${clip(label, LABEL)}</span></th>`)}
            <th scope="col" class="margin"><span class="upright">rows</span></th>
            <th scope="col" class="margin"><span class="upright">right</span></th>
          </tr>
        </thead>
        <tbody>
          ${rows.map((truth, row) => matrixRow(truth, countsOf(panel, row), columns))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">right</th>
            ${answers.map(({ given, right }) => html`<td>${shareOf(right, given)}</td>`)}
            <td>${formatCount(sum(answers.map(({ given }) => given)))}</td>
            <td></td>
          </tr>
        </tfoot>
      </table>
    </div>`;
}

const countAt = (counts: readonly number[], index: number): number =>
  required(counts[index], `count ${index} of a matrix`);

/** Of an answer: how often it was given, and how often it was the truth. */
function answerTotals({ rows, columns, counts }: MatrixPanel): { given: number; right: number }[] {
  return columns.map((label, column) => {
    const all = counts.map((row) => countAt(row, column));
    const row = rows.indexOf(label);
    return { given: sum(all), right: row < 0 ? 0 : countAt(all, row) };
  });
}

function matrixRow(truth: string, counts: readonly number[], columns: readonly string[]): Html {
  const total = sum(counts);
  const right = columns.indexOf(truth);
  return html`<tr>
    <th scope="row"><span class="label" dir="auto">${clip(truth, LABEL)}</span></th>
    ${columns.map((answer, column) =>
      matrixCell({ truth, answer, isRight: column === right, count: countAt(counts, column), total }),
    )}
    <td class="margin ${total === 0 && 'zero'}">${total > 0 && formatCount(total)}</td>
    <td class="margin">${shareOf(right < 0 ? 0 : countAt(counts, right), total)}</td>
  </tr>`;
}

interface Cell {
  readonly truth: string;
  readonly answer: string;
  readonly isRight: boolean;
  readonly count: number;
  readonly total: number;
}

function matrixCell({ truth, answer, isRight, count, total }: Cell): Html {
  if (count === 0) return html`<td class="zero"></td>`;
  const share = count / total;
  const title = `${formatShare(share)} of “${clip(truth, LABEL)}” answered as “${clip(answer, LABEL)}”`;
  // The root lets a few per cent be seen.
  return html`<td
    class="${isRight ? 'right' : 'wrong'}"
    style="--strength:${Math.sqrt(share).toFixed(2)}"
    title="${title}"
  >
    ${formatCount(count)}
  </td>`;
}

function renderPairs(panel: MatrixPanel): Html {
  const { title, rows, columns } = panel;
  const pairs = rows.flatMap((truth, row) => {
    const own = countsOf(panel, row);
    return columns.flatMap((answer, column) => {
      const count = countAt(own, column);
      return count > 0 && answer !== truth ? [{ truth, answer, count, of: sum(own) }] : [];
    });
  });
  pairs.sort((a, b) => b.count - a.count || b.count / b.of - a.count / a.of);
  const shown = pairs.slice(0, PAIRS);
  if (shown.length === 0) return html`<p>None of the ${rows.length} labels is taken for another.</p>`;
  return html`<p class="note">
      A matrix of ${rows.length} labels would be too large to read; these are the pairs most often taken for each other,
      ${shown.length} of ${formatCount(pairs.length)}.
    </p>
    <div class="scroll" role="group" aria-label="${title}" tabindex="0">
      <table class="data">
        <thead>
          <tr>
            <th scope="col" class="words">Truth</th>
            <th scope="col" class="words">Answer</th>
            <th scope="col">Rows</th>
            <th scope="col">Share of the truth’s rows</th>
          </tr>
        </thead>
        <tbody>
          ${shown.map(
            ({ truth, answer, count, of }) =>
              html`<tr>
                <td class="words">${clip(truth, LABEL)}</td>
                <td class="words">${clip(answer, LABEL)}</td>
                <td>${formatCount(count)}</td>
                <td title="${formatCount(count)} of ${formatCount(of)}">${shareOf(count, of)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}
