import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { DataType, Shape } from '@sensorium/contracts';
import type { TensorDescription } from '@sensorium/onnx';
import type { ModelFolder } from '@sensorium/orchestrator';
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
        'Into a folder, written with a slash at its end, it copies further graphs of the model, too.\n' +
        'Into a file called .safetensors it writes the weights instead, for data.weights of another training.',
    )
    .argument('<folder>', 'the model’s folder, or the word starter for the embedded model')
    .requiredOption('--out <file>', 'where to write the file; a folder with a slash at its end')
    .option('--force', 'replace the file if there is one')
    .addHelpText(
      'after',
      examples('sensorium export model --out easy-vqa.onnx', 'sensorium export model --out weights.safetensors'),
    )
    .action(printing(exportModel, onExitCode));
};

async function exportModel(name: string, { out, force = false }: ExportOptions): Promise<Result> {
  const { platform, readModelFolder } = await import('@sensorium/orchestrator');
  const folder = await readModelFolder(await modelFolder(name), platform);
  const write = await writer(force);
  if (/[/\\]$/.test(out)) return exportGraphs(name, folder, out, write);
  if (out.toLowerCase().endsWith('.safetensors')) return exportWeights(name, folder, out, write);
  return exportFile(name, folder, out, write);
}

type Write = (path: string, bytes: Uint8Array) => Promise<void>;

/** Writes files, and replaces none unless that is asked for. */
async function writer(force: boolean): Promise<Write> {
  const { writeFileAtomic } = await import('@sensorium/data');
  return async (path, bytes) => {
    if (!force) await requireAbsent(path);
    await writeFileAtomic(path, bytes);
  };
}

async function exportFile(name: string, { model }: ModelFolder, out: string, write: Write): Promise<Result> {
  await requireRunning(name);
  const { inputs, outputs } = await portsOf(model);
  await write(out, model);
  const ports = [
    ...inputs.map((port) => ['input', ...formatPort(port)]),
    ...outputs.map((port) => ['output', ...formatPort(port)]),
  ];
  const table = formatTable([{ title: '' }, { title: 'name' }, { title: 'type' }, { title: 'shape' }], ports);
  return {
    text: [`${out}   ${bytes(model.byteLength)}`, table, snippet(out, inputs, outputs)].join('\n\n'),
    json: { model: name, out, ...(await describe(model)), inputs, outputs },
  };
}

/** model.onnx and the further graphs, which find their weights in it as long as they lie beside it. */
async function exportGraphs(name: string, folder: ModelFolder, out: string, write: Write): Promise<Result> {
  const { makeDirectory } = await import('@sensorium/data');
  await requireRunning(name);
  await makeDirectory(out);
  const written: { file: string; bytes: number; sha256: string }[] = [];
  for (const file of Object.keys(folder.manifest.built.files)) {
    const content = await folder.read(file);
    await write(join(out, file), content);
    written.push({ file: join(out, file), ...(await describe(content)) });
  }
  const rows = written.map((one) => [one.file, bytes(one.bytes)]);
  return { text: formatTable([{}, { align: 'right' }], rows), json: { model: name, out, files: written } };
}

async function exportWeights(name: string, { model }: ModelFolder, out: string, write: Write): Promise<Result> {
  const { modelWeights } = await import('@sensorium/orchestrator');
  const { writeSafeTensors } = await import('@sensorium/tensors');
  const weights = Object.entries(modelWeights(model)).map(([weight, tensor]) => ({ name: weight, ...tensor }));
  const file = writeSafeTensors(modelWeights(model));
  await write(out, file);
  const table = formatTable([{ title: 'name' }, { title: 'type' }, { title: 'shape' }], weights.map(formatPort));
  const tensors = weights.map(({ name: weight, dtype, shape }) => ({ name: weight, dtype, shape }));
  return {
    text: [`${out}   ${bytes(file.byteLength)}`, table].join('\n\n'),
    json: { model: name, out, ...(await describe(file)), weights: tensors },
  };
}

async function describe(content: Uint8Array): Promise<{ bytes: number; sha256: string }> {
  const { sha256 } = await import('@sensorium/data');
  return { bytes: content.byteLength, sha256: await sha256(content) };
}

/** Opens the model, which proves that ONNX Runtime takes it. */
async function requireRunning(name: string): Promise<void> {
  const { openModel, platform } = await import('@sensorium/orchestrator');
  const { session } = await openModel(platform, await modelFolder(name), {
    backend: 'cpu',
    from: await pluginFolders(),
  });
  await session.dispose();
}

async function portsOf(model: Uint8Array): Promise<{ inputs: Port[]; outputs: Port[] }> {
  const { required } = await import('@sensorium/contracts');
  const { readOnnx } = await import('@sensorium/onnx');
  const { inputs, outputs } = readOnnx(model);
  const port = ({ name, dtype, shape }: TensorDescription): Port => ({
    name,
    dtype: required(dtype, `the type of "${name}"`),
    shape: required(shape, `the shape of "${name}"`),
  });
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
