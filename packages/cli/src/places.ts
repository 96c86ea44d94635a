import { pathToFileURL } from 'node:url';

/** Where plugins are looked for: the user's project, then this package, which depends on the standard parts. */
export const pluginFolders = (): URL[] => [
  pathToFileURL(`${process.cwd()}/`),
  new URL('../package.json', import.meta.url),
];

/** The word for the model that Sensorium brings along. */
const STARTER = 'starter';

/** A model's folder as the command line names it. */
export async function modelFolder(name: string): Promise<string | URL> {
  if (name !== STARTER) return name;
  const { starterModel } = await import('@sensorium/starter');
  return starterModel;
}
