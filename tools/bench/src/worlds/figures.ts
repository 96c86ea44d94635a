import type { Raster } from '@sensorium/media';

export const shapes = ['circle', 'square', 'triangle'] as const;

export type Colour = readonly [number, number, number];

/** What is painted, in pixels from the upper left corner. */
export interface Figure {
  readonly shape: (typeof shapes)[number];
  readonly colour: Colour;
  readonly left: number;
  readonly top: number;
  readonly size: number;
}

/** Places in a pixel, in each direction, that are looked at. */
const SAMPLES = 4;

/** A picture of one colour with figures on it, their edges smoothed, none of which looks over its own edge. */
export function paint(width: number, height: number, background: Colour, figures: readonly Figure[]): Raster {
  const data = new Uint8Array(width * height * 3);
  for (let at = 0; at < data.length; at += 3) data.set(background, at);
  for (const figure of figures) {
    for (let y = Math.floor(figure.top); y < figure.top + figure.size; y++) {
      for (let x = Math.floor(figure.left); x < figure.left + figure.size; x++) {
        const share = coverage(figure, x, y);
        const at = (y * width + x) * 3;
        figure.colour.forEach((value, channel) => {
          data[at + channel] = Math.round(share * value + (1 - share) * (data[at + channel] ?? 0));
        });
      }
    }
  }
  return { width, height, channels: 3, data };
}

/** The share of a pixel that lies in a figure. */
function coverage(figure: Figure, x: number, y: number): number {
  let inside = 0;
  for (let at = 0; at < SAMPLES ** 2; at++) {
    const right = x + ((at % SAMPLES) + 0.5) / SAMPLES - figure.left;
    const down = y + (Math.floor(at / SAMPLES) + 0.5) / SAMPLES - figure.top;
    inside += Number(covers(figure, right, down));
  }
  return inside / SAMPLES ** 2;
}

/** Whether a place, from the figure's own corner, lies in it. */
function covers({ shape, size }: Figure, x: number, y: number): boolean {
  if (x < 0 || y < 0 || x > size || y > size) return false;
  const middle = size / 2;
  if (shape === 'circle') return Math.hypot(x - middle, y - middle) <= middle;
  return shape === 'square' || Math.abs(x - middle) <= y / 2;
}
