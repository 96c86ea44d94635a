import type { Line } from '@sensorium/contracts';
import { formatNumber } from './format.js';
import { html, type Html } from './html.js';
import { extentOf, innerTicks, outerTicks } from './ticks.js';

/** Characters of a title that fit beside an axis. */
const TITLE = 42;

/** In units of the drawing, which is as wide as its place: small enough that letters stay readable at 300 pixels. */
const WIDTH = 340;
const HEIGHT = 230;
const LEFT = 52;
const RIGHT = WIDTH - 12;
const TOP = 26;
const BOTTOM = HEIGHT - 38;

export interface Axis {
  readonly title: string;
  /** At least one. */
  readonly ticks: readonly number[];
  /** What lies at the two ends; without extent, all lies in the middle. */
  readonly from: number;
  readonly to: number;
  readonly unit?: string;
  /** Equal distances are equal factors. All values are above 0. */
  readonly isLogarithmic?: boolean;
}

/** Places of values in the drawing. */
export interface Scale {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

export interface PlotOptions {
  readonly x: Axis;
  readonly y: Axis;
  /** The drawing in a sentence or two, for those who do not see it. */
  readonly description: string;
  /** A place on the x axis that is pointed out. */
  readonly mark?: { readonly x: number; readonly label: string };
  readonly draw: (scale: Scale) => Html;
}

/** Axes, and what is drawn between them, as inline SVG. */
export function renderPlot({ x, y, description, mark, draw }: PlotOptions): Html {
  const scale: Scale = { x: scaleOf(x, LEFT, RIGHT), y: scaleOf(y, BOTTOM, TOP) };
  return html`<svg class="plot" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${description}">
    ${yAxis(y, scale)} ${xAxis(x, scale)} ${mark && renderMark(mark, scale)} ${draw(scale)}
  </svg>`;
}

/** An axis that ends at round numbers around all values. */
export function outerAxis(title: string, values: readonly number[], unit?: string): Axis {
  const ticks = outerTicks(values);
  const [from, to] = extentOf(ticks);
  return { title, ticks, from, to, unit };
}

/** An axis that ends at the least and the greatest value. */
export function innerAxis(title: string, values: readonly number[]): Axis {
  const [from, to] = extentOf(values);
  return { title, ticks: innerTicks(from, to), from, to };
}

/** From 0 to 100 %. */
export const shareAxis = (title: string): Axis => ({
  title,
  ticks: [0, 0.25, 0.5, 0.75, 1],
  from: 0,
  to: 1,
  unit: '%',
});

/** An axis of factors that ends at the least and the greatest value, with ticks at powers of ten where it has some. */
export function logarithmicAxis(title: string, values: readonly number[]): Axis {
  const [from, to] = extentOf(values);
  const powers = innerTicks(Math.log10(from), Math.log10(to), 1).map((exponent) => 10 ** exponent);
  return { title, ticks: powers.length > 0 ? powers : [from, to], from, to, isLogarithmic: true };
}

function scaleOf(axis: Axis, start: number, end: number): (value: number) => number {
  const at = axis.isLogarithmic ? Math.log10 : (value: number): number => value;
  const [from, to] = [at(axis.from), at(axis.to)];
  const place = (value: number): number => (from === to ? 0.5 : (at(value) - from) / (to - from));
  return (value) => Math.round((start + place(value) * (end - start)) * 10) / 10;
}

const tickText = (tick: number, unit: string | undefined): string =>
  unit === '%' ? `${Number((tick * 100).toPrecision(6))}%` : formatNumber(tick);

const fitting = (title: string): string => (title.length > TITLE ? `${title.slice(0, TITLE - 1)}…` : title);

function yAxis({ title, ticks, unit }: Axis, { y }: Scale): Html {
  return html`<g class="axis">
    ${ticks.map(
      (tick) =>
        html`<line x1="${LEFT}" x2="${RIGHT}" y1="${y(tick)}" y2="${y(tick)}" />
          <text x="${LEFT - 7}" y="${y(tick) + 4}" text-anchor="end">${tickText(tick, unit)}</text>`,
    )}
    ${title !== '' && html`<text x="2" y="12">${fitting(title)}</text>`}
  </g>`;
}

function xAxis({ title, ticks, unit }: Axis, { x }: Scale): Html {
  return html`<g class="axis">
    <line class="base" x1="${LEFT}" x2="${RIGHT}" y1="${BOTTOM}" y2="${BOTTOM}" />
    ${ticks.map(
      (tick) =>
        html`<line class="base" x1="${x(tick)}" x2="${x(tick)}" y1="${BOTTOM}" y2="${BOTTOM + 4}" />
          <text x="${x(tick)}" y="${BOTTOM + 16}" text-anchor="middle">${tickText(tick, unit)}</text>`,
    )}
    <text x="${(LEFT + RIGHT) / 2}" y="${HEIGHT - 5}" text-anchor="middle">${fitting(title)}</text>
  </g>`;
}

function renderMark({ x: value, label }: { readonly x: number; readonly label: string }, { x }: Scale): Html {
  const at = x(value);
  const anchor = at < LEFT + 60 ? 'start' : at > RIGHT - 60 ? 'end' : 'middle';
  return html`<g class="mark">
    <line x1="${at}" x2="${at}" y1="${TOP - 8}" y2="${BOTTOM}" />
    <text x="${at}" y="${TOP - 13}" text-anchor="${anchor}">${label}</text>
  </g>`;
}

/** Points that can be drawn; of more than `most`, so many evenly from all over. */
export function drawable(line: Line, most: number): Line {
  const finite = line.filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y));
  if (finite.length <= most) return finite;
  const stride = (finite.length - 1) / (most - 1);
  const picked = new Set(Array.from({ length: most }, (_, index) => Math.round(index * stride)));
  return finite.filter((_, index) => picked.has(index));
}

/** The parts of a line between its gaps, which are points that cannot be drawn; of `drawable` points. */
export function partsOf(line: Line, most: number): Line[] {
  const drawn = new Set(drawable(line, most));
  const parts: Line[number][][] = [[]];
  for (const point of line) {
    if (drawn.has(point)) parts.at(-1)?.push(point);
    else if (!point.every(Number.isFinite)) parts.push([]);
  }
  return parts.filter(({ length }) => length > 0);
}
