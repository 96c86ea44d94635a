import { exampleBeside, type Modality, type Random, required, type Shown } from '@sensorium/contracts';
import {
  type Clip,
  type ClipNeeds,
  decodeVideo,
  disturbRaster,
  encodePng,
  inTurns,
  lookingLike,
  type Raster,
  recogniseFiles,
} from '@sensorium/media';
import { thumbnails } from './thumbnails.js';

/**
 * Films: a path or URL, the bytes of a file, a Blob, or a Clip. MP4, MOV, WebM, Matroska, and GIF and WebP, animated or not. Upright,
 * in sRGB. A column that needs `{ frames, rate, width, height, fit }` gets so many frames, evenly over the whole film or at a rate,
 * and so large; no other frame becomes a picture. The sound of the same file is another modality, audio. At most 100,000,000
 * pixels a frame and four hours, or as the limits `pixels` and `seconds` say.
 */
export const video: Modality<Clip> = {
  name: 'video',
  from: 'file',
  exclusive: true,
  version: '1',
  limits: ['pixels', 'seconds'],
  example: exampleBeside(import.meta.url, 'modality-video'),
  decode: (source, io, needs?: ClipNeeds) => decodeVideo(source, io, needs),
  recognises: (cells, io) => recogniseFiles(cells, io, 0.9, lookingLike(/video$/)),
  show: showClip,
  disturb: disturbClip,
};

async function showClip(clip: Clip): Promise<Shown> {
  const { frames, times } = clip;
  const first = required(frames[0], 'the first frame');
  const { width, height } = first.original ?? first;
  const [begin, end] = [required(times[0], 'the first time'), required(times.at(-1), 'the last time')];
  const shown = thumbnails(frames);
  return {
    kind: 'frames',
    pngs: await Promise.all(shown.map(encodePng)),
    // What is between the frames that are shown is left out.
    rate: end > begin ? (shown.length - 1 || 1) / (end - begin) : 1,
    alt: `${shown.length} of ${frames.length} frames of a film of ${width}×${height}, ${rounded(begin)} to ${rounded(end)} s`,
  };
}

/** Every frame as a picture, each with noise of its own. */
async function disturbClip(clip: Clip, level: number, random: Random, signal?: AbortSignal): Promise<Clip> {
  const frames: Raster[] = [];
  for (const [index, frame] of clip.frames.entries()) {
    frames.push(await inTurns(disturbRaster(frame, level, random.fork(String(index))), signal));
  }
  return { ...clip, frames };
}

const rounded = (seconds: number): number => Number(seconds.toFixed(2));
