import { access } from 'node:fs/promises';
import type { DataType, Shape } from '@sensorium/contracts';
import type { TensorDescription } from '@sensorium/onnx';
import { examples } from '../options.js';
import { modelFolder, pluginFolders } from '../places.js';
import { printing, type Define, type Result } from '../result.js';
import { formatTable } from '../terminal/table.js';
import { bytes } from '../terminal/units.js';

interface ExportOptions {
  readonly out: string;
  readonly force?: boolean;
}

/** An input or output of the file; sizes that are not fixed have a name. */
interface Port {
  readonly name: string;
  readonly dtype: DataType;
  readonly shape: Shape;
}

export const defineExport: Define = (program, onExitCode) => {
  program
    .command('export')
    .summary('take the ONNX file, or its weights, out of a model’s folder')
    .description(
      'Copies model.onnx, after checking that it is whole and runs, and says how to use it with ONNX Runtime alone.\n' +
        'Into a file called .safetensors it writes the weights instead, for data.weights of another training.',
    )
    .argument('<folder>', 'the model’s folder, or the word starter for the embedded model')
    .requiredOption('--out <file>', 'where to write the file')
    .option('--force', 'replace the file if there is one')
    .addHelpText(
      'after',
      examples('sensorium export model --out easy-vqa.onnx', 'sensorium export model --out weights.safetensors'),
    )
    .action(printing(exportModel, onExitCode));
};

async function exportModel(name: string, { out, force = false }: ExportOptions): Promise<Result> {
  const { platform, readModelFolder } = await import('@sensorium/orchestrator');
  const { model } = await readModelFolder(await modelFolder(name), platform);
  if (!force) await requireAbsent(out);
  return out.toLowerCase().endsWith('.safetensors') ? exportWeights(name, model, out) : exportFile(name, model, out);
}

async function exportFile(name: string, model: Uint8Array, out: string): Promise<Result> {
  const { hashBytes, writeFileAtomic } = await import('@sensorium/data');
  await requireRunning(name);
  const { inputs, outputs } = await portsOf(model);
  await writeFileAtomic(out, model);
  const ports = [
    ...inputs.map((port) => ['input', ...formatPort(port)]),
    ...outputs.map((port) => ['output', ...formatPort(port)]),
  ];
  const table = formatTable([{ title: '' }, { title: 'name' }, { title: 'type' }, { title: 'shape' }], ports);
  return {
    text: [`${out}   ${bytes(model.byteLength)}`, table, snippet(out, inputs, outputs)].join('\n\n'),
    json: { model: name, out, bytes: model.byteLength, sha256: hashBytes(model), inputs, outputs },
  };
}

async function exportWeights(name: string, model: Uint8Array, out: string): Promise<Result> {
  const { modelWeights } = await import('@sensorium/orchestrator');
  const { writeSafeTensors } = await import('@sensorium/tensors');
  const { hashBytes, writeFileAtomic } = await import('@sensorium/data');
  const weights = modelWeights(model);
  const file = writeSafeTensors(weights);
  await writeFileAtomic(out, file);
  const rows = Object.entries(weights).map(([weight, { dtype, shape }]) => formatPort({ name: weight, dtype, shape }));
  const table = formatTable([{ title: 'name' }, { title: 'type' }, { title: 'shape' }], rows);
  const tensors = Object.entries(weights).map(([weight, { dtype, shape }]) => ({ name: weight, dtype, shape }));
  return {
    text: [`${out}   ${bytes(file.byteLength)}`, table].join('\n\n'),
    json: { model: name, out, bytes: file.byteLength, sha256: hashBytes(file), weights: tensors },
  };
}

/** Opens the model, which proves that ONNX Runtime takes it. */
async function requireRunning(name: string): Promise<void> {
  const { openModel, platform } = await import('@sensorium/orchestrator');
  const { session } = await openModel(platform, await modelFolder(name), { backend: 'cpu', from: pluginFolders() });
  await session.dispose();
}

async function portsOf(model: Uint8Array): Promise<{ inputs: Port[]; outputs: Port[] }> {
  const { readOnnx } = await import('@sensorium/onnx');
  const { inputs, outputs } = readOnnx(model);
  // Training writes the types of all of them.
  const port = ({ name, dtype = 'float32', shape = [] }: TensorDescription): Port => ({ name, dtype, shape });
  return { inputs: inputs.map(port), outputs: outputs.map(port) };
}

async function requireAbsent(out: string): Promise<void> {
  const { SensoriumError } = await import('@sensorium/contracts');
  const exists = await access(out).then(
    () => true,
    () => false,
  );
  if (!exists) return;
  throw new SensoriumError({
    code: 'SENSORIUM_IO',
    message: `"${out}" is already there`,
    hint: 'Choose another name, or replace it with --force.',
    location: { file: out },
  });
}

const formatPort = ({ name, dtype, shape }: Port): string[] => [name, dtype, `[${shape.join(', ')}]`];

const arrays: Readonly<Record<DataType, string>> = {
  float32: 'Float32Array',
  float64: 'Float64Array',
  float16: 'Uint16Array',
  int64: 'BigInt64Array',
  int32: 'Int32Array',
  uint8: 'Uint8Array',
  bool: 'Uint8Array',
};

/** A program that runs the file on one sample of zeros, without Sensorium. */
function snippet(out: string, inputs: readonly Port[], outputs: readonly Port[]): string {
  const feeds = inputs.map(({ name, dtype, shape }) => {
    const sizes = shape.map((size) => (typeof size === 'number' ? size : 1));
    const data = `new ${arrays[dtype]}(${sizes.reduce((a, b) => a * b, 1)})`;
    return `  '${name}': new Tensor('${dtype}', ${data}, [${sizes.join(', ')}]),`;
  });
  return [
    `import { InferenceSession, Tensor } from 'onnxruntime-node';`,
    '',
    `const session = await InferenceSession.create(${JSON.stringify(out)});`,
    'const outputs = await session.run({',
    ...feeds,
    '});',
    ...outputs.map(({ name }) => `console.log(outputs['${name}'].data);`),
  ].join('\n');
}
