import { manifestSchema } from '@sensorium/contracts';
import { listPlugins, manifestJsonSchema } from '@sensorium/orchestrator';
import { format, resolveConfig } from 'prettier';
import { renderReference } from './render.mjs';

const root = new URL('../../', import.meta.url);

/** The files of the reference, up to date. */
export async function createReference() {
  const { plugins, problems } = await listPlugins([new URL('packages/cli/package.json', root)]);
  if (problems.length > 0) throw problems[0];
  const schema = manifestJsonSchema(plugins.map(({ plugin }) => plugin));
  return Promise.all([
    formatted('docs/manifest.md', renderReference(manifestSchema, plugins)),
    formatted('docs/manifest.schema.json', JSON.stringify(schema)),
  ]);
}

async function formatted(path, text) {
  const url = new URL(path, root);
  return { url, text: await format(text, { ...(await resolveConfig(url)), filepath: path }) };
}
