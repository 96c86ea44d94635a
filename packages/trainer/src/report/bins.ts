import type { Bin, Panel } from '@sensorium/contracts';
import { formatCount, formatInterval, formatPercent, formatShare } from './format.js';
import { html, type Html } from './html.js';
import { renderPlot, shareAxis, type Scale } from './plot.js';

export type BinsPanel = Extract<Panel, { kind: 'bins' }>;

/** Of the bin with the most samples, the bar of its count reaches so far up. */
const COUNT_HEIGHT = 0.25;

/** The share of each interval with what its size leaves open, how many samples it has, and where it should lie. */
export function renderBins({ title, x, y, bins, ideal }: BinsPanel): Html {
  if (bins.length === 0) return html`<p class="note">There is nothing to draw.</p>`;
  const most = Math.max(...bins.map(({ count }) => count));
  const plot = renderPlot({
    x: shareAxis(x),
    y: shareAxis(y),
    description: `${title}. ${bins.map((bin) => describe(bin, x, y)).join(' ')}`,
    draw: (scale) =>
      html`${bins.map((bin) => countBar(bin, most, scale))}${ideal && diagonal(scale)}${bins.map((bin) =>
        binMark(bin, scale),
      )}`,
  });
  return html`${plot}
    <p class="note">
      Dots are shares, with their 95% intervals; the bars at the bottom say how many samples there
      are.${ideal && ' Perfect ones lie on the dashed diagonal.'}
    </p>
    <details>
      <summary>The numbers behind it</summary>
      <div class="scroll" role="group" aria-label="Numbers of ${title}" tabindex="0">
        <table class="data">
          <thead>
            <tr>
              <th scope="col">${x}</th>
              <th scope="col">Samples</th>
              <th scope="col">Mean ${x}</th>
              <th scope="col">${y}</th>
              <th scope="col">95% interval</th>
            </tr>
          </thead>
          <tbody>
            ${bins.map(binRow)}
          </tbody>
        </table>
      </div>
    </details>`;
}

const rangeOf = ({ from, to }: Bin): string => `${formatPercent(from)} to ${formatPercent(to)}`;

const describe = (bin: Bin, x: string, y: string): string =>
  `${x} ${rangeOf(bin)}: ${y} ${formatPercent(bin.value)} of ${formatCount(bin.count)}.`;

function countBar({ from, to, count }: Bin, most: number, { x, y }: Scale): Html {
  const [left, right, top, bottom] = [x(from), x(to), y((count / most) * COUNT_HEIGHT), y(0)];
  return html`<rect class="count" x="${left}" y="${top}" width="${right - left - 1}" height="${bottom - top}" />`;
}

const diagonal = ({ x, y }: Scale): Html =>
  html`<line class="ideal" x1="${x(0)}" y1="${y(0)}" x2="${x(1)}" y2="${y(1)}" />`;

function binMark(bin: Bin, { x, y }: Scale): Html {
  const { at, value, interval } = bin;
  return html`<g class="bin">
    <title>${rangeOf(bin)}: ${formatShare(value)} of ${formatCount(bin.count)}</title>
    ${interval && html`<line x1="${x(at)}" x2="${x(at)}" y1="${y(interval.low)}" y2="${y(interval.high)}" />`}
    <circle cx="${x(at)}" cy="${y(value)}" r="4" />
  </g>`;
}

const binRow = (bin: Bin): Html =>
  html`<tr>
    <th scope="row">${rangeOf(bin)}</th>
    <td>${formatCount(bin.count)}</td>
    <td>${formatShare(bin.at)}</td>
    <td>${formatShare(bin.value)}</td>
    <td>${bin.interval ? formatInterval(bin.interval, '%') : '–'}</td>
  </tr>`;
