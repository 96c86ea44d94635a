import { examples, readMore } from '../options.js';
import { printing, type Define, type Result } from '../result.js';
import { formatTable } from '../terminal/table.js';
import { bytes, plural } from '../terminal/units.js';

export const defineDoctor: Define = (program, onExitCode) => {
  program
    .command('doctor')
    .summary('say what this machine can run')
    .description('Shows the machine, the versions and the backends that can run here. Fails only if none can.')
    .addHelpText('after', examples('sensorium doctor') + readMore('docs/backends.md'))
    .action(printing(doctor, onExitCode));
};

async function doctor(): Promise<Result> {
  const { examine } = await import('../diagnosis.js');
  const diagnosis = await examine();
  const { machine, packages, backends, cache, advice } = diagnosis;
  const machineRows = [
    ['Node', machine.node],
    ['system', machine.system],
    ['processor', `${machine.processor}, ${plural(machine.cores, 'core')}`],
    ['memory', `${bytes(machine.memory)}, ${bytes(machine.freeMemory)} free`],
    ['cache', `${cache.folder}, ${bytes(cache.bytes)}`],
  ];
  const sections = [
    formatTable([{}, {}], machineRows),
    formatTable(
      [{ title: 'package' }, { title: 'version' }],
      packages.map(({ name, version }) => [name, version ?? 'not installed']),
    ),
    formatTable(
      [{ title: 'backend' }, { title: 'runs here' }],
      backends.map(({ name, reason }) => [name, reason === undefined ? 'yes' : `no: ${reason}`]),
    ),
    ...advice,
  ];
  return { text: sections.join('\n\n'), json: diagnosis, failed: backends.every(({ available }) => !available) };
}
