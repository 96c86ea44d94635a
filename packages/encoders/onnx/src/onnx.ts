import { defineEncoder, exampleBeside, type Encoder, type PluginFiles, required } from '@sensorium/contracts';
import { image, type Raster } from '@sensorium/modality-image';
import type { OnnxModel } from '@sensorium/onnx';
import { filesBeside } from './external-data.js';
import { featuresOf } from './features.js';
import { importTensor } from './import-tensor.js';
import { learnFromFile } from './learn.js';
import { readModelFile } from './model-file.js';
import { isLearned, options, type OnnxOptions } from './options.js';
import { normalized, preparePicture, pictureNotes } from './picture.js';
import { misfit } from './problem.js';
import { surveyFile } from './survey.js';

/**
 * An ONNX model of pictures as an encoder. Its weights are pretrained parameters, called `model/` and as in the file. The
 * chosen tensor becomes the tokens: [B,D], [B,D,1,1] and [B,1,1,D] one, a grid [B,D,H,W] or [B,H,W,D] one for each place,
 * row by row, and [B,T,D] its T. Pooled is their mean. A grid of the file's is the only map [B,D,H,W].
 *
 * `learn` and `build` throw SENSORIUM_NOT_FOUND for a file that is not given, SENSORIUM_BAD_MODEL for one that is none,
 * SENSORIUM_CHECKSUM for another one than before, and SENSORIUM_MANIFEST_INVALID for options that do not fit to it.
 */
export const onnx = defineEncoder({
  specVersion: 'v1',
  name: 'onnx',
  modality: image,
  options,
  example: exampleBeside(import.meta.url, 'encoder-onnx'),
  files({ file }, read) {
    const model = read.get(file);
    return model ? [file, ...filesBeside(file, model).values()] : [file];
  },
  learn: (given, _, files) => learnFromFile(given, files),
  create: createOnnxEncoder,
});

function createOnnxEncoder(given: OnnxOptions, files: PluginFiles): Encoder<Raster> {
  if (!isLearned(given)) {
    throw misfit(given.file, 'the size of the pictures is not known', 'Training reads it from the file.');
  }
  const { file, fit, size } = given;
  // Several graphs are built of one encoder: the file is read once.
  let model: OnnxModel | undefined;
  return {
    kept: { pixels: { dtype: 'uint8', shape: [...size, 3] } },
    needs: { height: size[0], width: size[1], fit },
    prepare: (picture) => ({ pixels: preparePicture(picture, size, fit) }),
    notes: (picture) => pictureNotes(picture, size, fit),
    survey: async () => surveyFile((model ??= readModelFile(file, files)), given),
    build(scope, { pixels }, present) {
      model ??= readModelFile(file, files);
      const pictures = normalized(required(pixels, 'the input "pixels"'), given);
      const features = importTensor(scope.at('model'), model, pictures, given);
      return featuresOf(scope, features, present, given);
    },
  };
}
