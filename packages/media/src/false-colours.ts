import type { Raster } from './raster.js';
import type { Samples } from './samples.js';

type Colour = readonly [red: number, green: number, blue: number];

/** Coefficients of t⁰ … t⁶ of maps from 0…1 to red, green and blue: fits of Matt Zucker (CC0, shadertoy.com/view/WlfXRN) to matplotlib’s. */
const polynomials = {
  viridis: [
    [0.2777273272, 0.0054073445, 0.3340998053],
    [0.1050930431, 1.4046135299, 1.3845901626],
    [-0.3308618287, 0.2148475595, 0.095095163],
    [-4.634230499, -5.7991009734, -19.3324409563],
    [6.2282699363, 14.1799333668, 56.6905526007],
    [4.7763849977, -13.7451453777, -65.3530326334],
    [-5.4354558559, 4.6458526122, 26.3124352496],
  ],
  inferno: [
    [0.0002189404, 0.0016510046, -0.0194808984],
    [0.1065134195, 0.5639564368, 3.9327123889],
    [11.6024930825, -3.9728539657, -15.9423941063],
    [-41.7039961314, 17.4363988821, 44.3541451987],
    [77.1629356994, -33.4023589421, -81.8073092574],
    [-71.319428245, 32.626064264, 73.209519858],
    [25.1311262248, -12.242668952, -23.0703250029],
  ],
} as const satisfies Record<string, readonly Colour[]>;

export interface FalseColours {
  readonly map: keyof typeof polynomials;
  /** Whether the smallest value is the brightest. Default false */
  readonly reversed?: boolean;
  /** Whether a value is one; what is none becomes grey. Default: it is finite */
  readonly isValue?: (value: number) => boolean;
}

const GREY: Colour = [128, 128, 128];
/** So many of 256 colours are enough for eyes. */
const STEPS = 256;
/** Values that are looked at to find the range. */
const SAMPLE = 10_000;

/** Values as a picture: from the 1st percentile to the 99th, which a few odd pixels do not move. */
export function falseColours({ width, height, data }: Samples, options: FalseColours): Raster {
  const { map, reversed = false, isValue = Number.isFinite } = options;
  const [low, high] = rangeOf(data, isValue);
  const colours = Array.from({ length: STEPS }, (_, step) => colourAt(map, step / (STEPS - 1)));
  const pixels = new Uint8Array(data.length * 3);
  data.forEach((value, index) => {
    const share = high > low ? Math.min(1, Math.max(0, (value - low) / (high - low))) : 0.5;
    const step = Math.round((reversed ? 1 - share : share) * (STEPS - 1));
    pixels.set(isValue(value) ? (colours[step] as Colour) : GREY, 3 * index);
  });
  return { width, height, channels: 3, data: pixels };
}

function rangeOf(data: Samples['data'], isValue: (value: number) => boolean): [low: number, high: number] {
  const step = Math.max(1, Math.floor(data.length / SAMPLE));
  const seen = Float64Array.from(data.filter((value, index) => index % step === 0 && isValue(value))).sort();
  const at = (share: number): number => seen[Math.round(share * (seen.length - 1))] ?? NaN;
  return [at(0.01), at(0.99)];
}

/** Bytes. */
function colourAt(map: FalseColours['map'], t: number): Colour {
  const channel = (index: 0 | 1 | 2): number => {
    const value = polynomials[map].reduceRight((sum, coefficients) => sum * t + coefficients[index], 0);
    return Math.round(255 * Math.min(1, Math.max(0, value)));
  };
  return [channel(0), channel(1), channel(2)];
}
