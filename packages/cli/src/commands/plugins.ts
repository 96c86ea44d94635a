import { examples, readMore } from '../options.js';
import { pluginFolders } from '../places.js';
import { printing, type Define, type Result } from '../result.js';
import { complain } from '../terminal/output.js';
import { formatTable } from '../terminal/table.js';

export const definePlugins: Define = (program, onExitCode) => {
  program
    .command('plugins')
    .summary('list the encoders, fusions, heads and backends at hand')
    .description('Lists the plugins among the dependencies of this project and of Sensorium.')
    .addHelpText('after', examples('sensorium plugins', 'sensorium plugins --json') + readMore('docs/plugins.md'))
    .action(printing(plugins, onExitCode));
};

async function plugins(): Promise<Result> {
  const { listPlugins } = await import('@sensorium/orchestrator');
  const { errorToJson, formatError } = await import('@sensorium/contracts');
  const found = await listPlugins(await pluginFolders());
  const list = found.plugins
    .map(({ kind, name, package: packageName, version, description }) => ({
      kind,
      name,
      package: packageName,
      version,
      description,
    }))
    .sort((a, b) => (a.kind + a.name < b.kind + b.name ? -1 : 1));
  for (const problem of found.problems) complain(formatError(problem));
  const columns = ['kind', 'name', 'package', 'version', 'description'] as const;
  return {
    text: formatTable(
      columns.map((title) => ({ title })),
      list.map((plugin) => columns.map((column) => plugin[column])),
    ),
    json: { plugins: list, problems: found.problems.map(errorToJson) },
    failed: found.problems.length > 0,
  };
}
