import type {
  Backend,
  DataType,
  ErrorCode,
  Session,
  SessionOptions,
  Tensor,
  Tensors,
  TypedArrays,
} from '@sensorium/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accumulator, carriedStates, carryState } from './carrying.js';
import { heldInputs, holdInputs } from './holding.js';
import { matmuls, onnxModel, outerProduct, relu } from './onnx-model.js';

const tensor = <D extends DataType>(dtype: D, shape: number[], data: TypedArrays[D]): Tensor<D> => ({
  dtype,
  shape,
  data,
});
const x = (...values: number[]) => tensor('float32', [values.length / 2, 2], Float32Array.from(values));

const everyType: Tensor[] = [
  tensor('float32', [2], Float32Array.of(-0.5, 3e38)),
  tensor('float64', [2], Float64Array.of(Math.PI, -1e300)),
  tensor('float16', [2], Uint16Array.of(0x3c00, 0x7bff)),
  tensor('int64', [2], BigInt64Array.of(-(2n ** 63n), 2n ** 53n + 1n)),
  tensor('int32', [2], Int32Array.of(-(2 ** 31), 7)),
  tensor('uint8', [2], Uint8Array.of(0, 255)),
  tensor('bool', [2], Uint8Array.of(1, 0)),
];

/** What every backend's session owes: one suite, so that cpu, wasm and isolated sessions behave alike. */
export function behavesAsSession(backend: Backend, options: SessionOptions = {}): void {
  describe(`${backend.name} ${JSON.stringify(options)}`, () => {
    let session: Session;
    beforeAll(async () => {
      session = await backend.load(relu, options);
    });
    afterAll(() => session.dispose());

    it('is available', async () => {
      expect(await backend.available()).toEqual({ available: true });
    });

    it('runs batches of any size and gives plain tensors', async () => {
      expect(session.inputNames).toEqual(['x']);
      expect(session.outputNames).toEqual(['y']);
      expect(await session.run({ x: x(-1, 2) })).toEqual({ y: tensor('float32', [1, 2], Float32Array.of(0, 2)) });
      const { y } = await session.run({ x: x(-1, 2, 3, -4, 5, 6) });
      expect(y).toEqual(tensor('float32', [3, 2], Float32Array.of(0, 2, 3, 0, 5, 6)));
      const empty = await session.run({ x: tensor('float32', [0, 2], new Float32Array(0)) });
      expect(empty.y).toEqual(tensor('float32', [0, 2], new Float32Array(0)));
    });

    it.each(everyType)('takes and gives $dtype', async (value) => {
      const identity = await backend.load(
        onnxModel({
          inputs: [{ name: 'in', dtype: value.dtype, shape: [2] }],
          outputs: [{ name: 'out', dtype: value.dtype, shape: [2] }],
          nodes: [{ op: 'Identity', inputs: ['in'], outputs: ['out'] }],
        }),
        options,
      );
      expect(await identity.run({ in: value })).toEqual({ out: value });
      await identity.dispose();
    });

    it('takes and gives scalars, and reads the two halves of a larger buffer', async () => {
      const both = await backend.load(
        onnxModel({
          inputs: [
            { name: 'a', dtype: 'float32', shape: [] },
            { name: 'b', dtype: 'float32', shape: [2] },
          ],
          outputs: [
            { name: 'difference', dtype: 'float32', shape: [2] },
            { name: 'negative', dtype: 'float32', shape: [] },
          ],
          nodes: [
            { op: 'Sub', inputs: ['b', 'a'], outputs: ['difference'] },
            { op: 'Neg', inputs: ['a'], outputs: ['negative'] },
          ],
        }),
        options,
      );
      const memory = Float32Array.of(1, 10, 20, 30);
      const inputs: Tensors = {
        a: tensor('float32', [], memory.subarray(3)),
        b: tensor('float32', [2], memory.subarray(1, 3)),
      };
      expect(await both.run(inputs)).toEqual({
        difference: tensor('float32', [2], Float32Array.of(-20, -10)),
        negative: tensor('float32', [], Float32Array.of(-30)),
      });
      expect(await both.run(inputs, { outputs: ['negative'] })).toEqual({
        negative: tensor('float32', [], Float32Array.of(-30)),
      });
      expect(memory).toEqual(Float32Array.of(1, 10, 20, 30));
      await both.dispose();
    });

    it('reads memory that threads share', async () => {
      const data = new Float32Array(new SharedArrayBuffer(8));
      data.set([-3, 4]);
      const { y } = await session.run({ x: tensor('float32', [1, 2], data) });
      expect(y?.data).toEqual(Float32Array.of(0, 4));
      const model = new Uint8Array(new SharedArrayBuffer(relu.length));
      model.set(relu);
      await (await backend.load(model, options)).dispose();
    });

    it.each<[ErrorCode, string, Tensors]>([
      ['SENSORIUM_MISSING_INPUT', 'Input "x" is missing. The model takes x float32 [batch,2].', {}],
      [
        'SENSORIUM_UNKNOWN_INPUT',
        'The model has no input "z". It takes x float32 [batch,2].',
        { x: x(1, 2), z: x(1, 2) },
      ],
      [
        'SENSORIUM_DTYPE',
        'Input "x" is int32; the model takes float32 [batch,2].',
        { x: tensor('int32', [1, 2], new Int32Array(2)) },
      ],
      [
        'SENSORIUM_DTYPE',
        'Input "x" is float32, whose data is a Float32Array; given is Float64Array.',
        { x: { dtype: 'float32', shape: [1, 2], data: new Float64Array(2) } },
      ],
      [
        'SENSORIUM_SHAPE',
        'Input "x" has shape [1,3]; the model takes float32 [batch,2].',
        { x: tensor('float32', [1, 3], new Float32Array(3)) },
      ],
      [
        'SENSORIUM_SHAPE',
        'Input "x" has shape [2]; the model takes float32 [batch,2].',
        { x: tensor('float32', [2], new Float32Array(2)) },
      ],
      [
        'SENSORIUM_SHAPE',
        'Input "x" has 3 values; its shape [2,2] needs 4.',
        { x: tensor('float32', [2, 2], new Float32Array(3)) },
      ],
      [
        'SENSORIUM_SHAPE',
        'Input "x" has shape [-1,2]; sizes are whole numbers from 0.',
        { x: tensor('float32', [-1, 2], new Float32Array(0)) },
      ],
    ])('refuses with %s: %s', async (code, message, inputs) => {
      await expect(session.run(inputs)).rejects.toMatchObject({ code, message });
      expect(await session.run({ x: x(1, 2) })).toEqual({ y: x(1, 2) });
    });

    it('wants one size for one name', async () => {
      const sum = await backend.load(
        onnxModel({
          inputs: [
            { name: 'a', dtype: 'float32', shape: ['batch', 2] },
            { name: 'b', dtype: 'float32', shape: ['batch', 2] },
          ],
          outputs: [{ name: 'y', dtype: 'float32', shape: ['batch', 2] }],
          nodes: [{ op: 'Add', inputs: ['a', 'b'], outputs: ['y'] }],
        }),
        options,
      );
      await expect(sum.run({ a: x(1, 2), b: x(1, 2, 3, 4) })).rejects.toMatchObject({
        code: 'SENSORIUM_SHAPE',
        message: 'Input "b" has batch = 2, but input "a" has 1.',
      });
      await sum.dispose();
    });

    it('refuses an output that the model does not have', async () => {
      await expect(session.run({ x: x(1, 2) }, { outputs: ['z'] })).rejects.toMatchObject({
        code: 'SENSORIUM_UNKNOWN_KEY',
        message: 'The model has no output "z". It gives y.',
      });
    });

    it.each([
      ['text', new TextEncoder().encode('this is a text, not a model')],
      ['a cut file', relu.subarray(0, relu.length - 20)],
      ['nothing', new Uint8Array(0)],
      [
        'an operator that does not exist',
        onnxModel({
          inputs: [{ name: 'x', dtype: 'float32', shape: [2] }],
          outputs: [{ name: 'y', dtype: 'float32', shape: [2] }],
          nodes: [{ op: 'Reluu', inputs: ['x'], outputs: ['y'] }],
        }),
      ],
    ])('refuses %s as a model', async (_, model) => {
      await expect(backend.load(model, options)).rejects.toMatchObject({ code: 'SENSORIUM_BAD_MODEL' });
    });

    it('refuses a model whose tensors have another type', async () => {
      const int8 = onnxModel({
        inputs: [{ name: 'x', dtype: 'int8', shape: [2] }],
        outputs: [{ name: 'y', dtype: 'int8', shape: [2] }],
        nodes: [{ op: 'Identity', inputs: ['x'], outputs: ['y'] }],
      });
      await expect(backend.load(int8, options)).rejects.toMatchObject({
        code: 'SENSORIUM_DTYPE',
        message: expect.stringContaining('The model\'s input "x" is int8'),
      });
    });

    it('refuses a model that reads weights from files below the working directory', async () => {
      const model = onnxModel({
        inputs: [{ name: 'x', dtype: 'float32', shape: [2] }],
        outputs: [{ name: 'y', dtype: 'float32', shape: [2] }],
        nodes: [{ op: 'Add', inputs: ['x', 'w'], outputs: ['y'] }],
        constants: [{ name: 'w', shape: [2], data: new Float32Array(2), file: 'package.json' }],
      });
      await expect(backend.load(model, options)).rejects.toMatchObject({
        code: 'SENSORIUM_BAD_MODEL',
        message: 'the model keeps weights in other files, and none but itself are read',
      });
    });

    it('says what ONNX Runtime says where a run fails, and goes on', async () => {
      const product = await backend.load(
        onnxModel({
          inputs: [
            { name: 'a', dtype: 'float32', shape: ['rows', 'k'] },
            { name: 'b', dtype: 'float32', shape: ['l', 2] },
          ],
          outputs: [{ name: 'y', dtype: 'float32', shape: ['rows', 2] }],
          nodes: [{ op: 'MatMul', inputs: ['a', 'b'], outputs: ['y'] }],
        }),
        options,
      );
      await expect(product.run({ a: x(1, 2), b: x(1, 2, 3, 4, 5, 6) })).rejects.toMatchObject({
        code: 'SENSORIUM_PLUGIN_RUN_FAILED',
        message: expect.stringMatching(/could not run the model:.*MatMul/),
      });
      expect(await product.run({ a: x(1, 2), b: x(1, 2, 3, 4) })).toEqual({ y: x(7, 10) });
      await product.dispose();
    });

    it('runs many at once and answers each with its own', async () => {
      const results = await Promise.all(Array.from({ length: 20 }, (_, index) => session.run({ x: x(index, -index) })));
      expect(results.map(({ y }) => y?.data[0])).toEqual(Array.from({ length: 20 }, (_, index) => index));
    });

    it('does not start a run that is aborted before', async () => {
      const reason = new Error('no longer needed');
      await expect(session.run({ x: x(1, 2) }, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    });

    it('carries state from run to run', async () => {
      expect(await carryState(backend, accumulator, options)).toEqual(carriedStates);
    });

    it('holds inputs from run to run, beside state', async () => {
      expect(await holdInputs(backend, accumulator, options)).toEqual(heldInputs);
    });

    it.each<[ErrorCode, string, SessionOptions]>([
      ['SENSORIUM_UNKNOWN_INPUT', 'The model has no input "z" to be held.', { held: ['scale', 'z'] }],
      [
        'SENSORIUM_DUPLICATE_NAME',
        'Input "sum" is to be carried and to be held. Only one of them can say its next value.',
        { held: ['sum'], carried: { sum: 'next' } },
      ],
    ])('refuses to hold with %s: %s', async (code, message, given) => {
      await expect(backend.load(accumulator, { ...options, ...given })).rejects.toMatchObject({ code, message });
    });

    it.each<[ErrorCode, string, Record<string, string>]>([
      ['SENSORIUM_UNKNOWN_INPUT', 'The model has no input "z" to be carried.', { z: 'next' }],
      ['SENSORIUM_UNKNOWN_KEY', 'The model has no output "z", from which input "sum" is to be carried.', { sum: 'z' }],
      ['SENSORIUM_DTYPE', 'Input "count" is int64, but output "next", its next value, is float32.', { count: 'next' }],
      [
        'SENSORIUM_DUPLICATE_NAME',
        'Inputs "sum" and "x" are both to be carried from output "next".',
        { sum: 'next', x: 'next' },
      ],
    ])('refuses to carry with %s: %s', async (code, message, carried) => {
      await expect(backend.load(accumulator, { ...options, carried })).rejects.toMatchObject({ code, message });
    });

    it('says how much memory is missing, and goes on', async () => {
      const outer = await backend.load(outerProduct, options);
      const product = (size: number) => {
        const data = new Float32Array(size).fill(3);
        return outer.run({ a: tensor('float32', [size, 1], data), b: tensor('float32', [1, size], data) });
      };
      // 4 · 10¹⁴ bytes: more than a process has addresses for, so that no memory is touched.
      await expect(product(1e7)).rejects.toMatchObject({
        code: 'SENSORIUM_OUT_OF_MEMORY',
        message: expect.stringContaining('needs more memory than the backend can have'),
      });
      expect(await product(1)).toEqual({ y: tensor('float32', [1, 1], Float32Array.of(9)) });
      await outer.dispose();
    });

    it('finishes what runs before it ends, and then does not run any more', async () => {
      const product = await backend.load(matmuls(2, 3), options);
      const inputs = { x: x(1, 2), w: x(2, 0, 0, 2) };
      const run = product.run(inputs);
      const disposal = product.dispose();
      await expect(product.run(inputs)).rejects.toMatchObject({ code: 'SENSORIUM_DISPOSED' });
      expect(await run).toEqual({ y: x(8, 16) });
      await disposal;
      await product.dispose();
      await expect(product.run(inputs)).rejects.toMatchObject({ code: 'SENSORIUM_DISPOSED' });
    });
  });
}
