import { join } from 'node:path';
import type { CompressedModel, ModelFolder } from '@sensorium/orchestrator';
import { Option } from 'commander';
import type { Comparison } from '../export/compare.js';
import { portCells, portsOf } from '../export/ports.js';
import { languages, type Language, type ProgramFiles } from '../export/program-files.js';
import { usageError } from '../failure.js';
import { interruptible } from '../interrupt.js';
import { examples, forceOption, readMore } from '../options.js';
import { modelFolder, pluginFolders } from '../places.js';
import { replacing, requireFree } from '../replacing.js';
import { printing, type Define, type Result } from '../result.js';
import { command } from '../terminal/command.js';
import { quote } from '../terminal/quote.js';
import { formatTable } from '../terminal/table.js';
import { bytes } from '../terminal/units.js';

type Precision = 'float32' | 'float16' | 'int8';

interface ExportOptions {
  readonly out: string;
  readonly precision: Precision;
  readonly data?: string;
  readonly force?: boolean;
}

export const defineExport: Define = (program, onExitCode) => {
  program
    .command('export')
    .summary('take a model where Sensorium is not')
    .description(
      'Writes a folder: model.onnx, further graphs of the model, and programs in JavaScript and Python that run it with ONNX\n' +
        'Runtime alone, from a picture or a text to the answer. A file called .onnx is the model alone, one called .safetensors\n' +
        'its weights, for data.weights of another training. With --precision weights are stored smaller, and what that changes\n' +
        'is measured.',
    )
    .argument('<model>', 'the model’s folder, or the word starter for the embedded model')
    .requiredOption('--out <file>', 'a folder, a file called .onnx, or one called .safetensors')
    .addOption(
      new Option('--precision <precision>', 'how weights are stored')
        .choices(['float32', 'float16', 'int8'] satisfies Precision[])
        .default('float32'),
    )
    .option('--data <table>', 'with --precision: a table to measure the difference on; default: the model’s test table')
    .addOption(forceOption())
    .addHelpText(
      'after',
      examples(
        'sensorium export model --out exported',
        'sensorium export model --out small --precision int8 --data test.csv',
        'sensorium export model --out easy-vqa.onnx',
        'sensorium export model --out weights.safetensors',
      ) + readMore('docs/export.md'),
    )
    .action(printing(exportModel, onExitCode));
};

const exportModel = (name: string, options: ExportOptions): Promise<Result> =>
  replacing(options.force ?? false, (overwrite) => exportOnce(name, options, overwrite));

async function exportOnce(name: string, options: ExportOptions, overwrite: boolean): Promise<Result> {
  const { out, precision, data } = options;
  const isWeights = out.toLowerCase().endsWith('.safetensors');
  if (precision === 'float32' && data !== undefined) {
    throw await usageError('--data is for measuring what --precision changes', 'Add --precision float16 or int8.');
  }
  if (isWeights && precision !== 'float32') {
    throw await usageError(
      'weights for another training are float32',
      'Leave --precision away, or write an .onnx file.',
    );
  }
  if (!overwrite) await requireFree(out);
  const { platform, readModelFolder } = await import('@sensorium/orchestrator');
  const source = await modelFolder(name);
  const folder = await readModelFolder(source, platform);
  if (isWeights) return exportWeights(name, folder, out);
  const given = { name, source, folder, out, precision };
  const changed = precision === 'float32' ? undefined : await compressed({ ...given, precision }, data);
  return out.toLowerCase().endsWith('.onnx') ? exportFile(given, changed) : exportFolder(given, changed);
}

interface Given {
  readonly name: string;
  readonly source: string | URL;
  readonly folder: ModelFolder;
  readonly out: string;
  readonly precision: Precision;
}

/** A model with smaller weights, and what they change. */
interface Changed {
  readonly model: CompressedModel;
  readonly comparison: Comparison;
}

async function compressed(
  { source, folder, precision }: Given & { readonly precision: Exclude<Precision, 'float32'> },
  data: string | undefined,
): Promise<Changed> {
  const { compressModel } = await import('@sensorium/orchestrator');
  const { compare } = await import('../export/compare.js');
  const model = await compressModel(folder, precision);
  const comparison = await interruptible((signal) => compare({ source, folder, compressed: model, data, signal }));
  return { model, comparison };
}

async function exportFile({ name, source, folder, out }: Given, changed: Changed | undefined): Promise<Result> {
  const { writeFileAtomic } = await import('@sensorium/data');
  await (await opened(changed?.model ?? source)).session.dispose();
  const model = changed?.model.model ?? folder.model;
  const { inputs, outputs } = await portsOf(model);
  await writeFileAtomic(out, model);
  const ports = [
    ...inputs.map((port) => ['input', ...portCells(port)]),
    ...outputs.map((port) => ['output', ...portCells(port)]),
  ];
  const table = formatTable([{ title: '' }, { title: 'name' }, { title: 'type' }, { title: 'shape' }], ports);
  const advice = `What becomes of pictures and texts before: ${command} export ${quote(name)} --out FOLDER writes programs that do it.`;
  return {
    text: [`${out}   ${bytes(model.byteLength)}`, table, ...(await told(changed)), advice].join('\n\n'),
    json: { model: name, out, ...(await describe(model)), inputs, outputs, ...differenceOf(changed) },
  };
}

