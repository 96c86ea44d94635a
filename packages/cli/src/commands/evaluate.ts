import { interruptible } from '../interrupt.js';
import { backendOption, examples } from '../options.js';
import { modelFolder, pluginFolders } from '../places.js';
import { printing, type Define, type Result } from '../result.js';
import { formatBackend } from '../terminal/backend.js';
import { formatScores } from '../terminal/metric.js';
import { formatWarnings } from '../terminal/planned.js';
import { progressView } from '../terminal/progress.js';
import { duration, plural } from '../terminal/units.js';

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
  const { evaluate: evaluateModel, withoutMedia } = await import('@sensorium/trainer');
  const folder = await modelFolder(name);
  const view = progressView();
  try {
    const { rows, seconds, backend, scores, warnings } = await interruptible(async (signal) =>
      evaluateModel(folder, { data, backend: wanted, from: await pluginFolders(), signal, onProgress: view.report }),
    );
    const summary = `${plural(rows, 'row')} in ${duration(seconds)} on ${formatBackend(backend)}`;
    const { formatPanels } = await import('../terminal/panel.js');
    const found =
      Object.keys(scores).length > 0
        ? [formatScores([{ title: 'value', rows, scores }]), ...formatPanels(scores)]
        : ['No head of this model has a meter, so there are no scores.'];
    return {
      text: [summary, ...found, ...(warnings.length > 0 ? [formatWarnings(warnings)] : [])].join('\n\n'),
      json: { model: name, data, rows, seconds, backend, scores: withoutMedia(scores), warnings },
    };
  } finally {
    view.end();
  }
}
