import { join } from 'node:path';
import type { Sample, WrittenSample } from '@sensorium/starter/tables';
import { usageError } from '../failure.js';
import { interruptible } from '../interrupt.js';
import { examples, forceOption, readMore } from '../options.js';
import { replacing, requireFree } from '../replacing.js';
import { printing, type Define, type Result } from '../result.js';
import { command } from '../terminal/command.js';
import { progressView, timed } from '../terminal/progress.js';
import { quote } from '../terminal/quote.js';
import { formatTable } from '../terminal/table.js';
import { plural } from '../terminal/units.js';

interface SampleOptions {
  readonly out?: string;
  readonly force?: boolean;
}

export const defineSample: Define = (program, onExitCode) => {
  program
    .command('sample')
    .summary('write a small data set, and a manifest for it')
    .description(
      'Writes tables, pictures and a manifest that a model is trained from in about a minute: the same bytes every time.\n' +
        'Without a name it lists what there is.',
    )
    .argument('[sample]', 'which one')
    .option('--out <folder>', 'folder to write into; made if it is not there')
    .addOption(forceOption())
    .addHelpText(
      'after',
      examples('sensorium sample', 'sensorium sample scenes --out scenes') +
        readMore('docs/manifest.md', 'docs/training.md'),
    )
    .action(printing(sample, onExitCode));
};

async function sample(name: string | undefined, { out, force = false }: SampleOptions): Promise<Result> {
  const { samples } = await import('@sensorium/starter/tables');
  if (name === undefined) return listOf(samples);
  const found = await sampleCalled(name, samples);
  if (out === undefined) {
    throw await usageError('--out is missing, the folder to write into', writing(name));
  }
  return replacing(force, async (overwrite) => {
    if (!overwrite) await requireFree(out);
    return describe(out, await write(found, out));
  });
}

function listOf(samples: Readonly<Record<string, Sample>>): Result {
  const list = Object.entries(samples).map(([name, { description }]) => ({ name, description }));
  const rows = list.map(({ name, description }) => [name, description, writing(name)]);
  const titles = [{ title: 'sample' }, { title: 'what it is' }, { title: 'how to write it' }];
  return { text: formatTable(titles, rows), json: { samples: list } };
}

const writing = (name: string): string => `${command} sample ${name} --out ${name}`;

async function sampleCalled(name: string, samples: Readonly<Record<string, Sample>>): Promise<Sample> {
  const found = Object.hasOwn(samples, name) ? samples[name] : undefined;
  if (found) return found;
  const { didYouMean } = await import('@sensorium/data');
  const names = Object.keys(samples);
  throw await usageError(`there is no sample "${name}".${didYouMean(name, names)}`, `There is ${names.join(', ')}.`);
}

async function write(found: Sample, out: string): Promise<WrittenSample> {
  const view = progressView();
  try {
    return await interruptible((signal) => found.write(out, { signal, onProgress: timed('write', view) }));
  } finally {
    view.end();
  }
}

function describe(out: string, { manifest, tables, unseen, example }: WrittenSample): Result {
  const files = [
    ...tables.map(({ file, rows, purpose }) => [join(out, file), plural(rows, 'row'), purpose]),
    [join(out, manifest), '', 'the manifest: what is trained on them, and how'],
  ];
  const inputs = Object.entries(example.inputs).map(([input, value]) => `--input ${quote(`${input}=${value}`)}`);
  const next = [
    `${command} check ${quote(join(out, manifest))}`,
    `${command} train ${quote(join(out, manifest))} --out model`,
    `${command} evaluate model --data ${quote(join(out, unseen))}`,
    `${command} run model ${inputs.join(' ')}`,
  ];
  return {
    text: `${formatTable([{}, { align: 'right' }, {}], files)}\n\nNext:\n${next.map((line) => `  ${line}`).join('\n')}`,
    json: { folder: out, manifest, tables, unseen, example },
  };
}