/** A model folder, with programs beside it. */
async function exportFolder(given: Given, changed: Changed | undefined): Promise<Result> {
  const { makeDirectory, writeFileAtomic } = await import('@sensorium/data');
  const { name, source, folder, out, precision } = given;
  const model = await opened(changed?.model ?? source);
  await model.session.dispose();
  const { programOf, MODEL_FILE } = await import('@sensorium/orchestrator');
  const { programFiles } = await import('../export/program-files.js');
  const program = await programFiles(programOf(model), `../${MODEL_FILE}`);
  const models = await modelFiles(model.manifest.built.files, folder, changed);
  const { readmeOf } = await import('../export/readme.js');
  const { comparisonInShort } = await import('../export/format-comparison.js');
  const inputs = Object.keys(model.manifest.inputs);
  const readme = readmeOf({
    name: model.manifest.name,
    graphs: Object.keys(models).filter((file) => file !== MODEL_FILE),
    ports: await portsOf(changed?.model.model ?? folder.model),
    inputs,
    program,
    stored: changed && comparisonInShort(changed.comparison, precision),
  });
  const texts: Record<string, string> = {
    'manifest.json': `${JSON.stringify(model.manifest, null, 2)}\n`,
    'README.md': readme,
    ...Object.fromEntries(Object.entries(program.files).map(([file, text]) => [join('example', file), text])),
  };
  await makeDirectory(join(out, 'example'));
  const written: { file: string; bytes: number; sha256: string }[] = [];
  for (const [file, content] of Object.entries({ ...models, ...texts })) {
    await writeFileAtomic(join(out, file), content);
    const size = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    written.push({ file: join(out, file), ...(await describe(size)) });
  }
  const rows = written.filter(({ file }) => !file.includes('example')).map((one) => [one.file, bytes(one.bytes)]);
  return {
    text: [
      formatTable(
        [{}, { align: 'right' }],
        [...rows, [join(out, 'example'), `${Object.keys(program.files).length} files`]],
      ),
      ...(await told(changed)),
      ...howToRun(program, out, inputs),
    ].join('\n\n'),
    json: { model: name, out, files: written, withoutExample: program.without, ...differenceOf(changed) },
  };
}

/** What to type for each language, and which inputs it leaves to the reader. */
const howToRun = ({ installs, without }: ProgramFiles, out: string, inputs: readonly string[]): string[] =>
  (Object.keys(languages) as Language[]).map((language) => {
    const run = `${languages[language].runs} ${inputs.map((input) => `${input}=…`).join(' ')}`;
    const missing = without[language];
    const note =
      missing.length > 0 ? `\nThere is no example of ${missing.join(', ')}: README.md says which tensors to give.` : '';
    return `cd ${quote(out)} && ${installs[language]}\n${run}${note}`;
  });

async function modelFiles(
  files: Readonly<Record<string, string>>,
  folder: ModelFolder,
  changed: Changed | undefined,
): Promise<Record<string, Uint8Array>> {
  const { MODEL_FILE } = await import('@sensorium/orchestrator');
  if (changed) return { [MODEL_FILE]: changed.model.model, ...changed.model.files };
  const read = Object.keys(files).map(async (file) => [file, await folder.read(file)] as const);
  return Object.fromEntries(await Promise.all(read));
}

async function exportWeights(name: string, { model }: ModelFolder, out: string): Promise<Result> {
  const { writeFileAtomic } = await import('@sensorium/data');
  const { modelWeights } = await import('@sensorium/orchestrator');
  const { writeSafeTensors } = await import('@sensorium/tensors');
  const weights = Object.entries(modelWeights(model)).map(([weight, tensor]) => ({ name: weight, ...tensor }));
  const file = writeSafeTensors(modelWeights(model));
  await writeFileAtomic(out, file);
  const table = formatTable([{ title: 'name' }, { title: 'type' }, { title: 'shape' }], weights.map(portCells));
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

/** Opens a model, which proves that ONNX Runtime takes it. */
async function opened(source: string | URL | CompressedModel) {
  const { openModel, platform } = await import('@sensorium/orchestrator');
  return openModel(platform, source, { backend: 'cpu', from: await pluginFolders() });
}

async function told(changed: Changed | undefined): Promise<string[]> {
  if (!changed) return [];
  const { formatComparison } = await import('../export/format-comparison.js');
  const { small, left } = changed.model;
  const nothing = 'No weight became smaller: what could be stored with fewer bits is stored so already.';
  return [formatComparison(changed.comparison, left), ...(small.length === 0 ? [nothing] : [])];
}

const differenceOf = (changed: Changed | undefined) =>
  changed && { difference: changed.comparison, small: changed.model.small, left: changed.model.left };
