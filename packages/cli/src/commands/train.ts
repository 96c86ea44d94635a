import { join } from 'node:path';
import type { Planned, Trained } from '@sensorium/trainer';
import { Interrupted, interruptible } from '../interrupt.js';
import { backendOption, examples, forceOption, setOption } from '../options.js';
import { pluginFolders } from '../places.js';
import { replacing } from '../replacing.js';
import { printing, type Define, type Result } from '../result.js';
import { formatBackend } from '../terminal/backend.js';
import { command } from '../terminal/command.js';
import { formatDecider } from '../terminal/decider.js';
import { formatScores } from '../terminal/metric.js';
import { formatWarnings } from '../terminal/planned.js';
import { formatDecision, progressView } from '../terminal/progress.js';
import { quote } from '../terminal/quote.js';
import { formatTable } from '../terminal/table.js';
import { bytes, count, duration, plural } from '../terminal/units.js';
import { timeOption, withTime } from '../time-option.js';

interface TrainOptions {
  readonly out: string;
  readonly set?: readonly string[];
  readonly backend?: readonly string[];
  readonly resume?: boolean;
  readonly time?: number;
  readonly alone?: string;
  readonly quick?: boolean;
  readonly force?: boolean;
}

export const defineTrain: Define = (program, onExitCode) => {
  program
    .command('train')
    .summary('train a model from a manifest')
    .description(
      'Trains what a manifest describes and writes the model’s folder: model.onnx, manifest.json, metrics.json, report.html.\n' +
        'Ctrl-C stops after the running steps and saves a checkpoint; --resume goes on from it. With --resume from the first\n' +
        'start on, a supervisor may start the same command again and again: it begins, goes on, or says that it is done.',
    )
    .argument('<manifest>', 'YAML or JSON file')
    .requiredOption('--out <folder>', 'folder for the model; made if it is not there')
    .addOption(setOption())
    .option('--resume', 'go on from the checkpoint in the folder, or begin where there is none')
    .addOption(forceOption().conflicts('resume'))
    .addOption(timeOption('train no longer than that'))
    .option('--alone <input>', 'train on this input alone, without the others and without fusions')
    .option('--quick', 'a first look: the same model on 1,000 rows for a minute at most; replaces no real model')
    .addOption(backendOption())
    .addHelpText(
      'after',
      examples(
        'sensorium train easy-vqa.yaml --out model',
        'sensorium train easy-vqa.yaml --out model --set training.epochs=3 --set inputs.image.size=32',
        'sensorium train easy-vqa.yaml --out model --time 5m',
        'sensorium train easy-vqa.yaml --out question --alone question',
        'sensorium train easy-vqa.yaml --out model --resume',
        'sensorium train easy-vqa.yaml --out look --quick',
      ),
    )
    .action(printing(train, onExitCode));
};

/** What overrides the manifest. */
const overridesOf = ({ set = [], time }: TrainOptions): string[] => withTime(set, time);

async function train(source: string, options: TrainOptions): Promise<Result> {
  const { train: trainManifest, formatStart, withoutMedia } = await import('@sensorium/trainer');
  const { formatPlan } = await import('@sensorium/orchestrator');
  const { out, backend, alone, resume, quick, force = false } = options;
  const view = progressView();
  let planned: Planned | undefined;
  let canResume = false;
  try {
    const trained = await replacing(force, (overwrite) =>
      interruptible(async (signal) =>
        trainManifest(source, {
          out,
          overwrite,
          set: overridesOf(options),
          backend,
          ...(alone !== undefined && { alone }),
          resume,
          quick,
          from: await pluginFolders(),
          signal,
          onPlan(announced) {
            planned = announced;
            const { plan, backend: report, start, decides, warnings } = announced;
            const lines = [
              formatPlan(plan, formatBackend(report)),
              ...(start ? [formatStart(start)] : []),
              formatDecider(decides),
              ...(warnings.length > 0 ? [formatWarnings(warnings, process.stderr)] : []),
              '',
            ];
            for (const line of lines) view.line(line);
          },
          onNote: view.line,
          onProgress(progress) {
            canResume ||= progress.phase === 'train';
            view.report(progress);
          },
        }),
      ),
    );
    const { folder, metrics } = trained;
    const scores = { validation: withoutMedia(metrics.validation), test: withoutMedia(metrics.test) };
    return {
      text: await formatTrained(trained, out),
      json: { folder, ...planned, metrics: { ...metrics, ...scores } },
    };
  } catch (error) {
    if (!(error instanceof Interrupted) || !canResume) throw error;
    throw new Interrupted(`The checkpoint is saved. To go on:\n  ${resumeCommand(source, options)}`);
  } finally {
    view.end();
  }
}

