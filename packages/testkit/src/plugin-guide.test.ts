import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { required, type FusionPlugin } from '@sensorium/contracts';
import { expect, it } from 'vitest';
import { checkFusion } from './index.js';
import { printed, promised } from './readme.js';

const guide = await readFile(new URL('../../../docs/plugins.md', import.meta.url), 'utf8');
const examples = Array.from(guide.matchAll(/```ts\n(.*?)```/gs), ([, example = '']) => example);
const exampleWith = (word: string): string =>
  required(
    examples.find((example) => example.includes(word)),
    `an example with ${word}`,
  );

it('docs/plugins.md shows a whole fusion that conforms', async () => {
  // Inside the package, so that it imports what the package imports.
  const folder = await mkdtemp(fileURLToPath(new URL('../dist/guide-', import.meta.url)));
  try {
    const file = join(folder, 'mean.ts');
    await writeFile(file, exampleWith('defineFusion'));
    const { mean } = (await import(file)) as { mean: FusionPlugin };
    const problems = await checkFusion(mean, { options: [{}, { dim: 7 }] });
    expect(problems.map(({ message }) => message)).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('docs/plugins.md shows a loop that prints what it says', async () => {
  const example = exampleWith('loopIndex');
  expect(await printed(example, (name) => import(name) as Promise<object>)).toEqual(promised(example));
});
