import { required, type Shown } from '@sensorium/contracts';
import { decodeSound, encodePng, highestShown, inTurns, spectrogram } from '@sensorium/media';
import type { Sight } from '../metrics.js';
import { LINE_STYLES, renderCurve } from './curve.js';
import { dataUrl } from './data-url.js';
import { formatNumber, formatSeconds } from './format.js';
import { clip, html, type Html } from './html.js';
import { renderLanes } from './lanes.js';
import { smallPicture } from './picture.js';
import { shortSound } from './sound.js';

/** Bytes that all pictures of a page may take together, and all sounds. */
const PICTURE_BUDGET = 1.3e6;
const SOUND_BUDGET = 4e6;
/** Bytes of a pixel of a PNG that nothing could be saved on, and of a byte, in base64. */
const PIXEL_BYTES = 4;
const BASE64 = 4 / 3;
const LARGEST_EDGE = 96;
/** Frames of a clip that are shown, evenly spread over it. */
const MOST_FRAMES = 6;
/** Points of a line, which is no wider than a card. */
const CARD_POINTS = 100;
/** Characters of a text, and of what a medium is called. */
const LONGEST = 400;
const ALT = 120;

/** How much of each picture and sound a page has room for. */
interface Room {
  readonly edge: number;
  readonly soundBytes: number;
}

function roomFor(sights: readonly Sight[]): Room {
  const count = (kind: Shown['kind']): number =>
    sights.filter((sight) => 'kind' in sight && sight.kind === kind).length;
  const pictures = Math.max(1, count('picture') + count('sound') + MOST_FRAMES * count('frames'));
  return {
    edge: Math.min(LARGEST_EDGE, Math.floor(Math.sqrt(PICTURE_BUDGET / PIXEL_BYTES / pictures))),
    soundBytes: Math.floor(SOUND_BUDGET / BASE64 / Math.max(1, count('sound'))),
  };
}

type Renderers = {
  readonly [K in Shown['kind']]: (shown: Extract<Shown, { kind: K }>, room: Room) => Html | Promise<Html>;
};

const renderers: Renderers = {
  text: ({ text }) => html`<span class="text" dir="auto">${clip(text, LONGEST)}</span>`,
  picture: ({ png, alt }, { edge }) => picture(png, clip(alt, ALT), edge),
  async frames({ pngs, rate, alt }, { edge }) {
    const count = Math.min(MOST_FRAMES, pngs.length);
    const places = Array.from({ length: count }, (_, index) => Math.floor((index * pngs.length) / count));
    const shown: Html[] = [];
    for (const place of places) {
      const name = `${clip(alt, ALT)}, at ${formatSeconds(place / rate)}`;
      shown.push(await picture(required(pngs[place], 'a frame'), name, edge));
    }
    return html`<span class="frames">${shown}</span>`;
  },
  async sound({ wav, alt }, { edge, soundBytes }) {
    const { wav: short, cutTo } = shortSound(wav, soundBytes);
    const name = clip(alt, ALT);
    return html`${await spectrogramOf(short, name, edge)}<audio
        controls
        preload="metadata"
        src="${dataUrl('audio/wav', short)}"
        aria-label="${name}"
      ></audio>
      ${cutTo !== undefined && html`<small>its first ${formatSeconds(cutTo)}</small>`}`;
  },
  curve({ alt, ...curve }) {
    const name = clip(alt, ALT);
    if (Object.keys(curve.lines).length > LINE_STYLES) return renderLanes({ ...curve, most: CARD_POINTS, alt: name });
    return html`${renderCurve({ ...curve, most: CARD_POINTS, alt: `${name}.` })}<small
        >${curve.y} over ${curve.x}</small
      >`;
  },
};

async function picture(png: Uint8Array, name: string, edge: number): Promise<Html> {
  const { png: small, width, height, isWhole } = await smallPicture(png, edge);
  return html`<img
    class="${isWhole && 'pixels'}"
    src="${dataUrl('image/png', small)}"
    width="${width}"
    height="${height}"
    alt="${name}"
    title="${name}"
  />`;
}

/** Twice as wide as high, with as many pixels as a picture of that edge. */
async function spectrogramOf(wav: Uint8Array, name: string, edge: number): Promise<Html> {
  const sound = await decodeSound(wav);
  const height = Math.max(1, Math.round(edge * Math.SQRT1_2));
  const raster = await inTurns(spectrogram(sound, { width: 2 * height, height }));
  const what = `spectrogram up to ${formatNumber(highestShown(sound) / 1000)} kHz`;
  return html`<img
    class="spectrogram"
    src="${dataUrl('image/png', await encodePng(raster))}"
    width="${raster.width}"
    height="${raster.height}"
    alt="${what}: ${name}"
    title="${what}"
  />`;
}

/** Gives the markup of a value that was embedded. */
export type Embedded = (sight: Sight) => Html;

/**
 * Makes values ready for a page, pictures reduced and sounds cut so far that all of them fit. What cannot be shown has a
 * note instead; nothing is thrown. One after the other, because a decoded photo is large.
 */
export async function embed(sights: readonly Sight[]): Promise<Embedded> {
  const room = roomFor(sights);
  const embedded = new Map<Sight, Html>();
  for (const sight of sights) embedded.set(sight, await embedOne(sight, room));
  return (sight) => required(embedded.get(sight), 'the markup of a value of the report');
}

async function embedOne(sight: Sight, room: Room): Promise<Html> {
  if ('problem' in sight) return problemNote(sight.problem);
  try {
    return await render(sight, room);
  } catch (error) {
    return problemNote(error instanceof Error ? error.message : String(error));
  }
}

const render = <K extends Shown['kind']>(shown: Extract<Shown, { kind: K }>, room: Room): Html | Promise<Html> =>
  renderers[shown.kind](shown, room);

const problemNote = (problem: string): Html =>
  html`<span class="missing">This cannot be shown. ${clip(problem, LONGEST)}</span>`;
