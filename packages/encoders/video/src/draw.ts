import { type Random, required, type SampleRandom, type Tensors } from '@sensorium/contracts';
import { drawMove, moved } from '@sensorium/media';
import type { VideoOptions } from './options.js';

/** Kept of a film that is cut in time, so that there is something between its frames. */
const SPARE = 2;

/** How many frames are kept of a film. */
export const keptFrames = ({ frames, augment }: VideoOptions): number => (augment.time > 0 ? SPARE * frames : frames);

/** Whether any option asks for a change. Without one, what frozen layers make of a film can be kept. */
export const changesFilms = ({ time, crop, flip }: VideoOptions['augment']): boolean => time > 0 || crop > 0 || flip;

/** The frames that the network sees, of those that are kept: evenly over them, or over a part of the time. */
export function drawFrames(kept: Tensors, options: VideoOptions, random: SampleRandom | null): Tensors {
  const frames = required(kept['frames'], 'the kept tensor "frames"').data as Uint8Array;
  const valid = required(kept['valid'], 'the kept tensor "valid"').data as Uint8Array;
  const { frames: count, pixels: side, augment } = options;
  const bytes = side * side * 3;
  const length = valid.reduce((sum, flag) => sum + flag, 0);
  const picked = pickFrames(length, options, random?.own);
  const move = random && drawMove(random.row, side, augment);
  const drawn = { frames: new Uint8Array(count * bytes), valid: new Uint8Array(count) };
  for (const [index, frame] of picked.entries()) {
    const pixels = frames.subarray(frame * bytes, (frame + 1) * bytes);
    drawn.frames.set(move ? moved(pixels, side, 3, move) : pixels, index * bytes);
    drawn.valid[index] = 1;
  }
  return filmTensors(drawn.frames, drawn.valid, side);
}

/** At most `frames` of `length`: at a rate as many in a row, otherwise evenly; in training of a part of them. */
function pickFrames(length: number, { frames, rate, augment }: VideoOptions, random?: Random): number[] {
  const count = Math.min(frames, length);
  if (rate > 0) {
    const free = length - count;
    const start = random ? random.integer(free + 1) : free >> 1;
    return Array.from({ length: count }, (_, index) => start + index);
  }
  const share = random ? 1 - augment.time * random.uniform() : 1;
  const begin = random ? (1 - share) * random.uniform() : 0;
  const placeOf = (index: number): number => length * (begin + (share * (index + 0.5)) / count);
  const picked = Array.from({ length: count }, (_, index) => Math.min(length - 1, Math.floor(placeOf(index))));
  return [...new Set(picked)];
}

/** [F,S,S,3] and [F] as tensors of one sample. */
export const filmTensors = (frames: Uint8Array, valid: Uint8Array, side: number): Tensors => ({
  frames: { dtype: 'uint8', shape: [1, valid.length, side, side, 3], data: frames },
  valid: { dtype: 'uint8', shape: [1, valid.length], data: valid },
});
