import type { Scores } from '@sensorium/contracts';
import { interruptible } from '../interrupt.js';
import { backendOption, examples } from '../options.js';
import { modelFolder, pluginFolders } from '../places.js';
import { printing, type Define, type Result } from '../result.js';
import { formatBackend } from '../terminal/backend.js';
import { formatConfusion } from '../terminal/confusion.js';
import { progressView } from '../terminal/progress.js';
import { formatTable } from '../terminal/table.js';
import { decimal, duration, plural } from '../terminal/units.js';

interface EvaluateOptions {
  readonly data: string;
  readonly backend?: readonly string[];
}

export const defineEvaluate: Define = (program, onExitCode) => {
  program
    .command('evaluate')
    .summary('score a model on a table')
    .description('Runs a model over a table that holds the right answers, and says how good it is.')
    .argument('<folder>', 'the model’s folder, or the word starter for the embedded model')
    .requiredOption('--data <table>', '.csv, .tsv or .jsonl with a column for each input and head')
    .addOption(backendOption())
    .addHelpText(
      'after',
      examples('sensorium evaluate model --data test.csv', 'sensorium evaluate model --data test.csv --json'),
    )
    .action(printing(evaluate, onExitCode));
};

async function evaluate(name: string, { data, backend: wanted }: EvaluateOptions): Promise<Result> {
  const { evaluate: evaluateModel } = await import('@sensorium/trainer');
  const folder = await modelFolder(name);
  const view = progressView();
  try {
    const { rows, seconds, backend, scores } = await interruptible((signal) =>
      evaluateModel(folder, { data, backend: wanted, from: pluginFolders(), signal, onProgress: view.report }),
    );
    const summary = `${plural(rows, 'row')} in ${duration(seconds)} on ${formatBackend(backend)}`;
    return {
      text: [summary, ...formatScores(scores)].join('\n\n'),
      json: { model: name, data, rows, seconds, backend, scores },
    };
  } finally {
    view.end();
  }
}

/** A table of all scores, and below it each head's confusion matrix. */
function formatScores(scores: Readonly<Record<string, Scores>>): string[] {
  const heads = Object.entries(scores);
  const rows = heads.flatMap(([head, { values, primary }]) =>
    Object.entries(values).map(([name, value]) => [head, name, decimal(value), name === primary ? '←' : '']),
  );
  const table = formatTable([{ title: 'head' }, { title: 'score' }, { title: 'value', align: 'right' }, {}], rows);
  const matrices = heads.flatMap(([head, { confusion }]) => {
    const matrix = confusion && formatConfusion(confusion);
    return matrix ? [heads.length > 1 ? `${head}\n${matrix}` : matrix] : [];
  });
  return [table, ...matrices];
}
