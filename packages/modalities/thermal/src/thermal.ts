import { exampleBeside, type IO, type Modality, type Random } from '@sensorium/contracts';
import {
  badMedia,
  changeEach,
  checkedSamples,
  clip,
  decodeImage,
  encodePng,
  examples,
  falseColours,
  greySamples,
  inTurns,
  isSamples,
  lostShare,
  nameOf,
  readSampleFile,
  readSamples,
  recogniseFiles,
  type Samples,
  saltOrPepper,
  type Steps,
} from '@sensorium/media';

/** What a thermal camera measured at every pixel, in its own numbers: an encoder's options say what they mean in degrees. */
export interface ThermalImage {
  readonly width: number;
  readonly height: number;
  /** [height,width], finite. */
  readonly data: Uint8Array | Uint16Array | Float32Array;
}

/**
 * Thermal images: the path or URL of a file, its bytes, a Blob, or the decoded value. PNG, PGM, OpenEXR and NPY as they are stored, of
 * 8 or 16 bits or floats; JPEG, TIFF (in Node) and other pictures by their one channel, or, where grey was saved as RGB, by
 * its luma. Nothing is made sRGB, and no gamma is applied. Colours are refused, because nobody knows their values. At most
 * 100,000,000 pixels, or as the limit `pixels` says.
 */
export const thermal: Modality<ThermalImage> = {
  name: 'thermal',
  from: 'file',
  exclusive: true,
  version: '1',
  limits: ['pixels'],
  example: exampleBeside(import.meta.url, 'modality-thermal', [examples.sensorSamples]),
  async decode(source, io) {
    const name = nameOf(source, io);
    if (isSamples(source)) return checked(source, name, io);
    const bytes = await readSampleFile(source, io);
    const samples = isColoured(bytes) ? undefined : await readSamples(bytes, name, io);
    return checked(samples ?? (await pictureSamples(bytes, name, io)), name, io);
  },
  recognises: async (cells, io, column) =>
    HEAT.test(column)
      ? recogniseFiles(cells, io, 0.96, async (bytes) => {
          const { width, height } = await thermal.decode(bytes, io);
          return `of one channel, such as one of ${width}×${height}, and the column is called like heat`;
        })
      : undefined,
  show: async (image) => ({
    kind: 'picture',
    png: await encodePng(falseColours(image, { map: 'inferno' })),
    alt: `thermal image, ${image.width}×${image.height}`,
  }),
  disturb: (image, level, random, signal) => inTurns(disturbImage(image, level, random), signal),
};

/**
 * White Gaussian noise of the deviation level · the image's own range, within that range; then a share level²/2 of the pixels is
 * stuck at one of its ends.
 */
function* disturbImage(image: ThermalImage, level: number, random: Random): Steps<ThermalImage> {
  let [coldest, hottest] = [Infinity, -Infinity];
  for (const value of image.data) {
    coldest = Math.min(coldest, value);
    hottest = Math.max(hottest, value);
  }
  const [noise, loss] = [random.fork('noise'), random.fork('loss')];
  const data = yield* changeEach(image.data, (value) => {
    const noisy = clip(value + level * (hottest - coldest) * noise.normal(), coldest, hottest);
    return saltOrPepper(loss.uniform(), lostShare(level), hottest, coldest) ?? noisy;
  });
  return { ...image, data };
}

/** Files alone do not tell a thermal image from a depth map or a grey photograph. */
const HEAT = /thermal|heat|temperature|infrared|\b(?:lw|mw)?ir\b/i;

const pictureSamples = async (bytes: Uint8Array, name: string, io: IO): Promise<Samples> =>
  greySamples(await decodeImage(bytes, { ...io, name }), name, io.signal);

/** A PNG with another colour type than grey: https://www.w3.org/TR/png-3/#11IHDR */
const isColoured = (bytes: Uint8Array): boolean => bytes[0] === 0x89 && bytes[25] !== 0;

const expected = { what: 'a thermal image', arrays: [Uint8Array, Uint16Array, Float32Array] } as const;

function checked(samples: Samples, name: string, io: IO): ThermalImage {
  const image = checkedSamples<ThermalImage['data']>(samples, name, io, expected);
  const { width, data } = image;
  const odd = data instanceof Float32Array ? data.findIndex((value) => !Number.isFinite(value)) : -1;
  if (odd < 0) return image;
  throw badMedia(name, `has ${data[odd]} in row ${Math.floor(odd / width) + 1}, column ${(odd % width) + 1}`, {
    hint: 'A thermal image has a finite number for every pixel.',
  });
}
