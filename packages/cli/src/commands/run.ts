import type { ExplanationMethod } from '@sensorium/orchestrator';
import { Option } from 'commander';
import { usageError } from '../failure.js';
import {
  answerOption,
  backendOption,
  examples,
  explainOption,
  forceOption,
  fullOption,
  headOption,
  inputOption,
  methodsOption,
  seedOption,
} from '../options.js';
import { replacing } from '../replacing.js';
import { printing, type Define, type Result } from '../result.js';
import { command } from '../terminal/command.js';
import { quote } from '../terminal/quote.js';
import { runExplained } from './run-explained.js';
import { runGraph } from './run-graph.js';
import { runSample } from './run-sample.js';
import { runTable } from './run-table.js';

interface RunOptions {
  readonly input?: Readonly<Record<string, readonly string[]>>;
  readonly graph?: string;
  readonly tensors?: string;
  readonly data?: string;
  readonly out?: string;
  readonly full?: boolean;
  readonly explain?: boolean;
  readonly head?: string;
  readonly answer?: string;
  readonly methods?: readonly ExplanationMethod[];
  readonly force?: boolean;
  readonly seed?: number;
  readonly backend?: readonly string[];
}

export const defineRun: Define = (program, onExitCode) => {
  program
    .command('run')
    .summary('answer with a model, for one sample or a whole table')
    .description(
      'Runs a model on a sample, or several (--input), or on every row of a table (--data, --out), or one of its further graphs\n' +
        '(--graph). The answers to a table are a table as well: .csv and .tsv have its columns, and the answers beside them;\n' +
        '.jsonl has a line of JSON for each row. With --explain it says why: what each input contributes to the answer.',
    )
    .argument('<model>', 'the model’s folder, or the word starter for the embedded model')
    .addOption(inputOption())
    .addOption(
      new Option(
        '--data <table>',
        '.csv, .tsv or .jsonl with a column for each input; its files are relative to it; - is stdin',
      ).conflicts(['input', 'graph']),
    )
    .option(
      '--out <file>',
      'file for the answers to a table (.csv, .tsv, .jsonl), for an answer that is a picture or the like, for a graph’s tensors (JSON), or for explanations (HTML)',
    )
    .addOption(fullOption())
    .addOption(explainOption().conflicts(['data', 'graph', 'full']))
    .addOption(headOption())
    .addOption(answerOption())
    .addOption(methodsOption())
    .option('--graph <graph>', 'a further graph of the model, such as space.image, for its tensors alone')
    .option('--tensors <file>', 'JSON file with the graph’s own inputs, as --graph … --out writes it')
    .addOption(seedOption())
    .addOption(backendOption())
    .addOption(forceOption())
    .addHelpText(
      'after',
      examples(
        'sensorium run model --input image=kitchen.jpg --input question="what is on the table?"',
        'sensorium run model --input image=one.jpg --input image=two.jpg --input question="what is it?"',
        'sensorium run model --data questions.csv --out predictions.csv',
        'sensorium run model --data questions.csv --out predictions.csv --full',
        'sensorium run model --input image=kitchen.jpg --explain --out explanation.html',
        'sensorium run model --graph space.image --input image=kitchen.jpg --out embedding.json',
      ),
    )
    .action(printing(run, onExitCode));
};

async function run(model: string, options: RunOptions): Promise<Result> {
  const { force = false } = options;
  return replacing(force, (overwrite) => runOnce(model, options, overwrite));
}

async function runOnce(model: string, options: RunOptions, overwrite: boolean): Promise<Result> {
  const { input = {}, data, graph, tensors, out, seed, backend, full = false } = options;
  if (options.explain) {
    const { head, answer, methods } = options;
    return runExplained({ model, input, head, answer, methods, out, overwrite, seed, backend });
  }
  if (graph !== undefined) return runGraph({ model, graph, input, tensors, out, overwrite, seed, backend });
  if (tensors !== undefined) {
    throw await usageError('--tensors is for a graph, and there is no --graph', 'Name it: --graph space.image');
  }
  if (data === undefined) return runSample({ model, input, out, overwrite, full, seed, backend });
  if (out !== undefined) return runTable({ model, data, out, overwrite, full, seed, backend });
  throw await usageError(
    '--data needs --out, a file for the answers',
    `${command} run ${quote(model)} --data ${quote(data)} --out predictions.csv`,
  );
}
