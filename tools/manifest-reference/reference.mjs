import { manifestSchema } from '@sensorium/contracts';
import { listPlugins, manifestJsonSchema } from '@sensorium/orchestrator';
import { format, resolveConfig } from 'prettier';
import { renderReference } from './render.mjs';

const root = new URL('../../', import.meta.url);

/** Where npm packages can be read on the web. */
const schemaUrl = 'https://unpkg.com/@sensorium/contracts/manifest.schema.json';

/** The files of the reference, up to date. */
export async function createReference() {
  const { plugins, problems } = await listPlugins([new URL('packages/cli/package.json', root)]);
  if (problems.length > 0) throw problems[0];
  const { $schema, ...schema } = manifestJsonSchema(plugins.map(({ plugin }) => plugin));
  const schemaText = JSON.stringify({ $schema, $id: schemaUrl, ...schema });
  return Promise.all([
    formatted('docs/manifest.md', renderReference(manifestSchema, plugins)),
    formatted('docs/manifest.schema.json', schemaText),
    formatted('packages/contracts/manifest.schema.json', schemaText),
  ]);
}

async function formatted(path, text) {
  const url = new URL(path, root);
  return { url, text: await format(text, { ...(await resolveConfig(url)), filepath: path }) };
}
