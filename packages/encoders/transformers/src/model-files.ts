import { required, SensoriumError, type PluginFiles } from '@sensorium/contracts';
import { didYouMean } from '@sensorium/data';
import { externalFiles, readOnnx, type OnnxModel } from '@sensorium/onnx';
import { z } from 'zod';
import { knownTypes, towersOf, type Tower } from './architectures.js';
import { suffixes, type Options } from './options.js';
import { listingOf, parsed, placeOf, type Place } from './place.js';
import { misfit, problem } from './problem.js';

/** What is prepared by, for each modality. */
const ofPreparing = {
  text: ['tokenizer.json', 'tokenizer_config.json'],
  image: ['preprocessor_config.json'],
  audio: ['preprocessor_config.json'],
} as const;

const config = z.looseObject({ model_type: z.string() });

export type Config = z.output<typeof config>;

/** Paths and addresses of the files that a model consists of, as far as those that were read tell. */
export function namedFiles(given: Options, read: PluginFiles): string[] {
  const place = placeOf(given, read);
  if (!place) return [listingOf(given)];
  const known = [...(place.names ? [listingOf(given)] : []), addressOf('config.json', given, place)];
  if (!read.has(place.at('config.json'))) return known;
  const { model, names } = partsOf(given, place, read);
  const bytes = read.get(place.at(model));
  const all = [...names, ...(bytes ? externalFiles(bytes).map((name) => `onnx/${name}`) : [])];
  return [...known, ...all.map((name) => addressOf(name, given, place))];
}

/** Throws SENSORIUM_BAD_MODEL where the hub lists no such file. */
function addressOf(name: string, { model, dtype }: Options, { at, names }: Place): string {
  if (!names || names.includes(name)) return at(name);
  const graphs = names.filter((one) => one.endsWith('.onnx'));
  throw problem(
    'SENSORIUM_BAD_MODEL',
    model,
    `it has no file "${name}".${didYouMean(name, names)}`,
    graphs.length > 0
      ? `Its ONNX files: ${graphs.join(', ')}; this one belongs to dtype: ${dtype}. Another file can be read by the encoder "onnx".`
      : 'It has no ONNX files. Look for it in onnx-community, or export it with optimum.',
  );
}

interface Parts {
  readonly tower: Tower;
  readonly config: Config;
  /** The ONNX file. */
  readonly model: string;
  /** All but config.json and files in which the graph keeps weights. */
  readonly names: readonly string[];
}

/** Throws SENSORIUM_BAD_MODEL and, where it takes something else than the options say, SENSORIUM_MANIFEST_INVALID. */
function partsOf(given: Options, { at }: Place, read: PluginFiles): Parts {
  const own = parsed(given.model, 'config.json', required(read.get(at('config.json')), 'config.json'), config);
  const tower = towerOf(given, own);
  const model = `onnx/${tower.file}${suffixes[given.dtype]}.onnx`;
  return { tower, config: own, model, names: [...ofPreparing[given.modality], model] };
}

function towerOf({ model, modality }: Options, { model_type: type }: Config): Tower {
  const towers = towersOf(type);
  if (!towers) {
    throw problem(
      'SENSORIUM_BAD_MODEL',
      model,
      `models of the type "${type}" are not known here.${didYouMean(type, knownTypes())}`,
      'Its ONNX file can be read by the encoder "onnx", with preprocessing that the manifest states.',
    );
  }
  const tower = towers[modality];
  if (tower) return tower;
  throw misfit(
    model,
    `a model of the type "${type}" is not given ${nameOf(modality)}`,
    `Write modality: ${Object.keys(towers).join(' or ')}.`,
  );
}

const nameOf = (modality: Options['modality']): string =>
  ({ text: 'texts', image: 'pictures', audio: 'sounds' })[modality];

/** A model whose files are all there. */
export interface Source extends Parts {
  readonly commit: string | undefined;
  /** By their names in the model; of `names` and those in which the graph keeps weights. */
  readonly bytes: ReadonlyMap<string, Uint8Array>;
  json<Schema extends z.ZodType>(name: string, schema: Schema): z.output<Schema>;
  graph(): OnnxModel;
}

/** Throws SENSORIUM_NOT_FOUND for files that were not given, and as `namedFiles`; its graph SENSORIUM_BAD_MODEL. */
export function openSource(given: Options, files: PluginFiles): Source {
  const place = placeOf(given, files);
  if (!place) throw notGiven(given.model);
  const bytesOf = (name: string): Uint8Array => {
    const bytes = files.get(place.at(name));
    if (!bytes) throw notGiven(given.model);
    return bytes;
  };
  bytesOf('config.json');
  const parts = partsOf(given, place, files);
  const beside = externalFiles(bytesOf(parts.model));
  const names = ['config.json', ...parts.names, ...beside.map((name) => `onnx/${name}`)];
  return {
    ...parts,
    commit: place.commit,
    bytes: new Map(names.map((name) => [name, bytesOf(name)])),
    json: (name, schema) => parsed(given.model, name, bytesOf(name), schema),
    graph() {
      try {
        return readOnnx(bytesOf(parts.model), { externalData: (name) => bytesOf(`onnx/${name}`) });
      } catch (error) {
        throw SensoriumError.at(error, { file: place.at(parts.model) });
      }
    },
  };
}

const notGiven = (model: string): SensoriumError =>
  problem(
    'SENSORIUM_NOT_FOUND',
    model,
    'the graph cannot be built without the files of this model, and they were not given',
    'Only a finished model runs without them, from its model.onnx.',
  );
