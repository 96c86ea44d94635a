import { formatValue } from '../report/format.js';
import { html, type Html } from '../report/html.js';
import { section } from '../report/section.js';
import { extentOf, outerTicks } from '../report/ticks.js';
import type { ComparedMetric, ComparedRow, Comparison, Spread } from './comparison.js';
import { columnTitle } from './words.js';

/** Where the scores lie that decide, the best on top, and on the test table in the same order. */
export function renderRanges({ metrics: [metric], rows }: Comparison): Html | undefined {
  if (!metric) return undefined;
  const sign = metric.better === 'higher' ? -1 : 1;
  const scoreOf = ({ scores }: ComparedRow): number => (scores[0]?.validation ?? scores[0]?.test)?.mean ?? NaN;
  const sorted = rows.filter((row) => Number.isFinite(scoreOf(row))).sort((a, b) => sign * (scoreOf(a) - scoreOf(b)));
  const panels = (['validation', 'test'] as const).flatMap((table) => {
    const found = sorted.flatMap(({ label, scores }) => {
      const spread = scores[0]?.[table];
      return spread ? [{ label, spread }] : [];
    });
    return found.length > 0 ? [renderPanel(table, found, metric)] : [];
  });
  return section('ranges', 'How the scores lie', html`<div class="panels">${panels}</div>`);
}

function renderPanel(
  table: string,
  found: readonly { readonly label: string; readonly spread: Spread }[],
  metric: ComparedMetric,
): Html {
  const ends = found.flatMap(({ spread }) => endsOf(spread));
  const [from, to] = extentOf(outerTicks(ends));
  const place = (value: number): string => (((value - from) / (to - from)) * 100).toFixed(1);
  return html`<section class="panel">
    <h4>${columnTitle(metric)}, ${table}</h4>
    <table class="bars">
      <tbody>
        ${found.map(({ label, spread }) => {
          const [low, high] = endsOf(spread);
          return html`<tr>
            <th scope="row"><bdi>${label}</bdi></th>
            <td>${formatValue(spread.mean, metric.unit)}</td>
            <td class="range" aria-hidden="true">
              <span class="gauge"
                ><span
                  class="reach"
                  style="left:${place(low)}%;width:${(Number(place(high)) - Number(place(low))).toFixed(1)}%"
                ></span
                ><span class="value" style="left:${place(spread.mean)}%"></span
              ></span>
            </td>
          </tr>`;
        })}
      </tbody>
    </table>
    <p class="note">
      From ${formatValue(from, metric.unit)} to ${formatValue(to, metric.unit)}; the band is one standard deviation over
      the seeds to either side.
    </p>
  </section>`;
}

/** One deviation to either side. */
export function endsOf({ mean, deviation }: Spread): readonly [low: number, high: number] {
  const reach = deviation === null ? 0 : deviation;
  return [mean - reach, mean + reach];
}
