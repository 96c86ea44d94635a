import type { Explanation, InputGradients } from '@sensorium/orchestrator';
import { tensorsToJson } from '../tensor-json.js';

/** An explanation as JSON: all numbers, without the values of the inputs and pictures of them. */
export function explanationToJson({ inputs: _, gradients, attention, ...numbers }: Explanation): object {
  return {
    ...numbers,
    ...(attention && { attention: attention.layers }),
    ...(gradients && { gradients: { ...gradients, inputs: mapInputs(gradients.inputs) } }),
  };
}

const mapInputs = (inputs: Readonly<Record<string, InputGradients>>): object =>
  Object.fromEntries(
    Object.entries(inputs).map(([name, { timesInput, integrated }]) => [
      name,
      { timesInput: tensorsToJson(timesInput), integrated: tensorsToJson(integrated) },
    ]),
  );
