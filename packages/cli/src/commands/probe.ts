import type { Availability, BackendPlugin } from '@sensorium/contracts';
import { printing, type Define, type Result } from '../result.js';
import { firstLine } from '../terminal/first-line.js';

/** Not for people: `doctor` runs it for each backend, in a process of its own. */
export const defineProbe: Define = (program, onExitCode) => {
  program
    .command('probe', { hidden: true })
    .description('Says whether a backend can run here, as JSON.')
    .argument('<backend>', 'its name')
    .action(printing(probeHere, onExitCode));
};

async function probeHere(name: string): Promise<Result> {
  const { platform } = await import('@sensorium/orchestrator');
  const state = await stateOf(platform.backends[name]);
  return { text: JSON.stringify(state), json: state };
}

async function stateOf(load: (() => Promise<BackendPlugin>) | undefined): Promise<Availability> {
  if (!load) return { available: false, reason: 'there is no such backend' };
  try {
    const plugin = await load();
    return await plugin.create(plugin.options.parse({})).available();
  } catch (error) {
    return { available: false, reason: firstLine(error) };
  }
}
