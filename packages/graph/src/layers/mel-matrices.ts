/** How a spectrogram in mel is made of samples. */
export interface MelOptions {
  /** Samples a second, Hz. */
  readonly rate: number;
  /** Samples of a frame, and from one to the next. */
  readonly frame: number;
  readonly hop: number;
  /** Samples that are transformed: a frame, and zeros behind it. Even. */
  readonly transform: number;
  /** Hann's window, of the frame's length or of a sample less. */
  readonly window: 'periodic' | 'symmetric';
  /**
   * What Kaldi does to a frame first: x ← x − mean(x), then x[n] ← x[n] − 0.97·x[n−1], of the first sample x[0] ← 0.03·x[0].
   */
  readonly emphasis: boolean;
  /** Bands, from `lowest` to `highest` Hz, by default half the rate. */
  readonly bands: number;
  readonly lowest: number;
  readonly highest?: number;
  /**
   * `kaldi`: 1127·ln(1 + f/700), triangles in mel of height 1. `slaney`: linear below 1000 Hz, logarithmic above, triangles in
   * Hz of area 1 (Slaney 1998, as librosa has it).
   */
  readonly scale: 'kaldi' | 'slaney';
  /** Frames that lie within the samples; or one around every hop-th sample, with zeros or mirrored samples around all. */
  readonly edges: 'within' | 'zeros' | 'mirrored';
}

const PREEMPHASIS = 0.97;

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/**
 * All that is linear between samples and the spectrum, in one matrix: the rows of the real part, then those of the imaginary one,
 * [2·bins, frame].
 */
export function spectrumMatrix(mel: MelOptions): Float32Array {
  const { frame, transform, emphasis } = mel;
  const window = hann(frame, mel.window === 'periodic' ? frame : frame - 1);
  const bins = binsOf(mel);
  const matrix = new Float32Array(2 * bins * frame);
  for (const [part, wave] of [Math.cos, Math.sin].entries()) {
    for (let bin = 0; bin < bins; bin++) {
      // The angle is taken modulo a turn before it is rounded.
      const row = window.map((height, at) => height * wave((2 * Math.PI * ((bin * at) % transform)) / transform));
      matrix.set(emphasis ? withEmphasis(row) : row, (part * bins + bin) * frame);
    }
  }
  return matrix;
}

/** Bins of the spectrum that a band may read. Kaldi does not look at the highest. */
export const binsOf = ({ transform, scale }: MelOptions): number => transform / 2 + (scale === 'kaldi' ? 0 : 1);

/** Hann's window: ½ − ½·cos(2πn / period). */
const hann = (length: number, period: number): Float64Array =>
  Float64Array.from({ length }, (_, at) => 0.5 - 0.5 * Math.cos((2 * Math.PI * at) / period));

/** A row that reads frames, as one that reads them before their mean is taken away and they are emphasized. */
function withEmphasis(row: Float64Array): Float64Array {
  const emphasized = row.map((weight, at) => weight - PREEMPHASIS * (row[at + 1] ?? 0));
  emphasized[0] = (emphasized[0] as number) - PREEMPHASIS * (row[0] as number);
  const mean = emphasized.reduce((sum, weight) => sum + weight, 0) / row.length;
  return emphasized.map((weight) => weight - mean);
}

/** How much of each bin's power a band gets, [bands, bins]. */
export function bandMatrix(mel: MelOptions): Float32Array {
  const { rate, bands, lowest, highest = rate / 2, scale, transform } = mel;
  const { toMel, toHertz } = scales[scale];
  const [low, high] = [toMel(lowest), toMel(highest)];
  // Of a band its lower edge, its middle and its upper edge.
  const edges = range(bands + 2).map((edge) => low + ((high - low) * edge) / (bands + 1));
  const bins = range(binsOf(mel)).map((bin) => (bin * rate) / transform);
  const weights = range(bands).flatMap((band) => {
    const [left, middle, right] = edges.slice(band, band + 3) as [number, number, number];
    if (scale === 'kaldi') return bins.map((hertz) => triangle(toMel(hertz), left, middle, right));
    const [from, peak, to] = [left, middle, right].map(toHertz) as [number, number, number];
    return bins.map((hertz) => (triangle(hertz, from, peak, to) * 2) / (to - from));
  });
  return Float32Array.from(weights);
}

const triangle = (x: number, left: number, middle: number, right: number): number =>
  Math.max(0, Math.min((x - left) / (middle - left), (right - x) / (right - middle)));

/** Of Slaney's scale: Hz of a mel below the knee, where that is, and its growth above it, by mel. */
const [SLOPE, KNEE, GROWTH] = [200 / 3, 1000, Math.log(6.4) / 27];

const scales = {
  kaldi: {
    toMel: (hertz: number) => 1127 * Math.log(1 + hertz / 700),
    toHertz: (mel: number) => 700 * (Math.exp(mel / 1127) - 1),
  },
  slaney: {
    toMel: (hertz: number) => (hertz < KNEE ? hertz / SLOPE : KNEE / SLOPE + Math.log(hertz / KNEE) / GROWTH),
    toHertz: (mel: number) => (mel < KNEE / SLOPE ? mel * SLOPE : KNEE * Math.exp((mel - KNEE / SLOPE) * GROWTH)),
  },
} as const;
