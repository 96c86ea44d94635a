// `npm run gpu:pack`. Run after `npm run build`.
import { resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { pack } from './pack.mjs';

const usage = `Usage: npm run gpu:pack -- [--out tools/gpu/dist/sensorium-gpu.tar.gz]

Packs Node, ONNX Runtime, the built packages and the bench for a Linux machine (x64) without npm and network. There:
  tar xf sensorium-gpu.tar.gz && sensorium-gpu/run.sh
A name that ends in .tar.xz makes a smaller file, for machines that have xz.`;

const { values } = parseArgs({
  options: { out: { type: 'string', default: 'tools/gpu/dist/sensorium-gpu.tar.gz' }, help: { type: 'boolean' } },
});
if (values.help) {
  console.log(usage);
} else {
  const out = resolve(process.env.INIT_CWD ?? '.', values.out);
  const size = await pack(out);
  console.log(`${out}: ${(size / 2 ** 20).toFixed(1)} MiB`);
}
