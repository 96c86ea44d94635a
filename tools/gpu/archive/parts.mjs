import { fileURLToPath } from 'node:url';

const packages = new URL('node_modules/@sensorium/', import.meta.url);
const sensorium = fileURLToPath(new URL('cli/bin/sensorium.js', packages));
const bench = fileURLToPath(new URL('bench/dist/bin.js', packages));

/** The arguments of `node` that ask whether webgpu can run. */
export const probeWebgpu = [sensorium, 'probe', 'webgpu'];

const measure = (workload, backend, seconds) => ({
  name: `${workload}-${backend}`,
  seconds,
  args: [bench, workload, '--only', backend, '--minutes', '1', '--out'],
});

/**
 * Each is a process of its own, because a driver may end it: a name, the most seconds, the arguments of `node`. What ends in
 * `--out` writes its JSON into a file, the others to stdout. What is wanted most comes first, as the time is limited.
 */
export const parts = [
  { name: 'doctor', seconds: 60, args: [sensorium, 'doctor', '--json'] },
  measure('backends', 'cpu', 60),
  measure('backends', 'webgpu', 90),
  measure('backends', 'cuda', 60),
  measure('agreement', 'webgpu', 75),
  measure('agreement', 'cpu', 75),
  measure('agreement', 'wasm', 75),
  measure('agreement', 'cuda', 75),
];
