import { exampleBeside, type IO, type Modality, type Random } from '@sensorium/contracts';
import {
  badMedia,
  changeEach,
  checkedSamples,
  clip,
  encodePng,
  examples,
  falseColours,
  inTurns,
  isSamples,
  looksLike,
  lostShare,
  nameOf,
  readSampleFile,
  readSamples,
  recogniseFiles,
  type Steps,
} from '@sensorium/media';

/** How far away what is seen at every pixel is, in the sensor's own numbers: an encoder's options say what they mean. */
export interface DepthMap {
  readonly width: number;
  readonly height: number;
  /** [height,width]. 0, NaN and ∞ are holes, where nothing was measured. */
  readonly data: Uint16Array | Float32Array;
}

/**
 * Depth maps: the path or URL of a file, its bytes, a Blob, or the decoded value. PNG (grey, 16 bits), PGM (16 bits), OpenEXR, or NPY
 * (uint16 or floats, [height,width]), without any conversion: the same numbers in Node and in the browser. 8 bits are refused,
 * because they are a picture of depth. At most 100,000,000 pixels, or as the limit `pixels` says.
 */
export const depth: Modality<DepthMap> = {
  name: 'depth',
  from: 'file',
  exclusive: true,
  version: '1',
  limits: ['pixels'],
  example: exampleBeside(import.meta.url, 'modality-depth', [examples.sensorSamples]),
  async decode(source, io) {
    const name = nameOf(source, io);
    if (isSamples(source)) return checkedSamples<DepthMap['data']>(source, name, io, expected);
    const bytes = await readSampleFile(source, io);
    const samples = await readSamples(bytes, name, io);
    if (!samples) throw badMedia(name, `is no depth map: it looks like ${looksLike(bytes)}`, { hint: HINT });
    const { width, height, data } = samples;
    if (data instanceof Uint8Array)
      throw badMedia(name, 'has 8 bits a pixel; expected 16, or floats', { hint: EIGHT_BITS });
    return { width, height, data };
  },
  recognises: (cells, io) => recogniseFiles(cells, io, 0.95, async (bytes) => depthIn(bytes, io)),
  async show(map) {
    const raster = falseColours(map, { map: 'viridis', reversed: true, isValue: isMeasured });
    return { kind: 'picture', png: await encodePng(raster), alt: altOf(map) };
  },
  disturb: (map, level, random, signal) => inTurns(disturbMap(map, level, random), signal),
};

/**
 * White Gaussian noise of the deviation level · the range that was measured, within that range; then a share level²/2 of the pixels
 * is a hole. Holes stay holes.
 */
function* disturbMap(map: DepthMap, level: number, random: Random): Steps<DepthMap> {
  let [nearest, farthest] = [Infinity, 0];
  for (const value of map.data) {
    if (!isMeasured(value)) continue;
    nearest = Math.min(nearest, value);
    farthest = Math.max(farthest, value);
  }
  const [noise, loss] = [random.fork('noise'), random.fork('loss')];
  const data = yield* changeEach(map.data, (value) => {
    const noisy = clip(value + level * (farthest - nearest) * noise.normal(), nearest, farthest);
    const isLost = loss.uniform() < lostShare(level);
    if (!isMeasured(value)) return value;
    return isLost ? 0 : noisy;
  });
  return { ...map, data };
}

/** The first byte of an NPY file. */
const NUMPY = 0x93;

/** 16 bits of grey are hardly a photograph; numbers of NumPy may be anything. */
async function depthIn(bytes: Uint8Array, io: IO): Promise<string | undefined> {
  if (bytes[0] === NUMPY) return undefined;
  const { width, height } = await depth.decode(bytes, io);
  return `a depth map, such as one of ${width}×${height}`;
}

const HINT = 'Depth is PNG of 16 bits, PGM of 16 bits, OpenEXR, or NPY.';
const EIGHT_BITS = 'With 8 bits it is a picture of depth, in unknown units. Export the sensor’s own numbers.';

/** Whether a number of a depth map is a distance, and no hole. */
const isMeasured = (value: number): boolean => value > 0 && value < Infinity;

const expected = { what: 'a depth map', arrays: [Uint16Array, Float32Array], hint: EIGHT_BITS } as const;

function altOf({ width, height, data }: DepthMap): string {
  let holes = 0;
  for (const value of data) if (!isMeasured(value)) holes++;
  const share = Math.round((100 * holes) / data.length);
  return `depth, ${width}×${height}${holes > 0 ? `, ${share > 0 ? share : 'less than 1'} % holes` : ''}`;
}
