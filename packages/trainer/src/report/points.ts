import type { Panel } from '@sensorium/contracts';
import { formatCount, formatNumber } from './format.js';
import { html, type Html } from './html.js';
import { drawable, outerAxis, renderPlot, type Axis, type Scale } from './plot.js';
import { extentOf } from './ticks.js';

export type PointsPanel = Extract<Panel, { kind: 'points' }>;

/** More would be a cloud, and a heavy page. */
const MOST_POINTS = 2000;

/** A dot for each sample, and where perfect answers would lie. */
export function renderPoints({ x, y, at, ideal }: PointsPanel): Html {
  const points = drawable(at, MOST_POINTS);
  if (points.length === 0) return html`<p class="note">There is nothing to draw.</p>`;
  const axes = axesOf(points, { x, y, ideal });
  const plot = renderPlot({
    ...axes,
    description: describe(points, x, y, ideal),
    draw: (scale) => html`${ideal && idealLine(ideal, axes.x, scale)}${dots(points, scale)}`,
  });
  const note = points.length < at.length && `${formatCount(points.length)} of ${formatCount(at.length)} points. `;
  return html`${plot}${(note || ideal) && html`<p class="note">${note}${ideal && idealText[ideal]}</p>`}`;
}

type Ideal = NonNullable<PointsPanel['ideal']>;

const idealText: Readonly<Record<Ideal, string>> = {
  diagonal: 'A perfect answer lies on the dashed diagonal.',
  zero: 'A perfect answer lies on the dashed line at zero.',
};

/** On both axes the same numbers where truth and answer are compared; with zero where that is the ideal. */
function axesOf(
  points: PointsPanel['at'],
  { x, y, ideal }: Pick<PointsPanel, 'x' | 'y' | 'ideal'>,
): { x: Axis; y: Axis } {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  if (ideal === 'diagonal') return { x: outerAxis(x, [...xs, ...ys]), y: outerAxis(y, [...xs, ...ys]) };
  return { x: outerAxis(x, xs), y: outerAxis(y, ideal === 'zero' ? [...ys, 0] : ys) };
}

function idealLine(ideal: Ideal, { from, to }: Axis, { x, y }: Scale): Html {
  const [start, end] = ideal === 'diagonal' ? [from, to] : [0, 0];
  return html`<line class="ideal" x1="${x(from)}" x2="${x(to)}" y1="${y(start)}" y2="${y(end)}" />`;
}

/** One path of strokes without length, whose round ends are the dots: thousands stay a few kilobytes. */
const dots = (points: PointsPanel['at'], { x, y }: Scale): Html =>
  html`<path class="dots" d="${points.map((point) => `M${x(point[0])} ${y(point[1])}h0`).join('')}" />`;

function describe(points: PointsPanel['at'], x: string, y: string, ideal: Ideal | undefined): string {
  const range = (values: readonly number[]): string => extentOf(values).map(formatNumber).join(' to ');
  return [
    `${formatCount(points.length)} points: ${x} from ${range(points.map(([x]) => x))},`,
    `${y} from ${range(points.map(([, y]) => y))}.`,
    ideal === 'diagonal' ? `In the mean they lie ${formatNumber(meanDistance(points))} from the diagonal.` : '',
  ]
    .filter(Boolean)
    .join(' ');
}

const meanDistance = (points: PointsPanel['at']): number =>
  points.reduce((sum, [x, y]) => sum + Math.abs(y - x), 0) / points.length;
