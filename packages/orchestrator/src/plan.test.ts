import type { Manifest } from '@sensorium/contracts';
import { expect, it } from 'vitest';
import { exportModel, formatPlan, inferenceModel, planModel } from './index.js';
import { buildSmallModel, labels, resolveParts, twoTexts } from './testing/small-model.js';

const words = { encoder: 'text', dim: 4, heads: 2, layers: 1, tokens: 3, vocabulary: ['a', 'b', 'c', 'd', 'e'] };
const manifest: Manifest = {
  sensorium: 1,
  name: 'plan',
  inputs: { title: words, note: { ...words, missing: 'learned' } },
  fusion: { use: 'concat', dim: 6, hidden: 10 },
  heads: { answer: { use: 'classification', labels } },
};

/** Parameters of a linear layer. */
const layer = (from: number, to: number): number => from * to + to;
/** Floating-point operations of [rows,inner] · [inner,columns]. */
const product = (rows: number, inner: number, columns: number): number => 2 * rows * inner * columns;

// By hand from the plugins' READMEs and papers. The embedding has a row each for padding and unknown words; of the four
// layers of attention, the keys' has no bias.
const encoder = 7 * 4 + 3 * 4 + 4 * layer(4, 4) - 4 + layer(4, 16) + layer(16, 4);
const standIn = 4 + 4;
const fusion = 2 * layer(4, 6) + layer(2 * (6 + 1), 10) + layer(10, 6);
const head = layer(6, 3);
const attention = 4 * product(3, 4, 4) + 2 * (product(3, 2, 3) + product(3, 3, 2));
const operations =
  2 * (attention + product(3, 4, 16) + product(3, 16, 4)) +
  2 * product(1, 4, 6) +
  product(1, 14, 10) +
  product(1, 10, 6) +
  product(1, 6, 3);

it('counts parameters and operations', async () => {
  const resolved = await resolveParts(manifest);
  const plan = planModel(resolved.manifest, resolved.parts);
  expect(plan.rows.map(({ name, output, parameters }) => [name, output, parameters])).toEqual([
    ['title', '[B,3,4]', encoder],
    ['note', '[B,3,4]', encoder + standIn],
    ['fusion', '[B,1,6]', fusion],
    ['answer', '[B,3]', head],
  ]);
  expect(plan.parameters).toBe(2 * encoder + standIn + fusion + head);
  expect(plan.operations).toBe(operations);
  const table = formatPlan(plan, 'cpu');
  expect(table.split('\n')).toHaveLength(5);
  expect(table).toMatch(/^title +3 → text +\[B,3,4\] +264 parameters$/m);
  expect(table).toMatch(/runs on +cpu +833 parameters/);
});

it('says which part does not fit together', async () => {
  const odd = { ...manifest, fusion: { use: 'attention', dim: 10, heads: 4 } };
  const { parts } = await resolveParts(odd);
  expect(() => inferenceModel(parts)).toThrow(
    expect.objectContaining({
      code: 'SENSORIUM_SHAPE',
      message: '4 heads do not divide the width 10',
      location: { key: 'fusion' },
    }),
  );
  const encoders = await resolveParts({ ...manifest, inputs: { title: words, note: { ...words, heads: 3 } } });
  expect(() => inferenceModel(encoders.parts)).toThrow(expect.objectContaining({ location: { key: 'inputs.note' } }));
});

it('exports the same bytes for the same model, and other bytes for another', async () => {
  const [first, second] = [await buildSmallModel(), await buildSmallModel()];
  expect(Buffer.compare(first.model, second.model)).toBe(0);
  const other = await buildSmallModel({ ...twoTexts, name: 'other' });
  expect(Buffer.compare(first.model, other.model)).not.toBe(0);
});

it('does not export a model without all of its weights', async () => {
  const resolved = await resolveParts(manifest);
  expect(() => exportModel(resolved.parts, {}, resolved.manifest)).toThrow(
    expect.objectContaining({
      code: 'SENSORIUM_BAD_MODEL',
      message: expect.stringContaining('inputs/title/words/table'),
    }),
  );
});

it.each([
  [12, '12.0 FLOP'],
  [3456, '3.5 kFLOP'],
  [79.7e6, '79.7 MFLOP'],
  [84_336_012.6e6, '84.3 TFLOP'],
])('says %d operations in the largest unit that fits', async (operations, told) => {
  const { manifest: resolved, parts } = await resolveParts(manifest);
  expect(formatPlan({ ...planModel(resolved, parts), operations }, 'cpu')).toContain(`, ${told} a sample`);
});
