import type { DataType, Tensor, TypedArrays } from '@sensorium/contracts';
import type {
  InferenceSession,
  InferenceSessionFactory,
  Tensor as OnnxTensor,
  TensorConstructor,
} from 'onnxruntime-common';
import type { Carried, Value } from './engine.js';

/** What every build of ONNX Runtime for JavaScript exports and an engine needs. */
export interface OnnxRuntime {
  readonly InferenceSession: InferenceSessionFactory;
  readonly Tensor: TensorConstructor;
}

export type OnnxTensors = Record<string, OnnxTensor>;

/** A model in ONNX Runtime, whose tensors may lie in main memory or on a device. */
export interface OpenModel {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /** Whether, after a run that failed, there must be no other until `reopen()`. */
  readonly staysBroken: boolean;
  run(inputs: OnnxTensors, outputs: readonly string[]): Promise<OnnxTensors>;
  toOnnx(tensor: Tensor): OnnxTensor;
  /** For tensors in main memory, which is shared. */
  fromOnnx(tensor: OnnxTensor): Tensor;
  copy(tensor: OnnxTensor): Promise<Tensor>;
  /** For many runs: on the device, where the model is on one and a tensor of that type can be. In main memory it is shared. */
  hold(tensor: Tensor): Promise<OnnxTensor>;
  /** Tensors on a device must be copied and disposed of before. */
  reopen(): Promise<void>;
  /** Tensors on a device must be disposed of before. */
  release(): Promise<void>;
}

/** The option of ONNX Runtime by which carried outputs stay on the graphics card. */
export function onDevice(carried: Carried): Pick<InferenceSession.SessionOptions, 'preferredOutputLocation'> {
  const outputs = Object.values(carried);
  if (outputs.length === 0) return {};
  return { preferredOutputLocation: Object.fromEntries(outputs.map((name) => [name, 'gpu-buffer' as const])) };
}

/**
 * Loads a model into ONNX Runtime. `copyModels` are needed where tensors stay on a device.
 *
 * Self-contained, for the same reason as `createEngine`.
 */
export async function openModel(
  runtime: OnnxRuntime,
  model: Uint8Array,
  options: InferenceSession.SessionOptions,
  copyModels: Readonly<Record<string, Uint8Array>>,
): Promise<OpenModel> {
  const { preferredOutputLocation, ...inMemory } = options;
  // ONNX Runtime refuses memory that threads share.
  const bytes = model.buffer instanceof ArrayBuffer ? model : model.slice();
  let session = await runtime.InferenceSession.create(bytes, options);
  // ONNX Runtime for the web, on WebGPU: a run after one that failed ends the browser, or it is given the failed one's inputs.
  const onCard = options.executionProviders?.includes('webgpu') === true;
  const again = onCard ? bytes : undefined;
  /** Sessions over `copyModels`: from the device, and to it. */
  const [copiers, uploaders]: [Record<string, InferenceSession>, Record<string, InferenceSession>] = [{}, {}];

  const describe = (metadata: readonly InferenceSession.ValueMetadata[]): Value[] =>
    metadata.map((value) =>
      value.isTensor
        ? { name: value.name, dtype: value.type, shape: value.shape }
        : { name: value.name, dtype: 'not a tensor', shape: [] },
    );
  const fromOnnx = ({ type, dims, data }: OnnxTensor): Tensor => {
    // Where the platform has Float16Array, ONNX Runtime gives that instead of the raw bits.
    const bits = type === 'float16' && !(data instanceof Uint16Array);
    const values = data as TypedArrays[DataType];
    return {
      dtype: type as DataType,
      shape: dims,
      data: bits ? new Uint16Array(values.buffer, values.byteOffset, values.length) : values,
    };
  };

  const toOnnx = ({ dtype, shape, data }: Tensor): OnnxTensor => {
    const values = data.buffer instanceof ArrayBuffer ? data : data.slice();
    return new runtime.Tensor(dtype, values as Float32Array, shape);
  };

  return {
    inputs: describe(session.inputMetadata),
    outputs: describe(session.outputMetadata),
    staysBroken: again !== undefined,
    // Whatever is logged as an error is thrown as well.
    run: async (inputs, outputs) => await session.run(inputs, outputs, { logSeverityLevel: 4 }),
    toOnnx,
    fromOnnx,
    async copy(tensor) {
      if (tensor.location !== 'gpu-buffer') {
        const { dtype, shape, data } = fromOnnx(tensor);
        return { dtype, shape, data: data.slice() };
      }
      // ONNX Runtime for Node cannot read a tensor on the graphics card, but gives the output of a model that copies it.
      const copyModel = copyModels[tensor.type] as Uint8Array;
      const copier = (copiers[tensor.type] ??= await runtime.InferenceSession.create(copyModel, inMemory));
      const { y } = (await copier.run({ x: tensor })) as { y: OnnxTensor };
      return fromOnnx(y);
    },
    async hold(tensor) {
      const copyModel = copyModels[tensor.dtype];
      if (!onCard || !copyModel) return toOnnx(tensor);
      const uploader = (uploaders[tensor.dtype] ??= await runtime.InferenceSession.create(copyModel, {
        ...inMemory,
        preferredOutputLocation: 'gpu-buffer',
      }));
      const { y } = (await uploader.run({ x: toOnnx(tensor) })) as { y: OnnxTensor };
      return y;
    },
    async reopen() {
      if (!again) return;
      await session.release();
      session = await runtime.InferenceSession.create(again, options);
    },
    async release() {
      for (const copier of [...Object.values(copiers), ...Object.values(uploaders)]) await copier.release();
      await session.release();
    },
  };
}
