import { interruptible } from '../interrupt.js';
import { answerOption, backendOption, examples, explainOption, headOption, rowsOption } from '../options.js';
import { modelFolder, pluginFolders } from '../places.js';
import { printing, type Define, type Result } from '../result.js';
import { formatBackend } from '../terminal/backend.js';
import { formatDataExplanation } from '../terminal/explanation.js';
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
    .addOption(backendOption())
    .addHelpText(
      'after',
      examples(
        'sensorium evaluate model --data test.csv',
        'sensorium evaluate model --data test.csv --explain',
        'sensorium evaluate model --data test.csv --json',
      ),
    )
    .action(printing(evaluate, onExitCode));
};

async function evaluate(name: string, { data, backend, ...asked }: EvaluateOptions): Promise<Result> {
  const { evaluate: evaluateModel, withoutMedia } = await import('@sensorium/trainer');
  const folder = await modelFolder(name);
  const view = progressView();
  try {
    const { head, answer: output, rows: most } = asked;
    const explain = asked.explain ? { head, output, rows: most } : undefined;
    const { explanation, ...found } = await interruptible(async (signal) =>
      evaluateModel(folder, { data, backend, explain, from: await pluginFolders(), signal, onProgress: view.report }),
    );
    const { rows, seconds, scores, warnings } = found;
    const summary = `${plural(rows, 'row')} in ${duration(seconds)} on ${formatBackend(found.backend)}`;
    const { formatPanels } = await import('../terminal/panel.js');
    const scored =
      Object.keys(scores).length > 0
        ? [formatScores([{ title: 'value', rows, scores }]), ...formatPanels(scores)]
        : ['No head of this model has a meter, so there are no scores.'];
    return {
      text: [
        summary,
        ...scored,
        ...(explanation ? [formatDataExplanation(explanation)] : []),
        ...(warnings.length > 0 ? [formatWarnings(warnings)] : []),
      ].join('\n\n'),
      json: {
        ...{ model: name, data, rows, seconds, backend: found.backend, scores: withoutMedia(scores) },
        ...(explanation && { explanation }),
        warnings,
      },
    };
  } finally {
    view.end();
  }
}
