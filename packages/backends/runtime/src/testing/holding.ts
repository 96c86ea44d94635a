import type { Backend, SessionOptions, Tensor, Tensors } from '@sensorium/contracts';

/**
 * Does with a session over `accumulator` all that can be done with inputs that are held, and gives one line for each thing.
 *
 * Self-contained, for the same reason as `carryState`.
 */
export async function holdInputs(backend: Backend, model: Uint8Array, options: SessionOptions): Promise<string[]> {
  const lines: string[] = [];
  const show = (tensors: Tensors) =>
    Object.entries(tensors)
      .map(([name, { dtype, shape, data }]) => `${name} ${dtype} [${shape}] ${data.join()}`)
      .join('; ');
  const note = async (what: string, tensors: Promise<Tensors>) => {
    const text = await tensors.then(show, ({ code, hint }: { code: string; hint?: string }) => `${code} ${hint ?? ''}`);
    lines.push(`${what}: ${text.trim()}`);
  };
  const rows = (...values: number[]): Tensor => ({
    dtype: 'float32',
    shape: [values.length / 2, 2],
    data: Float32Array.from(values),
  });
  const scale = (value: number): Tensor => ({ dtype: 'float32', shape: [], data: Float32Array.of(value) });
  const count: Tensor = { dtype: 'int64', shape: [3], data: BigInt64Array.of(1n, 2n, 2n ** 40n) };
  const session = await backend.load(model, { ...options, carried: { sum: 'next' }, held: ['count', 'scale'] });
  const x = rows(1, 2);
  const unfit = rows(1, 2, 3, 4, 5, 6);
  const outputs = ['y'];

  await note('without a value', session.run({ sum: rows(0, 0), x }));
  await note('first fails', session.run({ sum: rows(0, 0, 0, 0), count, scale: scale(10), x: unfit }));
  await note('still without', session.run({ sum: rows(0, 0), x }));
  await note('one alone', session.run({ sum: rows(0, 0), count, x }));
  await note('given', session.run({ sum: rows(0, 0), count, scale: scale(10), x }));
  await note('held', session.run({ x }));
  const given: Tensors[] = [{ x }, { scale: scale(100), x }, { x }];
  const runs = given.map((inputs) => session.run(inputs, { outputs }));
  for (const run of runs) await note('at once', run);
  await note('failing with a value', session.run({ sum: rows(0, 0, 0, 0), scale: scale(7), x: unfit }));
  await note('refused', session.run({ scale: rows(7, 7), x }));
  await note('as it was', session.run({ x }));
  await note('not carried', session.carried());
  await session.dispose();
  return lines;
}

const hint = 'It is held from run to run, but none has given a value yet.';

/** The lines of `holdInputs`, worked out by hand. */
export const heldInputs: readonly string[] = [
  `without a value: SENSORIUM_MISSING_INPUT ${hint}`,
  'first fails: SENSORIUM_PLUGIN_RUN_FAILED',
  `still without: SENSORIUM_MISSING_INPUT ${hint}`,
  `one alone: SENSORIUM_MISSING_INPUT ${hint}`,
  'given: y float32 [1,2] 10,20; doubled int64 [3] 2,4,2199023255552; same float32 [] 10',
  'held: y float32 [1,2] 20,40; doubled int64 [3] 2,4,2199023255552; same float32 [] 10',
  'at once: y float32 [1,2] 30,60',
  'at once: y float32 [1,2] 400,800',
  'at once: y float32 [1,2] 500,1000',
  'failing with a value: SENSORIUM_PLUGIN_RUN_FAILED',
  'refused: SENSORIUM_SHAPE',
  'as it was: y float32 [1,2] 600,1200; doubled int64 [3] 2,4,2199023255552; same float32 [] 100',
  'not carried: sum float32 [1,2] 6,12',
];
