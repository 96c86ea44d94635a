import { styleText } from 'node:util';
import type { Checked } from '@sensorium/trainer';
import { interruptible } from '../interrupt.js';
import { backendOption, examples, setOption } from '../options.js';
import { pluginFolders } from '../places.js';
import { printing, type Define, type Result } from '../result.js';
import { formatBackend } from '../terminal/backend.js';
import { formatDecider } from '../terminal/decider.js';
import { formatSteps } from '../terminal/forecast.js';
import { formatData, formatWarnings } from '../terminal/planned.js';
import { progressView } from '../terminal/progress.js';
import { roomOn } from '../terminal/width.js';

interface CheckOptions {
  readonly set?: readonly string[];
  readonly backend?: readonly string[];
  readonly measure: boolean;
}

export const defineCheck: Define = (program, onExitCode) => {
  program
    .command('check')
    .summary('show what a manifest would train, and find its mistakes')
    .description(
      'Tells what one wants to know before an hour is spent: what is built, what the tables hold and what of it is held out,\n' +
        'what always the same answer would reach, how long training takes and how much memory (by a few real steps on some\n' +
        'rows), and what may well be wrong, with what to do. Looks for the files of the first 10,000 rows and decodes the\n' +
        'first 4. Trains nothing and writes nothing.',
    )
    .argument('<manifest>', 'YAML or JSON file')
    .addOption(setOption())
    .addOption(backendOption())
    .option('--no-measure', 'take no steps: sooner, and without time and memory')
    .addHelpText(
      'after',
      examples('sensorium check easy-vqa.yaml', 'sensorium check easy-vqa.yaml --set inputs.image.size=32'),
    )
    .action(printing(check, onExitCode));
};

async function check(source: string, { set, backend: wanted, measure }: CheckOptions): Promise<Result> {
  const { check: checkManifest } = await import('@sensorium/trainer');
  const view = progressView();
  try {
    const from = await pluginFolders();
    const checked = await interruptible((signal) =>
      checkManifest(source, { set, backend: wanted, from, measure, signal, onProgress: view.report }),
    );
    return { text: await formatChecked(checked), json: checked };
  } finally {
    view.end();
  }
}

/** Parts with a title each, the most urgent last: there a terminal ends. */
async function formatChecked(checked: Checked): Promise<string> {
  const { formatStart } = await import('@sensorium/trainer');
  const { formatPlan } = await import('@sensorium/orchestrator');
  const { plan, backend, start, decides, forecast, warnings, notes } = checked;
  const parts = [
    ['Model', formatPlan(plan, formatBackend(backend)), ...(start ? [formatStart(start)] : [])],
    ['Data', formatData(checked, roomOn(process.stdout) - INDENT.length)],
    ['Training', formatSteps(checked, forecast), formatDecider(decides)],
    ['Notes', ...notes],
    ['Warnings', ...(warnings.length > 0 ? [formatWarnings(warnings)] : [])],
  ];
  return parts
    .filter(([, ...lines]) => lines.length > 0)
    .map(([title = '', ...lines]) => [styleText('bold', title), ...lines.map((line) => indented(line))].join('\n'))
    .join('\n\n');
}

const INDENT = '  ';
const indented = (text: string): string => text.replaceAll(/^/gm, INDENT);
