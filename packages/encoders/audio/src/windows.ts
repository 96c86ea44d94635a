import { type Random, required, type Tensors } from '@sensorium/contracts';

/** Windows of a sound: how many of them, of how many samples each. */
export interface WindowShape {
  readonly count: number;
  readonly size: number;
}

/** How a sample differs from itself in one epoch of the training. */
export interface Variation {
  readonly random: Random;
  /** The largest way that a sound moves in its window, as a share of what it fills of that. */
  readonly shift: number;
  /** How much faster it is played. */
  readonly speed: number;
  /** Changes samples in place. */
  change(samples: Float32Array): void;
}

/**
 * Windows of the samples that are kept: `samples` [1,1,K] → [1,N,S], `span` [1,1,2] → [1,N,2]. A sound has as many as it needs,
 * from its first sample to its last, or anywhere where they vary; a single one is in its middle. What is not of it is 0.
 */
export function drawWindows(kept: Tensors, { count, size }: WindowShape, variation: Variation | null): Tensors {
  const sound = playedAt(soundOf(kept), variation?.speed ?? 1);
  const drawn = { samples: new Float32Array(count * size), span: new Float32Array(count * 2) };
  for (const [window, start] of startsOf(sound.length, { count, size }, variation).entries()) {
    const [from, to] = [Math.max(0, start), Math.min(sound.length, start + size)];
    const own = drawn.samples.subarray(window * size + from - start, window * size + to - start);
    own.set(sound.subarray(from, to));
    variation?.change(own);
    drawn.span.set([from - start, to - start], window * 2);
  }
  return windowTensors(drawn, { count, size });
}

/** The samples of a single window that are of the sound. */
export function soundOf(windows: Tensors): Float32Array {
  const samples = required(windows['samples'], 'the tensor "samples"').data as Float32Array;
  const [from, to] = required(windows['span'], 'the tensor "span"').data as Float32Array;
  return samples.subarray(from, to);
}

/** A sound as a player of another speed gives it, by straight lines between samples. */
function playedAt(sound: Float32Array, speed: number): Float32Array {
  if (speed === 1) return sound;
  return Float32Array.from({ length: Math.max(1, Math.floor(sound.length / speed)) }, (_, at) => {
    const place = Math.min(sound.length - 1, at * speed);
    const before = Math.floor(place);
    const [here, next] = [sound[before] as number, sound[before + 1] ?? (sound[before] as number)];
    return here + (next - here) * (place - before);
  });
}

/** The first sample of each window; negative where a sound begins later than its window. */
function startsOf(length: number, { count, size }: WindowShape, variation: Variation | null): number[] {
  const needed = Math.min(count, Math.max(1, Math.ceil(length / size)));
  const free = Math.max(0, length - size);
  if (!variation) {
    if (needed === 1) return [Math.floor(free / 2)];
    return Array.from({ length: needed }, (_, window) => Math.round((window * free) / (needed - 1)));
  }
  const { random, shift } = variation;
  const most = Math.floor(shift * Math.min(length, size));
  return Array.from({ length: needed }, () => {
    const start = random.integer(free + 1);
    return most > 0 ? start + random.integer(2 * most + 1) - most : start;
  });
}

export interface Windows {
  /** [N,S] */
  readonly samples: Float32Array;
  /** [N,2] */
  readonly span: Float32Array;
}

export const windowTensors = ({ samples, span }: Windows, { count, size }: WindowShape): Tensors => ({
  samples: { dtype: 'float32', shape: [1, count, size], data: samples },
  span: { dtype: 'float32', shape: [1, count, 2], data: span },
});
