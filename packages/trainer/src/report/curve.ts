import type { Line } from '@sensorium/contracts';
import { formatValue } from './format.js';
import { html, type Content, type Html } from './html.js';
import { innerAxis, logarithmicAxis, outerAxis, partsOf, renderPlot, type PlotOptions, type Scale } from './plot.js';

export interface CurveOptions {
  readonly x: string;
  readonly y: string;
  readonly lines: Readonly<Record<string, Line>>;
  /** Of the values of y. */
  readonly unit?: string;
  /** Whether equal distances of x are equal factors. Default false. */
  readonly isLogarithmic?: boolean;
  /** Lines of more points are drawn with so many of them. Default 1,000. */
  readonly most?: number;
  readonly mark?: PlotOptions['mark'];
  /** What people should know of the curve besides its lines. */
  readonly alt?: string;
}

const MOST_POINTS = 1000;
/** Lines of more points have no dots. */
const DOTTED = 20;
/** Lines that the style sheet tells apart. */
export const LINE_STYLES = 8;

/** Lines over one axis, with their legend where there are several. */
export function renderCurve({
  x,
  y,
  lines,
  unit,
  isLogarithmic = false,
  most = MOST_POINTS,
  mark,
  alt,
}: CurveOptions): Html {
  const drawn = Object.entries(lines).map(([name, line]): NamedLine => ({ name, parts: partsOf(line, most) }));
  const points = drawn.flatMap(({ parts }) => parts.flat());
  if (points.length === 0) return html`<p class="note">There is nothing to draw.</p>`;
  const plot = renderPlot({
    x: (isLogarithmic ? logarithmicAxis : innerAxis)(
      x,
      points.map(([x]) => x),
    ),
    y: outerAxis(
      y,
      points.map(([, y]) => y),
      unit,
    ),
    mark,
    description: [alt, ...drawn.map((one) => describe(one, x, unit)), mark && `${mark.label}.`]
      .filter(Boolean)
      .join(' '),
    draw: (scale) => html`${drawn.map((one, index) => renderLine(one, index, { x, unit, mark, scale }))}`,
  });
  return html`${drawn.length > 1 && legend(drawn)}${plot}`;
}

/** A curve with its title. */
export const renderFigure = (title: Content, content: Html): Html =>
  html`<figure class="chart">
    <figcaption>${title}</figcaption>
    ${content}
  </figure>`;

interface NamedLine {
  readonly name: string;
  /** Between gaps, each at least a point. */
  readonly parts: readonly Line[];
}

interface LineContext extends Pick<CurveOptions, 'x' | 'unit' | 'mark'> {
  readonly scale: Scale;
}

function renderLine({ name, parts }: NamedLine, index: number, { x, unit, mark, scale }: LineContext): Html {
  const line = parts.flat();
  const alone = new Set(parts.filter(({ length }) => length === 1).flat());
  const dots = line.filter((point) => line.length <= DOTTED || point[0] === mark?.x || alone.has(point));
  return html`<g class="line line-${index % LINE_STYLES}">
    ${parts.map((part) => html`<polyline points="${part.map(([x, y]) => `${scale.x(x)},${scale.y(y)}`).join(' ')}" />`)}
    ${dots.map(
      ([at, y]) =>
        html`<circle cx="${scale.x(at)}" cy="${scale.y(y)}" r="${at === mark?.x ? 4.5 : 2.5}">
          <title>${name}, ${x} ${formatValue(at)}: ${formatValue(y, unit)}</title>
        </circle>`,
    )}
  </g>`;
}

const legend = (lines: readonly NamedLine[]): Html =>
  html`<p class="legend">
    ${lines.map(
      ({ name }, index) =>
        html`<span
          ><svg class="swatch" viewBox="0 0 26 8" aria-hidden="true">
            <g class="line line-${index % LINE_STYLES}"><polyline points="1,4 25,4" /></g></svg
          >${name}</span
        >`,
    )}
  </p>`;

function describe({ name, parts }: NamedLine, x: string, unit: string | undefined): string {
  const line = parts.flat();
  const ends = [line.at(0), line.at(-1)].flatMap((point) =>
    point ? [`${formatValue(point[1], unit)} at ${x} ${formatValue(point[0])}`] : [],
  );
  return ends.length === 0 ? `${name} has no points.` : `${name} goes from ${ends.join(' to ')}.`;
}
