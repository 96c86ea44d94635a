import {
  defineEncoder,
  exampleBeside,
  type Encoder,
  type PluginFiles,
  required,
  type Scope,
} from '@sensorium/contracts';
import { tokenIdsExample } from '@sensorium/modality-text';
import type { OnnxModel } from '@sensorium/onnx';
import { filesBeside } from './external-data.js';
import { featuresOf } from './features.js';
import { kindOf, type Decoded } from './kinds/index.js';
import { learnFromFiles } from './learn.js';
import { readModelFile } from './model-file.js';
import { glued } from './normalize.js';
import { options, stagesOf, type OnnxOptions, type Stage } from './options.js';
import { notLearned } from './problem.js';
import { type KnownStage, runStage } from './run-stage.js';
import { surveyFiles, type Through } from './survey.js';

/**
 * ONNX models as an encoder of pictures, sound, texts, bytes, series or rows of a table. Their weights are pretrained
 * parameters, called `model/` and as in the file, those of `then` `then/0/`, …. The chosen tensor becomes the tokens: [B,D],
 * [B,D,1,1] and [B,1,1,D] one, a grid [B,D,H,W] or [B,H,W,D] of a picture one for each place, row by row, and [B,T,D] its T; of
 * sound, texts and series those of every window, of which the mask keeps what lies within the value. Pooled is their mean, or the
 * first. A picture's grid is the only map [B,D,H,W].
 *
 * `learn` and `build` throw SENSORIUM_NOT_FOUND for a file that is not given, SENSORIUM_BAD_MODEL for one that is none,
 * SENSORIUM_CHECKSUM for another one than before, and SENSORIUM_MANIFEST_INVALID for options that do not fit to it.
 */
export const onnx = defineEncoder<typeof options, Decoded>({
  specVersion: 'v1',
  name: 'onnx',
  modality: (given) => kindOf(given).modality,
  options,
  example: ({ modality }) =>
    exampleBeside(import.meta.url, `encoder-onnx-${modality}`, modality === 'text' ? [tokenIdsExample] : []),
  files: (given, read) => [
    ...stagesOf(given).flatMap(({ file }) => {
      const model = read.get(file);
      return model ? [file, ...filesBeside(file, model).values()] : [file];
    }),
    ...(given.tokenizer === undefined || given.tokenizerJson ? [] : [given.tokenizer]),
  ],
  learn: learnFromFiles,
  create: createOnnxEncoder,
});

function createOnnxEncoder(given: OnnxOptions, files: PluginFiles): Encoder<Decoded> {
  const front = kindOf(given).create(given);
  const stages = stagesOf(given).filter(isKnown);
  if (stages.length <= given.then.length) throw notLearned(given.file, 'the tensor of the features is');
  // Several graphs are built of one encoder: the files are read once.
  let models: readonly OnnxModel[] | undefined;
  const read = (): readonly OnnxModel[] => (models ??= stages.map(({ file }) => readModelFile(file, files)));
  const through: Through = (scope, flow, onNote) =>
    read().reduce((before, model, index) => {
      const stage = required(stages[index], 'a stage');
      const next = given.then[index - 1];
      return runStage({
        scope: scopeOf(scope, index),
        model,
        stage,
        flow: next ? glued(before, next) : before,
        onNote,
      });
    }, flow);
  return {
    kept: front.kept,
    ...(front.needs && { needs: front.needs }),
    prepare: (value) => front.prepare(value),
    ...(front.notes && { notes: (value) => front.notes?.(value) ?? [] }),
    ...(front.overlay && { overlay: front.overlay }),
    survey: async () => surveyFiles({ models: read(), front, through, options: given }),
    build: (scope, x, present) =>
      featuresOf(
        scope,
        { flow: through(scope, front.flow(x)), length: front.length?.(x), present, picture: front.picture },
        given,
      ),
  };
}

const isKnown = (stage: Stage): stage is KnownStage => stage.output !== undefined;

const scopeOf = (scope: Scope, index: number): Scope =>
  index === 0 ? scope.at('model') : scope.at('then', String(index - 1));
