import type { Panel } from '@sensorium/contracts';
import { formatCount, formatValue } from './format.js';
import { clip, html, type Html } from './html.js';
import { extentOf } from './ticks.js';

export type BarsPanel = Extract<Panel, { kind: 'bars' }>;

const MOST_BARS = 60;
/** Characters of a name. */
const NAME = 60;

/** A bar for each name, from zero to its value. */
export function renderBars({ bars, unit }: Pick<BarsPanel, 'bars' | 'unit'>): Html {
  const all = Object.entries(bars);
  const shown = all.slice(0, MOST_BARS);
  const [least, greatest] = extentOf([0, ...shown.map(([, value]) => value).filter(Number.isFinite)]);
  const extent = greatest - least || 1;
  const place = (value: number): number => ((value - least) / extent) * 100;
  return html`<table class="bars">
      <tbody>
        ${shown.map(
          ([name, value]) =>
            html`<tr>
              <th scope="row"><span dir="auto">${clip(name, NAME)}</span></th>
              <td class="${value === 0 && 'zero'}">${value !== 0 && formatValue(value, unit)}</td>
              <td class="track" aria-hidden="true">
                ${Number.isFinite(value) && value !== 0 && bar(place(Math.min(0, value)), place(Math.max(0, value)))}
              </td>
            </tr>`,
        )}
      </tbody>
    </table>
    ${
      shown.length < all.length &&
      html`<p class="note">The first ${shown.length} of ${formatCount(all.length)}; metrics.json has all of them.</p>`
    }`;
}

const bar = (from: number, to: number): Html =>
  html`<span style="margin-left:${from.toFixed(1)}%;width:${(to - from).toFixed(1)}%"></span>`;
