import type { SessionOptions, Shape, Tensor, Tensors } from '@sensorium/contracts';
import type { InferenceSession } from 'onnxruntime-common';
import { copyModels } from './copy-models.js';
import { openModel } from './open-model.js';
import type { OnnxRuntime, OnnxTensors, OpenModel } from './open-model.js';

/** An input or output of a model as the model declares it. `dtype` may be one that no tensor of ours can have. */
export interface Value {
  readonly name: string;
  readonly dtype: string;
  readonly shape: Shape;
}

/** One loaded model, here or in a worker. It trusts its caller: names, types and shapes are checked before. */
export interface Engine {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /**
   * Carried inputs that are left out have the values that the last run left, held ones those that were given last. Never
   * called while another run lasts.
   */
  run(inputs: Tensors, outputs: readonly string[]): Promise<Record<string, Tensor>>;
  /** Copies of the carried inputs' values; none before the first run. */
  carried(): Promise<Record<string, Tensor>>;
  release(): Promise<void>;
}

/** Input name → name of the output that holds its value for the next run. */
export type Carried = Readonly<Record<string, string>>;

/** What stays in the runtime from run to run. */
export interface Kept {
  readonly carried: Carried;
  readonly held: readonly string[];
}

export const keptBy = ({ carried = {}, held = [] }: SessionOptions): Kept => ({ carried, held });

/** Loads a model into ONNX Runtime. */
export async function openEngine(
  runtime: OnnxRuntime,
  model: Uint8Array,
  options: InferenceSession.SessionOptions,
  kept: Kept,
): Promise<Engine> {
  return createEngine(await openModel(runtime, model, options, copyModels), kept);
}

/**
 * An engine over a model. It keeps the tensors of carried outputs as ONNX Runtime gave them, and feeds them again; and those
 * of held inputs, on the graphics card where the model is there.
 *
 * Self-contained: Node's backend sends the text of this function to a worker thread, so it must not refer to anything
 * but its arguments and the globals.
 */
export function createEngine(model: OpenModel, { carried, held }: Kept): Engine {
  const carriedOutputs = Object.values(carried);
  const everyOutput = model.outputs.map(({ name }) => name);
  let state: OnnxTensors = {};
  let holding: OnnxTensors = {};

  const disposeOf = (tensors: OnnxTensors) => {
    for (const tensor of Object.values(tensors)) tensor.dispose();
  };
  const replaceState = (next: OnnxTensors) => {
    disposeOf(state);
    state = next;
  };
  const copiesOf = async (tensors: OnnxTensors) => {
    const copies: Record<string, Tensor> = {};
    for (const [name, tensor] of Object.entries(tensors)) copies[name] = await model.copy(tensor);
    return copies;
  };
  const toOnnx = (tensors: Tensors): OnnxTensors =>
    Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, model.toOnnx(tensor)]));
  const hold = async (tensors: Tensors): Promise<OnnxTensors> => {
    const result: OnnxTensors = {};
    for (const [name, tensor] of Object.entries(tensors)) result[name] = await model.hold(tensor);
    return result;
  };
  const only = (tensors: Tensors, areHeld: boolean): Tensors =>
    Object.fromEntries(Object.entries(tensors).filter(([name]) => held.includes(name) === areHeld));
  const repair = async () => {
    const [carriedCopies, heldCopies] = [await copiesOf(state), await copiesOf(holding)];
    disposeOf({ ...state, ...holding });
    [state, holding] = [{}, {}];
    await model.reopen();
    [state, holding] = [toOnnx(carriedCopies), await hold(heldCopies)];
  };
  const compute = async (inputs: Tensors, outputs: readonly string[]) => {
    const given = await hold(only(inputs, true));
    try {
      const computed = await model.run({ ...state, ...holding, ...given, ...toOnnx(only(inputs, false)) }, outputs);
      for (const name of Object.keys(given)) holding[name]?.dispose();
      holding = { ...holding, ...given };
      return computed;
    } catch (error) {
      disposeOf(given);
      if (model.staysBroken) await repair();
      throw error;
    }
  };

  return {
    inputs: model.inputs,
    outputs: model.outputs,
    async run(inputs, outputs) {
      // All outputs, because ONNX Runtime for Node refuses fewer in a later run, if some are to stay on the device.
      const computed = await compute(inputs, carriedOutputs.length > 0 ? everyOutput : outputs);
      const results: Record<string, Tensor> = {};
      for (const [name, tensor] of Object.entries(computed)) {
        if (!outputs.includes(name)) continue;
        results[name] = carriedOutputs.includes(name) ? await model.copy(tensor) : model.fromOnnx(tensor);
      }
      const next: OnnxTensors = {};
      for (const [input, output] of Object.entries(carried)) {
        const tensor = computed[output];
        if (tensor) next[input] = tensor;
      }
      replaceState(next);
      return results;
    },
    carried: () => copiesOf(state),
    async release() {
      replaceState({});
      disposeOf(holding);
      holding = {};
      await model.release();
    },
  };
}
