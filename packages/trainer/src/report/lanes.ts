import type { Line } from '@sensorium/contracts';
import { formatValue } from './format.js';
import { html, type Html } from './html.js';
import { partsOf } from './plot.js';
import { extentOf } from './ticks.js';

export interface LanesOptions {
  readonly x: string;
  readonly y: string;
  readonly lines: Readonly<Record<string, Line>>;
  /** Lines of more points are drawn with so many of them. */
  readonly most: number;
  readonly alt: string;
}

/** Lines that are shown. */
const MOST_LANES = 24;
/** In units of a lane's drawing, which is as wide as its place. */
const WIDTH = 100;
const HEIGHT = 16;
const MARGIN = 1;

/** Lines below each other, each in its own range: more of them than one drawing could tell apart. */
export function renderLanes({ x, y, lines, most, alt }: LanesOptions): Html {
  const drawn = Object.entries(lines).map(([name, line]): Lane => ({ name, parts: partsOf(line, most) }));
  const [from, to] = extentOf(drawn.flatMap(({ parts }) => parts.flat().map(([at]) => at)));
  const shown = drawn.slice(0, MOST_LANES);
  const others = drawn.length - shown.length;
  return html`<span class="lanes" role="img" aria-label="${alt}. ${shown.map(describe).join(' ')}">
      ${shown.map((lane) => renderLane(lane, [from, to]))}
    </span>
    <small>${y} over ${x}, each in its own range${others > 0 && `; ${others} more are not shown`}</small>`;
}

interface Lane {
  readonly name: string;
  /** Between gaps, each at least a point. */
  readonly parts: readonly Line[];
}

function renderLane({ name, parts }: Lane, [from, to]: readonly [number, number]): Html {
  const [low, high] = rangeOf(parts);
  const place = (share: number, size: number): number => Number((MARGIN + share * (size - 2 * MARGIN)).toFixed(2));
  const at = (value: number, least: number, most: number): number =>
    most > least ? (value - least) / (most - least) : 1 / 2;
  const pointsOf = (part: Line): string =>
    part.map(([x, y]) => `${place(at(x, from, to), WIDTH)},${place(1 - at(y, low, high), HEIGHT)}`).join(' ');
  return html`<span title="${describe({ name, parts })}"
    ><bdi>${name}</bdi
    ><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
      ${parts.map((part) => html`<polyline points="${pointsOf(part)}" />`)}
    </svg></span
  >`;
}

const rangeOf = (parts: readonly Line[]): readonly [low: number, high: number] =>
  extentOf(parts.flat().map(([, y]) => y));

function describe({ name, parts }: Lane): string {
  if (parts.length === 0) return `${name} has no points.`;
  const [low, high] = rangeOf(parts);
  return `${name}: ${formatValue(low)} to ${formatValue(high)}.`;
}
