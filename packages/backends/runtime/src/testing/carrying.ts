import type { Backend, SessionOptions, Tensor, Tensors } from '@sensorium/contracts';
import { onnxModel } from './onnx-model.js';

/**
 * next = sum + x, doubled = count + count, same = scale, y = next · scale. A run fails where the rows of `sum` and `x` are
 * neither as many nor one.
 */
export const accumulator = onnxModel({
  inputs: [
    { name: 'sum', dtype: 'float32', shape: ['rows', 2] },
    { name: 'count', dtype: 'int64', shape: [3] },
    { name: 'scale', dtype: 'float32', shape: [] },
    { name: 'x', dtype: 'float32', shape: ['more', 2] },
  ],
  outputs: [
    { name: 'y', dtype: 'float32', shape: ['rows', 2] },
    { name: 'next', dtype: 'float32', shape: ['rows', 2] },
    { name: 'doubled', dtype: 'int64', shape: [3] },
    { name: 'same', dtype: 'float32', shape: [] },
  ],
  nodes: [
    { op: 'Add', inputs: ['sum', 'x'], outputs: ['next'] },
    { op: 'Add', inputs: ['count', 'count'], outputs: ['doubled'] },
    { op: 'Identity', inputs: ['scale'], outputs: ['same'] },
    { op: 'Mul', inputs: ['next', 'scale'], outputs: ['y'] },
  ],
});

/**
 * Does with a session over `accumulator` all that can be done with state, and gives one line for each thing.
 *
 * Self-contained: tests send the text of this function to a browser or another process, so it must not refer to anything
 * but its arguments and the globals.
 */
export async function carryState(backend: Backend, model: Uint8Array, options: SessionOptions): Promise<string[]> {
  const lines: string[] = [];
  const show = (tensors: Tensors) => {
    const texts = Object.entries(tensors).map(
      ([name, { dtype, shape, data }]) => `${name} ${dtype} [${shape}] ${data.join()}`,
    );
    return texts.join('; ') || 'nothing';
  };
  const note = async (what: string, tensors: Promise<Tensors>) => {
    const text = await tensors.then(show, ({ code, hint }: { code: string; hint?: string }) => `${code} ${hint ?? ''}`);
    lines.push(`${what}: ${text.trim()}`);
  };
  const rows = (...values: number[]): Tensor => ({
    dtype: 'float32',
    shape: [values.length / 2, 2],
    data: Float32Array.from(values),
  });
  const spoil = async (tensors: Promise<Tensors>) => {
    for (const { data } of Object.values(await tensors)) {
      new Uint8Array(data.buffer, data.byteOffset, data.byteLength).fill(0);
    }
  };
  const start: Tensors = {
    sum: rows(0, 0, 0, 0),
    count: { dtype: 'int64', shape: [3], data: BigInt64Array.of(1n, 2n, 2n ** 40n) },
    scale: { dtype: 'float32', shape: [], data: Float32Array.of(10) },
  };
  const carried = { sum: 'next', count: 'doubled', scale: 'same' };
  const session = await backend.load(model, { ...options, carried });
  const x = rows(1, 2, 3, 4);

  await note('without a value', session.run({ x }));
  await note('before the first run', session.carried());
  await note('first fails', session.run({ ...start, x: rows(1, 2, 3, 4, 5, 6) }));
  await note('still without', session.run({ x }));
  const runs = [session.run({ ...start, x }), session.run({ x }), session.run({ x })];
  for (const run of runs) await note('at once', run);
  await note('state', session.carried());
  await spoil(session.carried());
  await note('failing', session.run({ x: rows(1, 2, 3, 4, 5, 6) }));
  await note('failing with values', session.run({ sum: rows(7, 7, 7, 7), x: rows(1, 2, 3, 4, 5, 6) }));
  await note('refused', session.run({ sum: rows(7, 7), x: { ...x, dtype: 'int32' } }));
  await note('as it was', session.carried());
  await note('on', session.run({ x }));
  await spoil(session.run({ x: rows(0, 0) }, { outputs: ['next', 'same', 'y'] }));
  await note('asked for', session.run({ x }, { outputs: ['doubled', 'y'] }));
  await note('set anew', session.run({ sum: rows(100, 200), x: rows(1, 2) }));
  await note('other shape', session.run({ x }));
  const last = session.carried();
  const disposal = session.dispose();
  await note('asked before the end', last);
  await disposal;
  await note('asked after the end', session.carried());
  return lines;
}

/** The lines of `carryState`, worked out by hand. */
export const carriedStates: readonly string[] = [
  'without a value: SENSORIUM_MISSING_INPUT It is carried from run to run, but none has left a value yet.',
  'before the first run: nothing',
  'first fails: SENSORIUM_PLUGIN_RUN_FAILED',
  'still without: SENSORIUM_MISSING_INPUT It is carried from run to run, but none has left a value yet.',
  'at once: y float32 [2,2] 10,20,30,40',
  'at once: y float32 [2,2] 20,40,60,80',
  'at once: y float32 [2,2] 30,60,90,120',
  'state: sum float32 [2,2] 3,6,9,12; count int64 [3] 8,16,8796093022208; scale float32 [] 10',
  'failing: SENSORIUM_PLUGIN_RUN_FAILED',
  'failing with values: SENSORIUM_PLUGIN_RUN_FAILED',
  'refused: SENSORIUM_DTYPE',
  'as it was: sum float32 [2,2] 3,6,9,12; count int64 [3] 8,16,8796093022208; scale float32 [] 10',
  'on: y float32 [2,2] 40,80,120,160',
  'asked for: y float32 [2,2] 50,100,150,200; doubled int64 [3] 64,128,70368744177664',
  'set anew: y float32 [1,2] 1010,2020',
  'other shape: y float32 [2,2] 1020,2040,1040,2060',
  'asked before the end: sum float32 [2,2] 102,204,104,206; count int64 [3] 256,512,281474976710656; scale float32 [] 10',
  'asked after the end: SENSORIUM_DISPOSED Load the model again, or dispose later.',
];
