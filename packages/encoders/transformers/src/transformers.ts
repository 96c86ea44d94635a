import {
  defineEncoder,
  exampleBeside,
  required,
  type Encoder,
  type Features,
  type Modality,
  type PluginFiles,
  type Scope,
  type SymbolicTensor,
  type Symbols,
} from '@sensorium/contracts';
import { tokenIdsExample } from '@sensorium/modality-text';
import { importGraph, type OnnxModel } from '@sensorium/onnx';
import type { ModalityName } from './architectures.js';
import { featuresOf } from './features.js';
import type { Front, Kind } from './kind.js';
import { learnFromModel, vectorOf } from './learn.js';
import { namedFiles, openSource, type Source } from './model-files.js';
import { options, type Options } from './options.js';
import { image } from './picture.js';
import { misfit } from './problem.js';
import { readFromHub } from './read-hub.js';
import { audio } from './sound.js';
import { text } from './text.js';

// A modality's values are its own encoder's alone: which one it is, the options say, before and after learning.
const kinds = { text, image, audio } as unknown as Readonly<Record<ModalityName, Kind<unknown>>>;

/**
 * A model in the layout of Hugging Face, of the hub or of a folder, as an encoder. Its graph is imported, so that its weights are
 * pretrained parameters, called `model/` and as in the file. Values are prepared as its tokenizer.json or
 * preprocessor_config.json says.
 *
 * `files`, `read` and `learn` throw SENSORIUM_NOT_FOUND, SENSORIUM_NO_PERMISSION and SENSORIUM_IO for what cannot be read,
 * SENSORIUM_BAD_MODEL for another layout, SENSORIUM_CHECKSUM for other files than before, and SENSORIUM_MANIFEST_INVALID for
 * options that do not fit to the model.
 */
export const transformers = defineEncoder({
  specVersion: 'v1',
  name: 'transformers',
  modality: ({ modality }: Options): Modality => kinds[modality].modality,
  options,
  example: ({ modality }) =>
    exampleBeside(import.meta.url, `encoder-transformers-${modality}`, modality === 'text' ? [tokenIdsExample] : []),
  files: namedFiles,
  read: readFromHub,
  learn: (given, values, files) => learnFromModel(given, kinds[given.modality], values, openSource(given, files)),
  create: createEncoder,
});

function createEncoder(given: Options, files: PluginFiles): Encoder {
  const { kept, needs, prepare, notes, overlay, ...front } = kinds[given.modality].create(given);
  // Several graphs are built of one encoder: the file is read once.
  let opened: Opened | undefined;
  return {
    kept,
    ...(needs && { needs }),
    prepare,
    ...(notes && { notes }),
    ...(overlay && { overlay }),
    build: (scope, x, present) => build(scope, { x, present }, front, given, (opened ??= open(given, files))),
  };
}

interface Opened {
  readonly source: Source;
  readonly graph: OnnxModel;
}

function open(given: Options, files: PluginFiles): Opened {
  const source = openSource(given, files);
  return { source, graph: source.graph() };
}

interface Fed {
  readonly x: Symbols;
  readonly present: SymbolicTensor;
}

function build(
  scope: Scope,
  { x, present }: Fed,
  { feed, tokensOf }: Pick<Front<unknown>, 'feed' | 'tokensOf'>,
  given: Options,
  { source, graph }: Opened,
): Features {
  const { model, output, pooling } = given;
  if (output === undefined || pooling === undefined) {
    throw misfit(model, 'what is read of its file is not known', 'Training writes it down.');
  }
  const vector = pooling === 'model' ? vectorOf(given, graph) : undefined;
  const inputs = inputsOf(given, graph, feed(x));
  const outputs = [...new Set([output, ...(vector === undefined ? [] : [vector])])];
  const values = importGraph(scope.at('model'), graph, { inputs, outputs });
  return featuresOf({
    model,
    name: output,
    value: required(values[output], `the tensor "${output}"`),
    vector: vector === undefined ? undefined : values[vector],
    count: tokensOf && ((tokens) => tokensOf(x, tokens, source.config)),
    pooling,
    present,
  });
}

/** What the file asks for, of what there is. */
function inputsOf({ model, modality }: Options, { inputs }: OnnxModel, all: Symbols): Symbols {
  const entries = inputs.map(({ name }): [string, SymbolicTensor] => {
    const value = all[name];
    if (value) return [name, value];
    throw misfit(
      model,
      `its file asks for "${name}", which is not made of ${modality}: there ${Object.keys(all).length === 1 ? 'is' : 'are'} ${Object.keys(all).join(', ')}`,
      'Export the encoder alone, or give the file to the encoder "onnx".',
    );
  });
  return Object.fromEntries(entries);
}
