import {
  defineEncoder,
  type Encoder,
  exampleBeside,
  required,
  type Survey,
  type Surveyed,
  type Tensors,
} from '@sensorium/contracts';
import { examples, fit as fitPicture, toRgb } from '@sensorium/media';
import { type Clip, video as modality } from '@sensorium/modality-video';
import { changesFilms, drawFrames, filmTensors, keptFrames } from './draw.js';
import { overlay } from './overlay.js';
import { buildFeatures } from './network.js';
import { options, type VideoOptions } from './options.js';

/**
 * Video encoder, trained from scratch: each of the frames runs through the same convolutions, down to a grid of at most 4×4, which
 * becomes its token; a transformer looks from frame to frame (the factorised encoder of ViViT, Arnab et al. 2021). Tokens
 * [B,F,dim], one for each frame; pooled [B,dim] is the mean of those that are there.
 */
export const video = defineEncoder({
  specVersion: 'v1',
  name: 'video',
  modality,
  options,
  example: exampleBeside(import.meta.url, 'encoder-video', [examples.fitPicture]),
  create: createVideoEncoder,
});

function createVideoEncoder(given: VideoOptions): Encoder<Clip> {
  const { frames, rate, pixels: side, fit, augment } = given;
  const count = keptFrames(given);
  const specs = (length: number) =>
    ({
      frames: { dtype: 'uint8', shape: [length, side, side, 3] },
      valid: { dtype: 'uint8', shape: [length] },
    }) as const;
  return {
    kept: specs(count),
    needs: { frames: count, rate, width: side, height: side, fit },
    prepare: (clip) => prepareClip(clip, given, count),
    ...((count !== frames || changesFilms(augment)) && {
      view: { fed: specs(frames), draw: (kept, random) => drawFrames(kept, given, random) },
    }),
    notes: ({ frames: [first] }) => {
      const { width, height } = first?.original ?? required(first, 'the first frame');
      const done = { contain: 'filled up with bars', squeeze: 'squeezed', cover: 'cut' }[fit];
      return width === height ? [] : [`${width}×${height} was ${done} to a square`];
    },
    overlay: overlay(side, rate > 0 ? rate : 1),
    survey: (clips) => surveyClips(clips, given),
    build(scope, x, present) {
      const fed = {
        frames: required(x['frames'], 'the input "frames"'),
        valid: required(x['valid'], 'the input "valid"'),
      };
      return buildFeatures(scope, fed, present, given);
    },
  };
}

/** At most `count` frames, evenly over the clip, or in its middle where they have a rate. */
function prepareClip({ frames }: Clip, { pixels: side, fit, rate }: VideoOptions, count: number): Tensors {
  const bytes = side * side * 3;
  const length = Math.min(count, frames.length);
  const first = (frames.length - length) >> 1;
  const data = new Uint8Array(count * bytes);
  for (let index = 0; index < length; index++) {
    const at = rate > 0 ? first + index : Math.floor(((index + 0.5) * frames.length) / length);
    const frame = required(frames[at], `frame ${at + 1}`);
    data.set(fitPicture(toRgb(frame), side, side, fit).data, index * bytes);
  }
  return filmTensors(data, new Uint8Array(count).fill(1, 0, length), side);
}

async function surveyClips(clips: AsyncIterable<Surveyed<Clip>>, { frames, pixels }: VideoOptions): Promise<Survey> {
  const sizes = new Set<string>();
  for await (const { value } of clips) {
    const { width, height } = value.frames[0]?.original ?? required(value.frames[0], 'the first frame');
    sizes.add(`${width}×${height}`);
  }
  return { facts: [[...sizes].join(', '), `seen as ${frames} frames of ${pixels}×${pixels} pixels`], warnings: [] };
}