function resumeCommand(manifest: string, options: TrainOptions): string {
  const { out, backend, alone, quick } = options;
  const overrides = overridesOf(options).flatMap((value) => ['--set', value]);
  const runsOn = backend ? ['--backend', backend.join(',')] : [];
  const reads = alone === undefined ? [] : ['--alone', alone];
  const look = quick ? ['--quick'] : [];
  const args = ['train', manifest, '--out', out, ...overrides, ...reads, ...runsOn, ...look, '--resume'];
  return [command, ...args.map(quote)].join(' ');
}

async function formatTrained(trained: Trained, out: string): Promise<string> {
  const { metrics } = trained;
  const { rows, history, bestEpoch, decides, seconds, limit, firstLook } = metrics;
  const summary =
    `Trained on ${plural(rows.train, 'row')} in ${duration(seconds)}; ` +
    `kept epoch ${bestEpoch} of ${history.length}${decides ? `, the best by ${formatDecision(decides)}` : ''}.`;
  const ended = limit
    ? `After ${limit.minutes} min it ended, with ${count(limit.steps)} of ${count(limit.of)} steps done and the learning rate at the end of its schedule.`
    : '';
  const partly = firstLook
    ? `This was a first look, at ${count(firstLook.rows)} of ${count(firstLook.of)} rows: without --quick the model is trained on all of them.`
    : '';
  return [summary, ended, partly, formatTables(trained), await formatFiles(out, trained), formatNext(trained, out)]
    .filter(Boolean)
    .join('\n\n');
}

/** A column for each table that was scored; nothing where no head has a meter. */
function formatTables({ metrics: { rows, validation, test } }: Trained): string {
  const tables = [
    { title: 'validation', rows: rows.validation, scores: validation },
    { title: 'test', rows: rows.test, scores: test },
  ].flatMap(({ scores, ...table }) => (scores && Object.keys(scores).length > 0 ? [{ ...table, scores }] : []));
  return tables.length > 0 ? formatScores(tables) : '';
}

async function formatFiles(folder: string, { files }: Trained): Promise<string> {
  const { MODEL_FILE, MANIFEST_FILE } = await import('@sensorium/orchestrator');
  const { METRICS_FILE, REPORT_FILE } = await import('@sensorium/trainer');
  const purposes = new Map([
    [MODEL_FILE, 'the model, for any ONNX Runtime'],
    [MANIFEST_FILE, 'what it is made of, every option spelled out'],
    [METRICS_FILE, 'scores and the course of training'],
    [REPORT_FILE, 'the same with examples, for a browser'],
  ]);
  const order = [...purposes.keys(), ...Object.keys(files).filter((file) => !purposes.has(file))];
  const rows = order.flatMap((file) => {
    const content = files[file];
    const purpose = purposes.get(file) ?? `a further graph, which needs ${MODEL_FILE} beside it`;
    return content ? [[join(folder, file), bytes(content.byteLength), purpose]] : [];
  });
  return formatTable([{}, { align: 'right' }, {}], rows);
}

function formatNext({ manifest }: Trained, out: string): string {
  const inputs = Object.keys(manifest.inputs).map((name) => `--input ${name}=…`);
  const lines = [
    `${command} run ${quote(out)} ${inputs.join(' ')}`,
    `${command} evaluate ${quote(out)} --data table.csv`,
    `${command} export ${quote(out)} --out model.onnx`,
  ];
  return `Next:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}
