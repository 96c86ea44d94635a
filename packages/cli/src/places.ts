import { fileURLToPath } from 'node:url';

/** This program, for processes of its own. */
export const bin = fileURLToPath(new URL('../bin/sensorium.js', import.meta.url));

/** Where plugins are looked for: the user's project and this program's, then this package, which depends on the standard parts. */
export async function pluginFolders(): Promise<URL[]> {
  const { programFolders } = await import('@sensorium/orchestrator/installed');
  return [...programFolders(), new URL('../package.json', import.meta.url)];
}

/** The word for the model that Sensorium brings along. */
const STARTER = 'starter';

/** A model's folder as the command line names it. */
export async function modelFolder(name: string): Promise<string | URL> {
  if (name !== STARTER) return name;
  const { starterModel } = await import('@sensorium/starter');
  return starterModel;
}
