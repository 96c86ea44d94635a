import { definePlugin, type Encoder, type PluginFiles } from '@sensorium/contracts';
import type { OnnxModel } from '@sensorium/onnx';
import { filesBeside } from './external-data.js';
import { featuresOf } from './features.js';
import { importTensor } from './import-tensor.js';
import { learnFromFile } from './learn.js';
import { readModelFile } from './model-file.js';
import { isLearned, options, type OnnxOptions } from './options.js';
import { normalized, preparePicture, pictureNotes } from './picture.js';
import { misfit } from './problem.js';

/**
 * An ONNX model of pictures as an encoder. Its weights are pretrained parameters, called `model/` and as in the file. The
 * chosen tensor becomes the tokens: [B,D], [B,D,1,1] and [B,1,1,D] one, a grid [B,D,H,W] or [B,H,W,D] one for each place,
 * row by row, and [B,T,D] its T. Pooled is their mean.
 *
 * `learn` and `build` throw SENSORIUM_NOT_FOUND for a file that is not given, SENSORIUM_BAD_MODEL for one that is none,
 * SENSORIUM_CHECKSUM for another one than before, and SENSORIUM_MANIFEST_INVALID for options that do not fit to it.
 */
export const onnx = definePlugin({
  specVersion: 'v1',
  kind: 'encoder',
  name: 'onnx',
  modality: 'image',
  options,
  files: ({ file }, read) => [file, ...filesBeside(file, read.get(file) ?? new Uint8Array()).values()],
  learn: (given, _, files) => learnFromFile(given, files),
  create: createOnnxEncoder,
});

function createOnnxEncoder(given: OnnxOptions, files?: PluginFiles): Encoder<'image'> {
  if (!isLearned(given)) {
    throw misfit(given.file, 'the size of the pictures is not known', 'Training reads it from the file.');
  }
  const { file, fit, size } = given;
  // Several graphs are built of one encoder: the file is read once.
  let model: OnnxModel | undefined;
  return {
    inputs: { pixels: { dtype: 'uint8', shape: [...size, 3] } },
    prepare: (picture) => ({ pixels: preparePicture(picture, size, fit) }),
    notes: (picture) => pictureNotes(picture, size, fit),
    build(scope, { pixels }, present) {
      if (!pixels) throw new Error('the ONNX encoder needs its input "pixels"');
      model ??= readModelFile(file, files);
      const features = importTensor(scope.at('model'), model, normalized(pixels, given), given);
      return featuresOf(scope, features, present, given);
    },
  };
}
