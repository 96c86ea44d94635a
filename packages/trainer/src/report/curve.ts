import { html, type Html } from './html.js';
import { epochTicks, valueTicks } from './ticks.js';

export interface Point {
  /** From 1. */
  readonly epoch: number;
  readonly value: number;
}

export interface Series {
  readonly name: string;
  /** At least one, by epoch. */
  readonly points: readonly Point[];
}

export interface CurveOptions {
  readonly title: string;
  readonly series: readonly Series[];
  /** From 1. */
  readonly bestEpoch: number;
  /** Values 0…1 have an axis in percent. */
  readonly unit: 'share' | 'number';
  readonly format: (value: number) => string;
}

const WIDTH = 420;
const HEIGHT = 270;
const LEFT = 50;
const RIGHT = WIDTH - 14;
const TOP = 30;
const BOTTOM = HEIGHT - 42;

/** More epochs than this have no dots on the line. */
const DOTTED = 40;

interface Scale {
  readonly x: (epoch: number) => number;
  readonly y: (value: number) => number;
}

/** A line chart over epochs with its legend, as a figure with inline SVG. */
export function renderCurve(options: CurveOptions): Html {
  const { title, series, bestEpoch } = options;
  const points = series.flatMap((one) => one.points);
  const epochs = points.map(({ epoch }) => epoch);
  const first = epochs.reduce((a, b) => Math.min(a, b), Infinity);
  const last = epochs.reduce((a, b) => Math.max(a, b), 1);
  const ticks = valueTicks(points.map(({ value }) => value));
  const scale = scaleOf(first, last, ticks[0] ?? 0, ticks.at(-1) ?? 1);
  return html`<figure class="curve">
    <figcaption>${title}${legend(series)}</figcaption>
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}: ${describe(options)}">
      ${valueAxis(ticks, scale, options.unit)} ${epochAxis(epochTicks(first, last), scale)}
      ${bestMark(bestEpoch, scale)} ${series.map((one, index) => line(one, index, options, scale))}
    </svg>
  </figure>`;
}

function scaleOf(first: number, last: number, low: number, high: number): Scale {
  const single = first === last;
  return {
    x: (epoch) => round(single ? (LEFT + RIGHT) / 2 : LEFT + ((epoch - first) / (last - first)) * (RIGHT - LEFT)),
    y: (value) => round(BOTTOM - ((value - low) / (high - low)) * (BOTTOM - TOP)),
  };
}

const round = (position: number): number => Math.round(position * 10) / 10;

function valueAxis(ticks: readonly number[], { y }: Scale, unit: CurveOptions['unit']): Html {
  const text = (tick: number): string => (unit === 'share' ? `${Number((tick * 100).toPrecision(6))}%` : String(tick));
  return html`<g class="axis">
    ${ticks.map(
      (tick) =>
        html`<line x1="${LEFT}" x2="${RIGHT}" y1="${y(tick)}" y2="${y(tick)}" />
          <text x="${LEFT - 8}" y="${y(tick) + 4}" text-anchor="end">${text(tick)}</text>`,
    )}
  </g>`;
}

function epochAxis(ticks: readonly number[], { x }: Scale): Html {
  return html`<g class="axis">
    <line class="base" x1="${LEFT}" x2="${RIGHT}" y1="${BOTTOM}" y2="${BOTTOM}" />
    ${ticks.map(
      (tick) =>
        html`<line class="base" x1="${x(tick)}" x2="${x(tick)}" y1="${BOTTOM}" y2="${BOTTOM + 5}" />
          <text x="${x(tick)}" y="${BOTTOM + 19}" text-anchor="middle">${tick}</text>`,
    )}
    <text x="${(LEFT + RIGHT) / 2}" y="${HEIGHT - 5}" text-anchor="middle">epoch</text>
  </g>`;
}

function bestMark(bestEpoch: number, { x }: Scale): Html {
  const at = x(bestEpoch);
  const anchor = at < LEFT + 60 ? 'start' : at > RIGHT - 60 ? 'end' : 'middle';
  return html`<g class="best">
    <line x1="${at}" x2="${at}" y1="${TOP - 8}" y2="${BOTTOM}" />
    <text x="${at}" y="${TOP - 14}" text-anchor="${anchor}">best: epoch ${bestEpoch}</text>
  </g>`;
}

function line({ name, points }: Series, index: number, { bestEpoch, format }: CurveOptions, { x, y }: Scale): Html {
  const path = points.map(({ epoch, value }) => `${x(epoch)},${y(value)}`).join(' ');
  const dots = points.filter(({ epoch }) => points.length <= DOTTED || epoch === bestEpoch);
  return html`<g class="series ${seriesClass(index)}">
    <polyline points="${path}" />
    ${dots.map(
      ({ epoch, value }) =>
        html`<circle cx="${x(epoch)}" cy="${y(value)}" r="${epoch === bestEpoch ? 5 : 2.5}">
          <title>${name}, epoch ${epoch}: ${format(value)}</title>
        </circle>`,
    )}
  </g>`;
}

/** Colour and dashes of a series; the style sheet has four. */
const seriesClass = (index: number): string => `series-${index % 4}`;

function legend(series: readonly Series[]): Html | false {
  return (
    series.length > 1 &&
    html`<span class="legend"
      >${series.map(
        ({ name }, index) =>
          html`<span
            ><svg class="swatch" viewBox="0 0 26 8" aria-hidden="true">
              <g class="series ${seriesClass(index)}"><polyline points="1,4 25,4" /></g></svg
            >${name}</span
          >`,
      )}</span
    >`
  );
}

/** The chart in a sentence, for those who do not see it. */
function describe({ series, bestEpoch, format }: CurveOptions): string {
  const sentences = series.map(({ name, points }) => {
    const ends = [points[0], points.at(-1)].map((point) =>
      point ? `${format(point.value)} at epoch ${point.epoch}` : '',
    );
    return `${name} goes from ${ends.join(' to ')}.`;
  });
  return [...sentences, `Epoch ${bestEpoch} is the best.`].join(' ');
}
