import { expect, it } from 'vitest';
import { z } from 'zod';
import { defineBackend } from '@sensorium/contracts';
import { documentedOptions, optionRows, printed, promised } from './readme.js';

it('lists options as a README does, those of a group with its name before them', () => {
  const plugin = defineBackend({
    specVersion: 'v1',
    name: 'none',
    options: z.strictObject({
      size: z.int().optional().describe('in pixels'),
      fit: z.enum(['cut', 'fill']).default('cut').describe('how'),
      augment: z
        .strictObject({ flip: z.boolean().default(false).describe('mirror') })
        .prefault({})
        .describe('changes'),
    }),
    create: () => {
      throw new Error('not needed');
    },
  });
  const readme = [
    '| something | else |',
    '| option | default | meaning |',
    '| --- | --- | --- |',
    '| `size` |  | in pixels |',
    '| `fit` | `cut` | how |',
    '| `augment.flip` | `false` | mirror |',
    '',
    '| another | table |',
  ];
  expect(documentedOptions(readme.join('\n'))).toEqual(optionRows(plugin));
});

it('runs an example and compares what it prints with its comments', async () => {
  const example = `
import {
  basename,
  join as together,
} from 'node:path';

const path = together('a', 'b');
console.log(path, [1, 2]); // a/b [ 1, 2 ]
console.log(basename(path)); // c
`;
  expect(promised(example)).toEqual(['a/b [ 1, 2 ]', 'c']);
  expect(await printed(example, (name) => import(name) as Promise<object>)).toEqual(['a/b [ 1, 2 ]', 'b']);
});
