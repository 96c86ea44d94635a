import type { PluginFiles } from '@sensorium/contracts';
import { didYouMean, sha256 } from '@sensorium/data';
import { type OnnxModel } from '@sensorium/onnx';
import { formatShape } from '@sensorium/tensors';
import { filesBeside } from './external-data.js';
import { bytesOf, readModelFile } from './model-file.js';
import type { LearnedOptions, OnnxOptions } from './options.js';
import { misfit, problem } from './problem.js';

/** Spells out what the file says. */
export async function learnFromFile(given: OnnxOptions, files: PluginFiles): Promise<LearnedOptions> {
  const bytes = bytesOf(given.file, files);
  const hash = await checkedHash(given.file, bytes, given.sha256, 'sha256');
  const externalData: Record<string, string> = {};
  for (const [name, path] of filesBeside(given.file, bytes)) {
    const known = given.externalData ?? {};
    const expected = Object.hasOwn(known, name) ? known[name] : undefined;
    externalData[name] = await checkedHash(path, bytesOf(path, files), expected, 'externalData');
  }
  const model = readModelFile(given.file, files);
  const shape = pictureShape(given.file, model);
  const layout = given.layout ?? layoutOf(given.file, shape);
  const own = { output: outputOf(given, model), size: sizeOf(given, shape, layout), layout, sha256: hash };
  return { ...given, ...own, ...(Object.keys(externalData).length > 0 && { externalData }) };
}

async function checkedHash(
  file: string,
  bytes: Uint8Array,
  expected: string | undefined,
  option: keyof OnnxOptions,
): Promise<string> {
  const found = await sha256(bytes);
  if (expected === undefined || expected === found) return found;
  throw problem(
    'SENSORIUM_CHECKSUM',
    file,
    `its SHA-256 is ${found}, and the manifest says ${expected}`,
    `Get the file that the manifest means, or take "${option}" out of the manifest.`,
  );
}

type PictureShape = readonly (number | string)[];

/** Of the only input: float32 of four axes. */
function pictureShape(file: string, { inputs }: OnnxModel): PictureShape {
  const [input, ...others] = inputs;
  if (!input || others.length > 0) {
    const names = inputs.map(({ name }) => name).join(', ');
    throw misfit(
      file,
      `the model has ${inputs.length} inputs${names && ` (${names})`}, and one for the picture is expected`,
      'Cut the part for pictures out of the model and save it alone.',
    );
  }
  const { name, dtype, shape } = input;
  if (dtype === 'float32' && shape?.length === 4) return shape;
  throw misfit(
    file,
    `its input "${name}" is ${dtype ?? 'of an unknown type'} ${shape ? formatShape(shape) : 'of unknown shape'}`,
    'A picture is float32 [batch,3,height,width] or [batch,height,width,3].',
  );
}

function layoutOf(file: string, shape: PictureShape): LearnedOptions['layout'] {
  if (shape[1] === 3) return 'NCHW';
  if (shape[3] === 3) return 'NHWC';
  throw misfit(
    file,
    `its input is ${formatShape(shape)}, which does not say where the three channels are`,
    'Set "layout" to NCHW or NHWC.',
  );
}

function sizeOf({ file, size }: OnnxOptions, shape: PictureShape, layout: LearnedOptions['layout']): [number, number] {
  if (typeof size === 'number') return [size, size];
  const [height, width] = size ?? (layout === 'NCHW' ? shape.slice(2) : shape.slice(1, 3));
  if (typeof height === 'number' && typeof width === 'number') return [height, width];
  throw misfit(
    file,
    `its input is ${formatShape(shape)}, which leaves height and width open`,
    'Set "size" to the height and width, in pixels, that the model was trained with.',
  );
}

function outputOf({ file, output }: OnnxOptions, { outputs, values }: OnnxModel): string {
  if (output === undefined) {
    const last = outputs.findLast(({ dtype }) => dtype === 'float32');
    if (last) return last.name;
    throw misfit(file, 'none of its outputs is known to be float32', 'Name the tensor of the features in "output".');
  }
  if (values.includes(output)) return output;
  throw misfit(
    file,
    `the model computes no tensor "${output}".${didYouMean(output, values)}`,
    `Its outputs: ${outputs.map(({ name }) => name).join(', ')}. Any tensor inside can be named too.`,
  );
}
