import type { DataType, Shape, Tensor, Tensors, TypedArrays } from '@sensorium/contracts';
import type { InferenceSession, InferenceSessionFactory, OnnxValue, TensorConstructor } from 'onnxruntime-common';

/** What every build of ONNX Runtime for JavaScript exports and an engine needs. */
export interface OnnxRuntime {
  readonly InferenceSession: InferenceSessionFactory;
  readonly Tensor: TensorConstructor;
}

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
  run(inputs: Tensors, outputs: readonly string[]): Promise<Record<string, Tensor>>;
  release(): Promise<void>;
}

/**
 * Loads a model into ONNX Runtime.
 *
 * Self-contained: Node's backend sends the text of this function to a worker thread, so it must not refer to anything
 * but its arguments and the globals.
 */
export async function openEngine(
  runtime: OnnxRuntime,
  model: Uint8Array,
  options: InferenceSession.SessionOptions,
): Promise<Engine> {
  // ONNX Runtime refuses memory that threads share.
  const bytes = model.buffer instanceof ArrayBuffer ? model : model.slice();
  const session = await runtime.InferenceSession.create(bytes, options);
  const describe = (metadata: readonly InferenceSession.ValueMetadata[]): Value[] =>
    metadata.map((value) =>
      value.isTensor
        ? { name: value.name, dtype: value.type, shape: value.shape }
        : { name: value.name, dtype: 'not a tensor', shape: [] },
    );
  return {
    inputs: describe(session.inputMetadata),
    outputs: describe(session.outputMetadata),
    async run(inputs, outputs) {
      const feeds: Record<string, OnnxValue> = {};
      for (const [name, { dtype, shape, data }] of Object.entries(inputs)) {
        const values = data.buffer instanceof ArrayBuffer ? data : data.slice();
        feeds[name] = new runtime.Tensor(dtype, values as Float32Array, shape);
      }
      // Whatever is logged as an error is thrown as well.
      const results = await session.run(feeds, outputs, { logSeverityLevel: 4 });
      const tensors: Record<string, Tensor> = {};
      for (const [name, { type, dims, data }] of Object.entries(results)) {
        // Where the platform has Float16Array, ONNX Runtime gives that instead of the raw bits.
        const bits = type === 'float16' && !(data instanceof Uint16Array);
        const values = data as TypedArrays[DataType];
        tensors[name] = {
          dtype: type as DataType,
          shape: dims,
          data: bits ? new Uint16Array(values.buffer, values.byteOffset, values.length) : values,
        };
      }
      return tensors;
    },
    release: () => session.release(),
  };
}
