import { required, type SymbolicTensor } from '@sensorium/contracts';
import { add, cast, constant, mul, transpose } from '@sensorium/graph';
import { fit, pixelsOverlay, toRgb, type Raster } from '@sensorium/media';
import { image as modality } from '@sensorium/modality-image';
import { z } from 'zod';
import type { Kind } from './kind.js';
import type { Options } from './options.js';
import { reasonOf } from './place.js';
import { damaged, misfit } from './problem.js';

const side = z.int().positive().max(4096);
const sides = z.object({ height: side, width: side });
const channels = z.array(z.number()).length(3);

/** Of preprocessor_config.json of pictures, what is used here. */
const processor = z.object({
  size: z.union([side, sides, z.object({ shortest_edge: side })]),
  do_center_crop: z.boolean().default(false),
  crop_size: z.union([side, sides]).optional(),
  do_rescale: z.boolean().default(true),
  rescale_factor: z.number().default(1 / 255),
  do_normalize: z.boolean().default(true),
  image_mean: channels.optional(),
  image_std: channels.optional(),
});

type Processor = z.output<typeof processor>;
type Size = readonly [height: number, width: number];

/** Pictures: resized, cut and scaled as preprocessor_config.json says: `pixel_values` [B,3,height,width]. */
export const image: Kind<Raster> = {
  modality,

  async learn(given, _, source) {
    const own = source.json('preprocessor_config.json', processor);
    shapeOf(given.model, own);
    scaleOf(given.model, own);
    return { processor: own };
  },

  create(given) {
    const own = settingsOf(given);
    const { resized, size, mode } = shapeOf(given.model, own);
    return {
      kept: { pixels: { dtype: 'uint8', shape: [...size, 3] } },
      needs: { height: resized[0], width: resized[1], fit: mode },
      prepare(picture) {
        const { data } = middle(fit(toRgb(picture), resized[1], resized[0], mode), size);
        return { pixels: { dtype: 'uint8', shape: [1, ...size, 3], data: new Uint8Array(data) } };
      },
      notes(picture) {
        const { width, height } = picture.original ?? picture;
        if (width * size[0] === height * size[1]) return [];
        const done = mode === 'squeeze' ? 'squeezed' : 'cut';
        return [`${width}×${height} was ${done} to ${size[1]}×${size[0]}`];
      },
      overlay: pixelsOverlay(...size),
      feed: ({ pixels }) => ({
        pixel_values: normalized(required(pixels, 'the input "pixels"'), scaleOf(given.model, own)),
      }),
    };
  },
};

function settingsOf({ model, processor: own }: Options): Processor {
  if (own === undefined) throw misfit(model, 'the size of the pictures is not known', 'Training reads it.');
  const found = processor.safeParse(own);
  if (found.success) return found.data;
  throw damaged(model, `its preprocessor_config.json cannot be used: ${reasonOf(found.error)}`);
}

interface Shape {
  /** Before its middle is cut out. */
  readonly resized: Size;
  readonly size: Size;
  readonly mode: 'squeeze' | 'cover';
}

/** Throws SENSORIUM_BAD_MODEL where pictures would keep sizes of their own. */
function shapeOf(model: string, { size, do_center_crop: isCut, crop_size: cut }: Processor): Shape {
  const part = isCut && cut !== undefined ? sizeOf(cut) : undefined;
  if (typeof size === 'number' || 'height' in size) {
    const resized = sizeOf(size);
    return { resized, size: part ?? resized, mode: 'squeeze' };
  }
  const edge = size.shortest_edge;
  if (part && part[0] <= edge && part[1] <= edge) return { resized: [edge, edge], size: part, mode: 'cover' };
  throw damaged(model, `its preprocessor_config.json leaves pictures a shape of their own: shortest_edge ${edge}`);
}

const sizeOf = (size: number | z.output<typeof sides>): Size =>
  typeof size === 'number' ? [size, size] : [size.height, size.width];

/** The part of this size in the middle. */
function middle(picture: Raster, [height, width]: Size): Raster {
  if (picture.height === height && picture.width === width) return picture;
  const [top, left] = [(picture.height - height) >> 1, (picture.width - width) >> 1];
  const data = new Uint8Array(height * width * 3);
  for (let row = 0; row < height; row++) {
    const start = ((top + row) * picture.width + left) * 3;
    data.set(picture.data.subarray(start, start + width * 3), row * width * 3);
  }
  return { width, height, channels: 3, data };
}

interface Scale {
  readonly factors: readonly number[];
  readonly offsets: readonly number[];
}

/** (pixel · rescale_factor − mean) / std, by channel. */
function scaleOf(model: string, own: Processor): Scale {
  const factor = own.do_rescale ? own.rescale_factor : 1;
  const { image_mean: mean, image_std: std } = own.do_normalize ? own : { image_mean: [0, 0, 0], image_std: [1, 1, 1] };
  if (!mean || !std) throw damaged(model, 'its preprocessor_config.json says no image_mean and image_std');
  return {
    factors: std.map((deviation) => factor / deviation),
    offsets: mean.map((value, channel) => -value / required(std[channel], 'a deviation')),
  };
}

/** [B,height,width,3] → [B,3,height,width] */
const normalized = (pixels: SymbolicTensor, { factors, offsets }: Scale): SymbolicTensor =>
  transpose(
    add(mul(cast(pixels, 'float32'), constant(factors, 'float32')), constant(offsets, 'float32')),
    [0, 3, 1, 2],
  );
