import { required, type Tensor } from '@sensorium/contracts';
import { transpose } from '@sensorium/graph';
import { fit, type PictureNeeds, pixelsOverlay, toRgb } from '@sensorium/media';
import { image as modality, type Raster } from '@sensorium/modality-image';
import { formatShape } from '@sensorium/tensors';
import type { Kind, Learning } from '../kind.js';
import { normalized } from '../normalize.js';
import type { OnnxOptions } from '../options.js';
import { misfit, notLearned } from '../problem.js';

interface PictureOptions extends OnnxOptions {
  readonly size: [number, number];
  readonly layout: 'NCHW' | 'NHWC';
}

/** Pictures, as bytes [height,width,channels] of the size and the channels that the file takes. */
export const image: Kind<Raster> = {
  modality,
  learn: async (learning) => learnPicture(learning),
  create(given) {
    if (!isLearned(given)) throw notLearned(given.file, 'the size of the pictures is');
    const [height, width] = given.size;
    const colours = given.channels === 'grey' ? 1 : 3;
    return {
      kept: { pixels: { dtype: 'uint8', shape: [height, width, colours] } },
      needs: needsOf(given),
      prepare: (picture) => ({ pixels: preparePicture(picture, given) }),
      notes: (picture) => pictureNotes(picture, given),
      overlay: pixelsOverlay(height, width, given.channels === 'bgr' ? coloured.bgr : undefined),
      picture: { size: given.size, isFirst: given.layout === 'NCHW' },
      flow({ pixels }) {
        const x = normalized(required(pixels, 'the input "pixels"'), given, { width: colours, full: 255 });
        return { values: { pixels: given.layout === 'NCHW' ? transpose(x, [0, 3, 1, 2]) : x } };
      },
    };
  },
};

const isLearned = (given: OnnxOptions): given is PictureOptions =>
  Array.isArray(given.size) && (given.layout === 'NCHW' || given.layout === 'NHWC');

function learnPicture({ given, input }: Learning<Raster>): Partial<OnnxOptions> {
  const { file } = given;
  const { name, dtype, shape } = input;
  if (shape?.length !== 4) {
    throw misfit(
      file,
      `its input "${name}" is ${dtype ?? 'of an unknown type'} ${shape ? formatShape(shape) : 'of unknown shape'}`,
      'A picture is float32 [batch,3,height,width] or [batch,height,width,3]. "modality" says what else the values are.',
    );
  }
  const layout = given.layout ?? layoutOf(file, shape);
  const size = sizeOf(given, shape, layout);
  const isGrey = shape[layout === 'NCHW' ? 1 : 3] === 1;
  if (given.resize !== undefined && given.resize < Math.max(...size)) {
    throw misfit(
      file,
      `pictures are brought to ${given.resize}, and ${size.join('×')} is cut out`,
      'Make "resize" larger, or leave it out.',
    );
  }
  return { layout, size, channels: given.channels ?? (isGrey ? 'grey' : 'rgb') };
}

type PictureShape = readonly (number | string)[];

function layoutOf(file: string, shape: PictureShape): 'NCHW' | 'NHWC' {
  for (const channels of [3, 1]) {
    if (shape[1] === channels) return 'NCHW';
    if (shape[3] === channels) return 'NHWC';
  }
  throw misfit(
    file,
    `its input is ${formatShape(shape)}, which does not say where the three channels are`,
    'Set "layout" to NCHW or NHWC.',
  );
}

function sizeOf({ file, size }: OnnxOptions, shape: PictureShape, layout: OnnxOptions['layout']): [number, number] {
  if (typeof size === 'number') return [size, size];
  const [height, width] = size ?? (layout === 'NCHW' ? shape.slice(2) : shape.slice(1, 3));
  if (typeof height === 'number' && typeof width === 'number') return [height, width];
  throw misfit(
    file,
    `its input is ${formatShape(shape)}, which leaves height and width open`,
    'Set "size" to the height and width, in pixels, that the model was trained with.',
  );
}

const needsOf = ({
  size: [height, width],
  resize,
  fit,
}: PictureOptions): PictureNeeds & Record<string, number | string> =>
  resize === undefined ? { height, width, fit } : { height: resize, width: resize, fit: 'cover' };

/** uint8 [1,height,width,channels] */
function preparePicture(picture: Raster, given: PictureOptions): Tensor {
  const needs = needsOf(given);
  const [height, width] = given.size;
  const { data } = centre(fit(toRgb(picture), needs.width, needs.height, needs.fit), height, width);
  const pixels = coloured[given.channels ?? 'rgb'](data as Uint8Array);
  return { dtype: 'uint8', shape: [1, height, width, pixels.length / (height * width)], data: pixels };
}

/** The middle of a picture of three channels. */
function centre(picture: Raster, height: number, width: number): Raster {
  if (picture.height === height && picture.width === width) return picture;
  const [top, left] = [(picture.height - height) >> 1, (picture.width - width) >> 1];
  const data = new Uint8Array(height * width * 3);
  for (let row = 0; row < height; row++) {
    const start = ((top + row) * picture.width + left) * 3;
    data.set(picture.data.subarray(start, start + width * 3), row * width * 3);
  }
  return { width, height, channels: 3, data };
}

/** What RGB becomes; the grey of ITU-R BT.601. */
const coloured: Readonly<Record<NonNullable<OnnxOptions['channels']>, (rgb: Uint8Array) => Uint8Array<ArrayBuffer>>> = {
  rgb: (rgb) => new Uint8Array(rgb),
  bgr: (rgb) => Uint8Array.from(rgb, (_, at) => rgb[at + 2 - 2 * (at % 3)] as number),
  grey: (rgb) =>
    Uint8Array.from({ length: rgb.length / 3 }, (_, pixel) => {
      const [red, green, blue] = rgb.subarray(3 * pixel, 3 * pixel + 3) as unknown as [number, number, number];
      return Math.round((299 * red + 587 * green + 114 * blue) / 1000);
    }),
};

function pictureNotes(picture: Raster, given: PictureOptions): string[] {
  const [height, width] = given.size;
  const original = picture.original ?? picture;
  if (original.width * height === original.height * width && given.resize === undefined) return [];
  const done =
    given.resize === undefined
      ? { contain: 'filled up with bars', squeeze: 'squeezed', cover: 'cut' }[given.fit]
      : 'cut';
  return [`${original.width}×${original.height} was ${done} to ${width}×${height}`];
}
