import { required, type DataType, type Example } from '@sensorium/contracts';
import type { OpenModel } from '../load.js';
import { partsOf, pluginAt, type Part } from '../manifest/index.js';
import { outputsOfHead } from '../pipeline.js';
import type { ModelNoise } from './export.js';
import { mapRecord, type InputPart } from './parts.js';
import { fedSpecs, inputsOfTensors, mayBeMissing, presentName, tensorName } from './tensors.js';

/** A tensor of the model's file, for one sample. */
export interface ProgramTensor {
  readonly name: string;
  readonly type: DataType;
  readonly shape: readonly number[];
}

/** How a source becomes tensors: by the modules `decode` and `prepare`. */
export interface ProgramInput {
  readonly decode: string;
  readonly prepare: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** So many values at most; null: one, not a list. */
  readonly many: number | null;
  /** Whether the source is an object of several columns. */
  readonly columns: readonly string[] | null;
  /** The tensor that says whether the input is there; null where it must be. */
  readonly present: string | null;
  /** By the encoder's names for them. */
  readonly tensors: Readonly<Record<string, ProgramTensor>>;
}

/** How outputs become an answer: by the module `answer`. */
export interface ProgramHead {
  readonly answer: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly of: readonly string[];
  /** The file's names by the head's own. */
  readonly outputs: Readonly<Record<string, string>>;
}

/** What a program has to know of a model that runs it without Sensorium. JSON but for `modules`. */
export interface Program {
  readonly inputs: Readonly<Record<string, ProgramInput>>;
  readonly heads: Readonly<Record<string, ProgramHead>>;
  readonly noise: ModelNoise;
  /** What modules do, by their names; undefined where a plugin has no example. */
  readonly modules: Readonly<Record<string, Example | undefined>>;
}

/** Describes a model that is open to programs which have ONNX Runtime alone. */
export function programOf({ manifest, parts, plugins, session }: OpenModel): Program {
  const modules: Record<string, Example | undefined> = {};
  const moduleOf = (kind: string, name: string, example: Example | undefined): string => {
    const module = example?.name ?? `${kind}-${name.replace(/[^\w-]+/g, '-')}`;
    modules[module] = example;
    for (const used of example?.uses ?? []) moduleOf(kind, name, used);
    return module;
  };
  const byKey = new Map(partsOf(manifest).map((part) => [part.key, part]));
  const partAt = (key: string): Part => required(byKey.get(key), key);
  const names = session.inputNames;

  const inputs = inputsOfTensors(parts, names).map((name): [string, ProgramInput] => {
    const part = required(parts.inputs[name], name);
    const { plugin } = pluginAt(plugins, { key: `inputs.${name}`, kind: 'encoder' });
    const { tied } = partAt(`inputs.${name}`);
    const { column, many } = part.settings;
    const options = plugin.options.parse(partAt(`inputs.${tied ?? name}`).options);
    const example = typeof plugin.example === 'function' ? plugin.example(options) : plugin.example;
    return [
      name,
      {
        decode: moduleOf('modality', part.modality.name, part.modality.example),
        prepare: moduleOf('encoder', plugin.name, example),
        options,
        many,
        columns: typeof column === 'string' ? null : column,
        present: mayBeMissing(part) ? presentName(name) : null,
        tensors: tensorsOf(name, part, names),
      },
    ];
  });
  const heads = Object.entries(parts.heads).flatMap(([name, { head, settings }]): [string, ProgramHead][] => {
    if (!head.decode) return [];
    const { plugin } = pluginAt(plugins, { key: `heads.${name}`, kind: 'head' });
    const outputs = outputsOfHead(name, Object.fromEntries(session.outputNames.map((output) => [output, output])));
    const options = plugin.options.parse(partAt(`heads.${name}`).options);
    return [[name, { answer: moduleOf('head', plugin.name, plugin.example), options, of: settings.of, outputs }]];
  });
  const noise = Object.entries(manifest.built.noise).filter(([name]) => names.includes(name));
  return {
    inputs: Object.fromEntries(inputs),
    heads: Object.fromEntries(heads),
    noise: Object.fromEntries(noise),
    modules,
  };
}

/** Without those that the model does not read. */
function tensorsOf(input: string, part: InputPart, read: readonly string[]): Record<string, ProgramTensor> {
  const all = mapRecord(fedSpecs(part.column), ({ dtype, shape }, tensor) => ({
    name: tensorName(input, tensor, part),
    type: dtype,
    shape,
  }));
  return Object.fromEntries(Object.entries(all).filter(([, { name }]) => read.includes(name)));
}
