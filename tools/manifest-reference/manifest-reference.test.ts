import { existsSync, readFileSync } from 'node:fs';
import { manifestSchema, trainableSchema } from '@sensorium/contracts';
import { createPluginResolver, readManifest, resolveManifest } from '@sensorium/orchestrator';
import { expect, it } from 'vitest';
import { createReference } from './reference.mjs';

it('is up to date; if not: npm run generate -w @sensorium/manifest-reference', async () => {
  for (const { url, text } of await createReference()) {
    expect(existsSync(url), url.pathname).toBe(true);
    expect(readFileSync(url, 'utf8')).toBe(text);
  }
});

it('has every key of every map that the manifest’s own schema describes', async () => {
  const [reference] = await createReference();
  const section = (title: string): string => reference?.text.split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? '';
  for (const [title, schema] of [
    ['The whole', manifestSchema],
    ['`trainable`', trainableSchema],
    ['`training`', manifestSchema.shape.training.unwrap()],
    ['`data`', manifestSchema.shape.data.unwrap()],
  ] as const) {
    const keys = [...section(title).matchAll(/^\| `([^`.]+)`/gm)].map(([, key]) => key);
    expect(keys).toEqual(Object.keys((schema as typeof trainableSchema).shape));
  }
});

it('shows manifests that are right', async () => {
  const [reference] = await createReference();
  const blocks = [...(reference?.text ?? '').matchAll(/```yaml\n([^`]*?)```/g)].flatMap(([, block]) => block ?? []);
  const whole = blocks.filter((block) => block.includes('inputs:'));
  expect(whole).toHaveLength(2);
  const resolver = createPluginResolver({ from: [new URL('../../packages/cli/package.json', import.meta.url)] });
  for (const block of whole) {
    const { manifest } = await resolveManifest(await readManifest(block), resolver);
    expect(manifest.sensorium).toBe(1);
  }
});
