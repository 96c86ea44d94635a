import { required, type Line, type Overlay, type WeightedPicture } from '@sensorium/contracts';
import { decodeImage, encodePng, resample, toRgb } from '@sensorium/media';
import { dataUrl } from './data-url.js';
import { formatSeconds } from './format.js';
import { clip, html, type Html } from './html.js';
import { partsOf } from './plot.js';
import { extentOf } from './ticks.js';

/** Pixels of the longer edge of a picture. */
const EDGE = 160;
/** Frames of a film that are shown, evenly spread over it. */
const MOST_FRAMES = 6;
/** Words or cells, lines, and characters of a word. */
const [MOST_PARTS, MOST_LINES, LONGEST] = [200, 12, 60];
/** Places of a line that are told apart. */
const BANDS = 80;

/** What weights mean, in words for those who do not see colours. */
interface Meaning {
  /** `What speaks most for the answer` */
  readonly most: string;
  /** Of a weight above 0, and below it: `for it`, `against it` */
  readonly above: string;
  readonly below: string;
}

export const contribution: Meaning = { most: 'What speaks most for the answer', above: 'for it', below: 'against it' };
export const attention: Meaning = { most: 'What is looked at most', above: 'looked at', below: 'looked at' };

type Renderers = {
  readonly [K in Overlay['kind']]: (overlay: Extract<Overlay, { kind: K }>, meaning: Meaning) => Html | Promise<Html>;
};

const renderers: Renderers = {
  picture: ({ alt, ...picture }, meaning) => weighted(picture, alt, meaning),
  async frames({ frames, rate, alt }, meaning) {
    const count = Math.min(MOST_FRAMES, frames.length);
    const places = Array.from({ length: count }, (_, index) => Math.floor((index * frames.length) / count));
    const shown: Html[] = [];
    for (const place of places) {
      shown.push(
        await weighted(required(frames[place], 'a frame'), `${alt}, at ${formatSeconds(place / rate)}`, meaning),
      );
    }
    return html`<span class="frames">${shown}</span>`;
  },
  parts({ parts }, meaning) {
    const most = largest(parts.map(({ weight }) => weight));
    const shown = parts.slice(0, MOST_PARTS).map(({ text, weight }) => part(text, weight / most, meaning));
    const more = parts.length - MOST_PARTS;
    return html`<span class="parts" dir="auto">${shown}</span>${more > 0 && html`<small>and ${more} more</small>`}`;
  },
  curve({ x, y, lines, weights, alt }, meaning) {
    const most = largest(Object.values(weights).flatMap((own) => Array.from(own)));
    const drawn = Object.entries(lines).slice(0, MOST_LINES);
    const more = Object.keys(lines).length - drawn.length;
    return html`<span
        class="lanes weighted"
        role="img"
        aria-label="${alt}. ${drawn.map(([name]) => whereOf(name, weights, meaning)).join(' ')}"
      >
        ${drawn.map(([name, line]) => lane(name, line, required(weights[name], `the weights of ${name}`), most))}
      </span>
      <small>${y} over ${x}${more > 0 && `; ${more} more are not shown`}</small>`;
  },
};

/** A value with what speaks for the answer in blue, and what speaks against it in orange; the darker, the more. */
export const renderOverlay = <K extends Overlay['kind']>(
  overlay: Extract<Overlay, { kind: K }>,
  meaning: Meaning,
): Html | Promise<Html> => renderers[overlay.kind](overlay, meaning);

const largest = (weights: readonly number[]): number =>
  weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), Number.MIN_VALUE);

const [FOR, AGAINST] = [
  [32, 108, 200],
  [214, 94, 0],
] as const;

