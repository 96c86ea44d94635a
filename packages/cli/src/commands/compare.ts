import { join } from 'node:path';
import type { CompareProgress, Metrics, Run } from '@sensorium/trainer';
import { axesOf, seedsOf } from '../compare/lists.js';
import { Interrupted, interruptible } from '../interrupt.js';
import { backendOption, examples, readMore, setOption } from '../options.js';
import { pluginFolders } from '../places.js';
import { printing, type Define, type Result } from '../result.js';
import { formatComparison } from '../terminal/comparison.js';
import { formatDecision, progressView, type ProgressView } from '../terminal/progress.js';
import { formatMetric } from '../terminal/metric.js';
import { duration } from '../terminal/units.js';
import { timeOption, withTime } from '../time-option.js';

interface CompareOptions {
  readonly out: string;
  readonly fusions?: string;
  readonly over?: readonly string[];
  readonly seeds?: string;
  readonly time?: number;
  readonly set?: readonly string[];
  readonly backend?: readonly string[];
}

export const defineCompare: Define = (program, onExitCode) => {
  program
    .command('compare')
    .summary('train a manifest in several ways, and say which is best')
    .description(
      'Trains a manifest once for each fusion, or for each value of other keys, with several seeds, and each input alone: all\n' +
        'with the same budget, on the same prepared data and features. Shows scores with their deviations, parameters, time\n' +
        'and memory, and writes compare.html and compare.json beside a model’s folder for each training. The same command\n' +
        'goes on where it was stopped, and repeats nothing that is finished.',
    )
    .argument('<manifest>', 'YAML or JSON file')
    .requiredOption('--out <folder>', 'folder for all of it; made if it is not there')
    .option('--fusions <fusions>', 'what to try in place of the manifest’s fusion, with commas between')
    .option(
      '--over <key=values>',
      'what to try in place of another value; may be repeated, and then each goes with each',
      (value: string, previous: readonly string[] = []) => [...previous, value],
    )
    .option('--seeds <seeds>', 'how many, or which ones with commas between (default: 3)')
    .addOption(timeOption('train each no longer than that'))
    .addOption(setOption())
    .addOption(backendOption())
    .addHelpText(
      'after',
      examples(
        'sensorium compare digits.yaml --fusions concat,attention,film --out compared',
        'sensorium compare digits.yaml --over training.learningRate=1e-3,3e-3 --seeds 5 --time 2m --out rates',
        "sensorium compare digits.yaml --over 'fusion={use: attention, layers: 1},concat' --out compared",
      ) + readMore('docs/fusion.md'),
    )
    .action(printing(compare, onExitCode));
};

async function compare(source: string, options: CompareOptions): Promise<Result> {
  const { compare: compareManifest, COMPARISON_PAGE } = await import('@sensorium/trainer');
  const { trainApart } = await import('../compare/train-apart.js');
  const { out, fusions, over = [], seeds, time, set = [], backend } = options;
  const axes = await axesOf(fusions, over);
  const chosen = await seedsOf(seeds);
  const view = progressView();
  let isTraining = false;
  try {
    const comparison = await interruptible(async (signal) =>
      compareManifest(source, {
        ...{ out, over: axes, set: withTime(set, time), backend, signal, from: await pluginFolders() },
        ...(chosen !== undefined && { seeds: chosen }),
        train: async (_, asked) => ({ metrics: await trainApart(source, asked) }),
        onNote: view.line,
        onProgress(progress) {
          isTraining = true;
          reportOn(view, progress);
        },
        onTrained: ({ metrics, ...run }) => view.line(formatTrained(run, metrics)),
        onFailed: ({ error, ...run }) => view.line(`${formatRun(run)}   failed: ${error.message}`),
      }),
    );
    return { text: `${formatComparison(comparison)}\n\n${join(out, COMPARISON_PAGE)}`, json: comparison };
  } catch (error) {
    if (!(error instanceof Interrupted) || !isTraining) throw error;
    throw new Interrupted('The checkpoint is saved; the same command goes on from it.');
  } finally {
    view.end();
  }
}

/** `3 of 42: attention, seed 1` */
const formatRun = ({ number, of, label, seed }: Run): string => `${number} of ${of}: ${label}, seed ${seed}`;

function reportOn(view: ProgressView, { progress, secondsLeft, ...run }: CompareProgress): void {
  const { phase, ...others } = progress;
  view.report({ ...others, phase: phase === 'epoch' ? 'train' : phase, of: formatRun(run), secondsLeft });
}

/** `3 of 42: attention, seed 1   digit.accuracy 78.10 %   32 s` */
function formatTrained(run: Run, { decides, validation = {}, seconds }: Metrics): string {
  const head = decides?.head;
  const metric = typeof head === 'string' && decides ? validation[head]?.metrics[decides.name] : undefined;
  const score = decides && metric ? `${formatDecision(decides)} ${formatMetric(metric)}` : '';
  return [formatRun(run), score, duration(seconds)].filter(Boolean).join('   ');
}
