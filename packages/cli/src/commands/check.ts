import type { Look } from '@sensorium/trainer';
import { interruptible } from '../interrupt.js';
import { backendOption, examples, setOption } from '../options.js';
import { pluginFolders } from '../places.js';
import { printing, type Define, type Result } from '../result.js';
import { formatBackend } from '../terminal/backend.js';
import { formatDecider } from '../terminal/decider.js';
import { progressView } from '../terminal/progress.js';
import { count, plural } from '../terminal/units.js';

interface CheckOptions {
  readonly set?: readonly string[];
  readonly backend?: readonly string[];
}

export const defineCheck: Define = (program, onExitCode) => {
  program
    .command('check')
    .summary('show what a manifest would train, and find its mistakes')
    .description(
      'Reads the manifest and its tables, builds the program that would be trained, looks for the files of the first 10,000 rows\n' +
        'and decodes the first 4. Trains nothing.',
    )
    .argument('<manifest>', 'YAML or JSON file')
    .addOption(setOption())
    .addOption(backendOption())
    .addHelpText(
      'after',
      examples('sensorium check easy-vqa.yaml', 'sensorium check easy-vqa.yaml --set inputs.image.size=32'),
    )
    .action(printing(check, onExitCode));
};

async function check(source: string, { set, backend: wanted }: CheckOptions): Promise<Result> {
  const { check: checkManifest, formatStart } = await import('@sensorium/trainer');
  const { formatPlan } = await import('@sensorium/orchestrator');
  const view = progressView();
  try {
    const { plan, backend, manifest, start, decides, media, notes } = await interruptible((signal) =>
      checkManifest(source, { set, backend: wanted, from: pluginFolders(), signal, onProgress: view.report }),
    );
    const text = [
      formatPlan(plan, formatBackend(backend)),
      ...(start ? [formatStart(start)] : []),
      formatDecider(decides),
      ...media.map(formatLook),
      ...notes.map((note) => `note: ${note}`),
    ];
    return { text: text.join('\n'), json: { plan, backend, manifest, ...(start && { start }), decides, media, notes } };
  } finally {
    view.end();
  }
}

/** `inputs.image, train table: 48 sources, all found; the first 4 can be decoded` */
function formatLook({ table, key, sources, found, decoded }: Look): string {
  const there = found < sources ? `the first ${count(found)} found` : 'all found';
  return `${key}, ${table} table: ${plural(sources, 'source')}, ${there}; the first ${decoded} can be decoded`;
}
