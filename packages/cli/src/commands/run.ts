import { Option } from 'commander';
import { usageError } from '../failure.js';
import { backendOption, examples, inputOption, seedOption } from '../options.js';
import { printing, type Define, type Result } from '../result.js';
import { command } from '../terminal/command.js';
import { quote } from '../terminal/quote.js';
import { runGraph } from './run-graph.js';
import { runSample } from './run-sample.js';
import { runTable } from './run-table.js';

interface RunOptions {
  readonly input?: Readonly<Record<string, string>>;
  readonly graph?: string;
  readonly tensors?: string;
  readonly data?: string;
  readonly out?: string;
  readonly seed?: number;
  readonly backend?: readonly string[];
}

export const defineRun: Define = (program, onExitCode) => {
  program
    .command('run')
    .summary('answer with a model, for one sample or a whole table')
    .description(
      'Runs a model on one sample (--input) or on every row of a table (--data, --out), or one of its further graphs (--graph).',
    )
    .argument('<folder>', 'the model’s folder, or the word starter for the embedded model')
    .addOption(inputOption())
    .addOption(
      new Option(
        '--data <table>',
        '.csv, .tsv or .jsonl with a column for each input; its files are relative to it',
      ).conflicts(['input', 'graph']),
    )
    .option(
      '--out <file>',
      'file for the answers to a table (JSON Lines), for an answer that is a picture or the like, or for a graph’s tensors (JSON)',
    )
    .option('--graph <name>', 'a further graph of the model, such as space.image, for its tensors alone')
    .option('--tensors <file>', 'JSON file with the graph’s own inputs, as --graph … --out writes it')
    .addOption(seedOption())
    .addOption(backendOption())
    .addHelpText(
      'after',
      examples(
        'sensorium run model --input image=kitchen.jpg --input question="what is on the table?"',
        'sensorium run model --data questions.csv --out predictions.jsonl',
        'sensorium run model --graph space.image --input image=kitchen.jpg --out embedding.json',
      ),
    )
    .action(printing(run, onExitCode));
};

async function run(model: string, options: RunOptions): Promise<Result> {
  const { input = {}, data, graph, tensors, out, seed, backend } = options;
  if (graph !== undefined) return runGraph({ model, graph, input, tensors, out, seed, backend });
  if (tensors !== undefined) {
    throw await usageError('--tensors is for a graph, and there is no --graph', 'Name it: --graph space.image');
  }
  if (data === undefined) return runSample({ model, input, out, seed, backend });
  if (out !== undefined) return runTable({ model, data, out, seed, backend });
  throw await usageError(
    '--data needs --out, a file for the answers',
    `${command} run ${quote(model)} --data table.csv --out predictions.jsonl`,
  );
}
