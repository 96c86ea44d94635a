import type { Evaluation, Robustness } from '@sensorium/trainer';
import { Option } from 'commander';
import { interruptible } from '../interrupt.js';
import {
  answerOption,
  backendOption,
  examples,
  explainOption,
  forceOption,
  headOption,
  readMore,
  rowsOption,
} from '../options.js';
import { modelFolder, pluginFolders } from '../places.js';
import { replacing, requireFree } from '../replacing.js';
import { printing, type Define, type Result } from '../result.js';
import { formatBackend } from '../terminal/backend.js';
import { formatScores } from '../terminal/metric.js';
import { formatWarnings } from '../terminal/planned.js';
import { progressView } from '../terminal/progress.js';
import { duration, plural } from '../terminal/units.js';

interface EvaluateOptions {
  readonly data: string;
  readonly explain?: boolean;
  readonly head?: string;
  readonly answer?: string;
  readonly rows?: number;
  readonly robustness?: boolean;
  readonly baseline?: string;
  readonly out?: string;
  readonly force?: boolean;
  readonly backend?: readonly string[];
}

export const defineEvaluate: Define = (program, onExitCode) => {
  program
    .command('evaluate')
    .summary('score a model on a table')
    .description('Runs a model over a table that holds the right answers, and says how good it is.')
    .argument('<folder>', 'the model’s folder, or the word starter for the embedded model')
    .requiredOption('--data <table>', '.csv, .tsv or .jsonl with a column for each input and head')
    .addOption(explainOption())
    .addOption(headOption())
    .addOption(answerOption())
    .addOption(rowsOption())
    .option('--robustness', 'measure it with noise on each input and on all, and with inputs missing')
    .addOption(
      new Option(
        '--baseline <folder>',
        'with --robustness: a late fusion of the same inputs and heads, for effective robustness',
      ).implies({ robustness: true }),
    )
    .option('--out <file>', 'a page with all of it, for a browser, such as evaluation.html')
    .addOption(forceOption())
    .addOption(backendOption())
    .addHelpText(
      'after',
      examples(
        'sensorium evaluate model --data test.csv',
        'sensorium evaluate model --data test.csv --explain',
        'sensorium evaluate model --data test.csv --robustness --out robustness.html',
        'sensorium evaluate model --data test.csv --json',
      ) + readMore('docs/fusion.md'),
    )
    .action(printing(evaluate, onExitCode));
};

const evaluate = (name: string, options: EvaluateOptions): Promise<Result> =>
  replacing(options.force ?? false, (overwrite) => evaluateOnce(name, options, overwrite));

async function evaluateOnce(name: string, options: EvaluateOptions, overwrite: boolean): Promise<Result> {
  const { data, backend, out, baseline } = options;
  const { evaluate: evaluateModel, withoutMedia } = await import('@sensorium/trainer');
  if (out !== undefined && !overwrite) await requireFree(out);
  const folder = await modelFolder(name);
  const view = progressView();
  try {
    const { head, answer: output, rows: most } = options;
    const explain = options.explain ? { head, output, rows: most } : undefined;
    const robustness = baseline === undefined ? options.robustness : { baseline: await modelFolder(baseline) };
    const asked = { data, backend, explain, robustness, onProgress: view.report };
    const found = await interruptible(async (signal) =>
      evaluateModel(folder, { ...asked, from: await pluginFolders(), signal }),
    );
    if (out !== undefined) await writePage(out, name, found);
    const { rows, seconds, scores, warnings } = found;
    return {
      text: [...(await format(found)), ...(out === undefined ? [] : [`→ ${out}`])].join('\n\n'),
      json: {
        ...{ model: name, data, rows, seconds, backend: found.backend, scores: withoutMedia(scores) },
        ...(found.explanation && { explanation: found.explanation }),
        ...(found.robustness && { robustness: found.robustness }),
        ...(out !== undefined && { out }),
        warnings,
      },
    };
  } finally {
    view.end();
  }
}

async function writePage(out: string, name: string, evaluation: Evaluation): Promise<void> {
  const { renderEvaluation } = await import('@sensorium/trainer');
  const { writeFileAtomic } = await import('@sensorium/data');
  await writeFileAtomic(out, new TextEncoder().encode(await renderEvaluation(name, evaluation)));
}

async function format({ rows, seconds, backend, ...found }: Evaluation): Promise<string[]> {
  const { scores, explanation, robustness, warnings } = found;
  const { formatPanels } = await import('../terminal/panel.js');
  const { formatDataExplanation } = await import('../terminal/explanation.js');
  const scored =
    Object.keys(scores).length > 0
      ? [formatScores([{ title: 'value', rows, scores }]), ...formatPanels(scores)]
      : ['No head of this model has a meter, so there are no scores.'];
  return [
    `${plural(rows, 'row')} in ${duration(seconds)} on ${formatBackend(backend)}`,
    ...scored,
    ...(robustness ? await formatRobustness(robustness) : []),
    ...(explanation ? [formatDataExplanation(explanation)] : []),
    ...(warnings.length > 0 ? [formatWarnings(warnings)] : []),
  ];
}

async function formatRobustness(robustness: Robustness): Promise<string[]> {
  const { robustnessPanels } = await import('@sensorium/trainer');
  const { formatPanels } = await import('../terminal/panel.js');
  const notes = robustness.notes.join('\n');
  return [...formatPanels(robustnessPanels(robustness)), ...(notes === '' ? [] : [notes])];
}