/** The picture in grey, with colours where it counts. */
async function weighted(
  { png, width, height, weights }: WeightedPicture,
  name: string,
  meaning: Meaning,
): Promise<Html> {
  const raster = toRgb(await decodeImage(png));
  const scale = EDGE / Math.max(raster.width, raster.height);
  const [columns, rows] = [raster.width, raster.height].map((size) => Math.max(1, Math.round(size * scale))) as [
    number,
    number,
  ];
  const { data } = resample(raster, columns, rows);
  const most = largest(Array.from(weights));
  const pixels = new Uint8Array(columns * rows * 3);
  for (let place = 0; place < columns * rows; place++) {
    const [column, row] = [place % columns, Math.floor(place / columns)];
    const at = Math.floor((row * height) / rows) * width + Math.floor((column * width) / columns);
    const weight = (weights[at] as number) / most;
    const grey =
      0.299 * (data[3 * place] as number) +
      0.587 * (data[3 * place + 1] as number) +
      0.114 * (data[3 * place + 2] as number);
    const colour = weight < 0 ? AGAINST : FOR;
    const share = Math.sqrt(Math.abs(weight)) * 0.9;
    for (const channel of [0, 1, 2] as const) {
      pixels[3 * place + channel] = Math.round((0.6 * grey + 102) * (1 - share) + colour[channel] * share);
    }
  }
  const url = dataUrl('image/png', await encodePng({ width: columns, height: rows, channels: 3, data: pixels }));
  const alt = `${clip(name, LONGEST)}. ${meaning.most} lies at the ${strongestPlace(weights, width, height)}.`;
  return html`<img src="${url}" width="${columns}" height="${rows}" alt="${alt}" title="${alt}" />`;
}

/** In which ninth of a picture the weights are largest: `top left`. */
function strongestPlace(weights: ArrayLike<number>, width: number, height: number): string {
  const ninths = Array.from({ length: 9 }, () => 0);
  for (let place = 0; place < weights.length; place++) {
    const [column, row] = [place % width, Math.floor(place / width)];
    const ninth = 3 * Math.floor((3 * row) / height) + Math.floor((3 * column) / width);
    ninths[ninth] = required(ninths[ninth], 'a ninth') + (weights[place] as number);
  }
  const best = ninths.indexOf(Math.max(...ninths));
  const rows = ['top', 'middle', 'bottom'];
  const columns = ['left', 'centre', 'right'];
  return `${required(rows[Math.floor(best / 3)], 'a row')} ${required(columns[best % 3], 'a column')}`;
}

/** @param share of the strongest, −1…1 */
function part(text: string, share: number, { above, below }: Meaning): Html {
  const strength = Math.abs(share);
  const said = `${share < 0 ? below : above}, ${Math.round(100 * strength)}% of the strongest`;
  return html`<span class="${share < 0 ? 'against' : 'for'}" style="--strength:${strength.toFixed(3)}" title="${said}"
    >${clip(text, LONGEST)}<span class="unseen"> (${said})</span></span
  > `;
}

/** In units of a lane's drawing. */
const [WIDTH, HEIGHT] = [100, 24];

function lane(name: string, line: Line, weights: ArrayLike<number>, most: number): Html {
  const [low, high] = extentOf(line.map(([, y]) => y).filter(Number.isFinite));
  const last = Math.max(1, line.length - 1);
  const bands = Math.min(BANDS, line.length);
  const sums = Array.from({ length: bands }, () => 0);
  for (let at = 0; at < line.length; at++) {
    const band = Math.floor((at * bands) / line.length);
    sums[band] = required(sums[band], 'a band') + (weights[at] as number);
  }
  const strongest = Math.max(most, largest(sums));
  const places = partsOf(
    line.map(([, y], at) => [at / last, y] as const),
    line.length,
  );
  const points = (part: Line): string =>
    part
      .map(
        ([x, y]) =>
          `${(x * WIDTH).toFixed(2)},${((high > low ? 1 - (y - low) / (high - low) : 0.5) * HEIGHT).toFixed(2)}`,
      )
      .join(' ');
  return html`<span
    ><bdi>${clip(name, LONGEST)}</bdi
    ><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
      ${sums.map(
        (sum, band) =>
          html`<rect
            class="${sum < 0 ? 'against' : 'for'}"
            x="${((band * WIDTH) / bands).toFixed(2)}"
            y="0"
            width="${(WIDTH / bands).toFixed(2)}"
            height="${HEIGHT}"
            opacity="${(Math.abs(sum) / strongest).toFixed(3)}"
          />`,
      )}
      ${places.map((part) => html`<polyline points="${points(part)}" />`)}
    </svg></span
  >`;
}

function whereOf(name: string, weights: Readonly<Record<string, ArrayLike<number>>>, { most }: Meaning): string {
  const own = Array.from(required(weights[name], `the weights of ${name}`));
  const at = own.indexOf(Math.max(...own));
  return `${name}: ${most.toLowerCase()} lies after ${Math.round((100 * at) / Math.max(1, own.length - 1))}% of it.`;
}
