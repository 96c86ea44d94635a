import type { Scores } from '@sensorium/contracts';
import { formatCount, formatPercent, formatShare } from './format.js';
import { clip, html, type Html } from './html.js';
import type { DecisiveScores } from './scores.js';
import { section } from './section.js';

type Confusion = NonNullable<Scores['confusion']>;

/** A matrix of more labels is not readable any more. */
const MOST_LABELS = 30;
/** Pairs shown instead. */
const PAIRS = 20;
/** Characters of a label. */
const LABEL = 60;

/** What every head takes for what: a matrix, or of many labels the most confused pairs. */
export function renderConfusion({ source, heads }: DecisiveScores): Html | undefined {
  const parts = Object.entries(heads).flatMap(([head, { confusion }]) =>
    confusion ? [html`<h3>${head}</h3>`, renderOne(confusion, source)] : [],
  );
  return parts.length > 0 ? section('confusion', 'Confusion', parts) : undefined;
}

const renderOne = (confusion: Confusion, source: string): Html =>
  confusion.labels.length > MOST_LABELS ? renderPairs(confusion, source) : renderMatrix(confusion, source);

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const shareText = (part: number, whole: number): string => (whole > 0 ? formatPercent(part / whole) : '–');

function renderMatrix({ labels, counts }: Confusion, source: string): Html {
  const columnSums = labels.map((_, column) => sum(counts.map((row) => row[column] ?? 0)));
  return html`<p class="note">
      Rows are truths, columns predictions, over the ${source} rows. <span class="key right">right</span> and
      <span class="key wrong">wrong</span> answers: the stronger the colour, the greater the share of its row.
    </p>
    <div class="scroll" role="region" aria-label="Confusion matrix" tabindex="0">
      <table class="confusion">
        <thead>
          <tr>
            <th scope="col"><span class="label">truth ↓ predicted →</span></th>
            ${labels.map((label) => html`<th scope="col"><span class="upright">${clip(label, LABEL)}</span></th>`)}
            <th scope="col" class="margin"><span class="upright">rows</span></th>
            <th scope="col" class="margin"><span class="upright">recall</span></th>
          </tr>
        </thead>
        <tbody>
          ${labels.map((label, row) => matrixRow(label, row, counts[row] ?? [], labels))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">precision</th>
            ${columnSums.map((predicted, label) => html`<td>${shareText(counts[label]?.[label] ?? 0, predicted)}</td>`)}
            <td>${formatCount(sum(columnSums))}</td>
            <td></td>
          </tr>
        </tfoot>
      </table>
    </div>`;
}

function matrixRow(truth: string, row: number, counts: readonly number[], labels: readonly string[]): Html {
  const total = sum(counts);
  return html`<tr>
    <th scope="row"><span class="label" dir="auto">${clip(truth, LABEL)}</span></th>
    ${labels.map((predicted, column) => matrixCell({ truth, predicted, isRight: row === column, count: counts[column] ?? 0, total }))}
    <td class="margin">${formatCount(total)}</td>
    <td class="margin">${shareText(counts[row] ?? 0, total)}</td>
  </tr>`;
}

interface Cell {
  readonly truth: string;
  readonly predicted: string;
  readonly isRight: boolean;
  readonly count: number;
  readonly total: number;
}

function matrixCell({ truth, predicted, isRight, count, total }: Cell): Html {
  if (count === 0) return html`<td class="zero">0</td>`;
  const share = count / total;
  const title = `${formatShare(share)} of “${clip(truth, LABEL)}” predicted as “${clip(predicted, LABEL)}”`;
  // The root lets a few per cent be seen.
  return html`<td
    class="${isRight ? 'right' : 'wrong'}"
    style="--strength:${Math.sqrt(share).toFixed(2)}"
    title="${title}"
  >
    ${formatCount(count)}
  </td>`;
}

function renderPairs({ labels, counts }: Confusion, source: string): Html {
  const pairs = counts.flatMap((row, truth) =>
    row.flatMap((count, predicted) =>
      count > 0 && predicted !== truth ? [{ truth, predicted, count, of: sum(row) }] : [],
    ),
  );
  pairs.sort((a, b) => b.count - a.count || b.count / b.of - a.count / a.of);
  const shown = pairs.slice(0, PAIRS);
  const intro = `The matrix of ${labels.length} labels would be too large to read; these are the most confused pairs`;
  if (shown.length === 0) return html`<p>None of the ${labels.length} labels is confused with another.</p>`;
  return html`<p class="note">${intro} of the ${source} rows, ${shown.length} of ${formatCount(pairs.length)}.</p>
    <div class="scroll" role="region" aria-label="Most confused pairs" tabindex="0">
      <table class="pairs">
        <thead>
          <tr>
            <th scope="col">Truth</th>
            <th scope="col">Predicted as</th>
            <th scope="col">Rows</th>
            <th scope="col">Share of the truth’s rows</th>
          </tr>
        </thead>
        <tbody>
          ${shown.map(
            ({ truth, predicted, count, of }) =>
              html`<tr>
                <td>${clip(labels[truth] ?? '', LABEL)}</td>
                <td>${clip(labels[predicted] ?? '', LABEL)}</td>
                <td>${formatCount(count)}</td>
                <td title="${formatCount(count)} of ${formatCount(of)}">${shareText(count, of)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}
