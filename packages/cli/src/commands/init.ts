import { resolve } from 'node:path';
import type { DraftPart, ManifestDraft } from '../init/draft.js';
import { interruptible } from '../interrupt.js';
import { examples, forceOption, readMore } from '../options.js';
import { pluginFolders } from '../places.js';
import { replacing, requireFree } from '../replacing.js';
import { printing, type Define, type Result } from '../result.js';
import { command } from '../terminal/command.js';
import { quote } from '../terminal/quote.js';
import { formatTable } from '../terminal/table.js';

interface InitOptions {
  readonly target?: string;
  readonly out?: string;
  readonly force?: boolean;
}

export const defineInit: Define = (program, onExitCode) => {
  program
    .command('init')
    .summary('write a manifest for a table, or for a folder of files')
    .description(
      'Looks at what the columns of a table hold, files by their content, and writes a manifest that says of every choice why it\n' +
        'was made. Of a folder, files are the input and the folders that they are in the labels.',
    )
    .argument('<table>', 'table (.csv, .tsv, .jsonl, .parquet), folder or archive')
    .option('--target <column>', 'what is to be learned: a column; of a folder its labels')
    .option('--out <file>', 'the manifest (default: named like the table, in this folder)')
    .addOption(forceOption())
    .addHelpText(
      'after',
      examples('sensorium init houses.csv --target price', 'sensorium init photos --out photos.yaml') +
        readMore('docs/manifest.md', 'docs/training.md'),
    )
    .action(printing(init, onExitCode));
};

async function init(source: string, { target, out, force = false }: InitOptions): Promise<Result> {
  const { manifestName } = await import('../init/names.js');
  const file = out ?? `${manifestName(source)}.yaml`;
  return replacing(force, async (overwrite) => {
    if (!overwrite) await requireFree(file);
    return interruptible(async (signal) => {
      const { draftManifest } = await import('../init/draft.js');
      const { writeFileAtomic } = await import('@sensorium/data');
      const draft = await draftManifest({ source, target, file, from: await pluginFolders(), signal });
      await writeFileAtomic(resolve(file), draft.text);
      return describe(file, draft);
    });
  });
}

function describe(file: string, draft: ManifestDraft): Result {
  const { rows, inputs, head, leftOut, data, readAs } = draft;
  const of = (parts: readonly DraftPart[], what: string): string[][] =>
    parts.flatMap(({ name, use, columns }) =>
      columns.map(({ column, because }) => [column, `${what} ${name}: ${use}`, because]),
    );
  const table = [
    ...of(inputs, 'input'),
    ...leftOut.map(({ column, because }) => [column, 'left out', because]),
    ...of([head], 'head'),
  ];
  const next = [`${command} check ${quote(file)}`, `${command} train ${quote(file)} --out model`];
  return {
    text: [
      ...(readAs === undefined ? [] : [`Read as ${readAs}.`]),
      formatTable([{ title: 'column' }, { title: 'becomes' }, { title: 'because' }], table),
      `Wrote ${file}: change in it what you know better.`,
      `Next:\n${next.map((line) => `  ${line}`).join('\n')}`,
    ].join('\n\n'),
    json: { manifest: file, rows, inputs, head, leftOut, data, ...(readAs !== undefined && { readAs }) },
  };
}
