import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FusionPlugin } from '@sensorium/contracts';
import { expect, it } from 'vitest';
import { checkFusion } from './index.js';

it('docs/plugins.md shows a whole fusion that conforms', async () => {
  const guide = await readFile(new URL('../../../docs/plugins.md', import.meta.url), 'utf8');
  const [, example = ''] = /```ts\n(.*?)```/s.exec(guide) ?? [];
  // Inside the package, so that it imports what the package imports.
  const folder = await mkdtemp(fileURLToPath(new URL('../dist/guide-', import.meta.url)));
  try {
    const file = join(folder, 'mean.ts');
    await writeFile(file, example);
    const { mean } = (await import(file)) as { mean: FusionPlugin };
    const problems = await checkFusion(mean, { options: [{}, { dim: 7 }] });
    expect(problems.map(({ message }) => message)).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
