import { Option } from 'commander';
import { usageError } from '../failure.js';
import { backendOption, examples, inputOption } from '../options.js';
import { printing, type Define, type Result } from '../result.js';
import { command } from '../terminal/command.js';
import { quote } from '../terminal/quote.js';
import { runSample } from './run-sample.js';
import { runTable } from './run-table.js';

interface RunOptions {
  readonly input?: Readonly<Record<string, string>>;
  readonly data?: string;
  readonly out?: string;
  readonly backend?: readonly string[];
}

export const defineRun: Define = (program, onExitCode) => {
  program
    .command('run')
    .summary('answer with a model, for one sample or a whole table')
    .description('Runs a model on one sample (--input) or on every row of a table (--data, --out).')
    .argument('<folder>', 'the model’s folder, or the word starter for the embedded model')
    .addOption(inputOption())
    .addOption(
      new Option(
        '--data <table>',
        '.csv, .tsv or .jsonl with a column for each input; its files are relative to it',
      ).conflicts('input'),
    )
    .addOption(new Option('--out <file>', 'JSON Lines file for the answers to a table').conflicts('input'))
    .addOption(backendOption())
    .addHelpText(
      'after',
      examples(
        'sensorium run model --input image=kitchen.jpg --input question="what is on the table?"',
        'sensorium run model --data questions.csv --out predictions.jsonl',
      ),
    )
    .action(printing(run, onExitCode));
};

async function run(model: string, { input = {}, data, out, backend }: RunOptions): Promise<Result> {
  if (data !== undefined && out !== undefined) return runTable({ model, data, out, backend });
  if (data === undefined && out === undefined) return runSample({ model, sample: input, backend });
  throw await usageError(
    data === undefined
      ? '--out is for the answers to a table, and there is no --data'
      : '--data needs --out, a file for the answers',
    `${command} run ${quote(model)} --data table.csv --out predictions.jsonl`,
  );
}
