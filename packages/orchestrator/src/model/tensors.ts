import { SensoriumError, type Column, type Tensors, type TensorSpecs } from '@sensorium/contracts';
import { emptyTensor } from '@sensorium/tensors';
import { mapRecord, type InputPart, type Parts } from './parts.js';

/** What a column feeds the graph, without the batch dimension. */
export const fedSpecs = ({ kept, view }: Column): TensorSpecs => view?.fed ?? kept;

export const mayBeMissing = ({ settings }: InputPart): boolean => settings.missing !== 'error';
export const presentName = (input: string): string => `${input}.present`;
export const tensorName = (input: string, tensor: string, { column }: InputPart): string =>
  Object.keys(fedSpecs(column)).length === 1 ? input : `${input}.${tensor}`;

/** The tensors that feed one input, by their names in the model. */
export function inputTensors(name: string, part: InputPart): TensorSpecs {
  const own = Object.entries(fedSpecs(part.column)).map(([tensor, spec]) => {
    return [tensorName(name, tensor, part), spec] as const;
  });
  const present = mayBeMissing(part) ? [[presentName(name), { dtype: 'float32', shape: [1] }] as const] : [];
  if (present.some(([flag]) => own.some(([tensor]) => tensor === flag))) throw presentTwice(name);
  return Object.fromEntries([...own, ...present]);
}

/**
 * The tensors that feed a model, one sample's shapes. An encoder's only tensor is called like its input (`image`),
 * several are `image.pixels`, `image.size`; an input that may be missing has `image.present` [1] beside it.
 */
export const modelInputs = ({ inputs }: Parts): TensorSpecs =>
  Object.assign({}, ...Object.entries(inputs).map(([name, part]) => inputTensors(name, part))) as TensorSpecs;

/** The inputs of the manifest that some of the tensors belong to. */
export const inputsOfTensors = ({ inputs }: Parts, tensors: readonly string[]): string[] =>
  Object.entries(inputs).flatMap(([name, part]) =>
    Object.keys(inputTensors(name, part)).some((tensor) => tensors.includes(tensor)) ? [name] : [],
  );

/** What stands for a missing value: zeros [1,…] for each tensor that the column feeds. */
export const absent = ({ column }: InputPart): Tensors => mapRecord(fedSpecs(column), (spec) => emptyTensor(spec, 1));

const presentTwice = (name: string): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_DUPLICATE_NAME',
    message: `the encoder of "${name}" has a tensor called "present", which says whether the input is there`,
    hint: 'This is an error of the plugin.',
    location: { key: `inputs.${name}` },
  });
