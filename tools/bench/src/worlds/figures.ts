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

/** A picture of one colour with figures on it, none of which looks over its edge. */
export function paint(width: number, height: number, background: Colour, figures: readonly Figure[]): Raster {
  const data = new Uint8Array(width * height * 3);
  for (let at = 0; at < data.length; at += 3) data.set(background, at);
  for (const figure of figures) {
    for (let y = 0; y < figure.size; y++) {
      for (let x = 0; x < figure.size; x++) {
        if (covers(figure, x + 0.5, y + 0.5)) data.set(figure.colour, ((figure.top + y) * width + figure.left + x) * 3);
      }
    }
  }
  return { width, height, channels: 3, data };
}

/** Whether a place, from the figure's own corner, lies in it. */
function covers({ shape, size }: Figure, x: number, y: number): boolean {
  const middle = size / 2;
  if (shape === 'circle') return Math.hypot(x - middle, y - middle) <= middle;
  return shape === 'square' || Math.abs(x - middle) <= y / 2;
}
