import { defineHead, onlyFeatures, required, type Manifest, type Tensor } from '@sensorium/contracts';
import { gradients, linear, mean, square } from '@sensorium/graph';
import { expectAllClose, runGraph, someWeights } from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { declared, graphOf, symbolOf } from '../testing/graph-of.js';
import { plugins, words } from '../testing/small-model.js';

/** Reads all tokens, whether they are there or not, and has a loss of its own. */
const bag = defineHead({
  specVersion: 'v1',
  name: 'bag',
  options: z.strictObject({}),
  create: () => ({
    loss(scope, model) {
      const { tokens } = onlyFeatures(model);
      scope.at('inner').loss('size', mean(square(tokens)));
      return mean(square(linear(scope, mean(tokens, [1]), 1)));
    },
  }),
});

/** Two texts, and one that may be missing, which come together in two steps. */
const nested: Manifest = {
  sensorium: 1,
  inputs: { title: words, note: { ...words, missing: 'skip' }, tag: words },
  fusions: { inner: { use: 'concat', of: ['title', 'note'] }, outer: { use: 'concat', of: ['inner', 'tag'] } },
  heads: { bag: { use: 'bag', of: 'outer' } },
};

const open = () => graphOf(nested, 2, [...plugins, bag]);

const ids = (...texts: readonly number[][]): Tensor => ({
  dtype: 'int32',
  shape: [texts.length, 6],
  data: Int32Array.from(texts.flatMap((text) => Array.from({ length: 6 }, (_, index) => text[index] ?? 0))),
});
const flags = (...values: number[]): Tensor => ({
  dtype: 'float32',
  shape: [values.length, 1],
  data: Float32Array.from(values),
});

describe('the loss of a head on one input alone', () => {
  it('reads that input in the place of the fusions, with parameters of its own', async () => {
    const { graph, scope } = await open();
    graph.lossAlone('bag', 'tag', {});
    const places = new Set(declared(scope).map((name) => name.split('/').slice(0, 3).join('/')));
    expect([...places].filter((name) => !name.startsWith('inputs/tag/'))).toEqual(['alone/bag/tag']);
  });

  it('has the losses in it that the head adds, and tells none of them', async () => {
    const { graph, scope } = await open();
    const loss = graph.lossAlone('bag', 'tag', {});
    expect(scope.losses).toEqual({});
    const { tokens } = graph.features('tag');
    const weights = someWeights(scope.parameters);
    const silent = { ...weights };
    for (const name of ['weight', 'bias']) {
      const weight = required(weights[`alone/bag/tag/${name}`], name);
      silent[`alone/bag/tag/${name}`] = { ...weight, data: new Float32Array(weight.data.length) };
    }
    const found = await runGraph({ loss, size: mean(square(tokens)) }, { tag: ids([1, 2], [3]) }, silent);
    expectAllClose(found['loss']!, found['size']!);
  });

  it('lets nothing of a sample that lacks the input reach the encoder', async () => {
    const { graph, scope } = await open();
    const loss = graph.lossAlone('bag', 'note', {});
    const names = declared(scope).filter((name) => name.startsWith('inputs/note/'));
    const slopes = gradients(
      loss,
      names.map((name) => symbolOf(scope, name)),
    );
    const outputs = Object.fromEntries(names.map((name, index) => [`slope/${name}`, required(slopes[index], name)]));
    const run = (second: number[], ...present: number[]) =>
      runGraph(
        outputs,
        { note: ids([1, 2], second), 'note.present': flags(...present) },
        someWeights(scope.parameters),
      );
    const sizeOf = (found: Record<string, Tensor>): number =>
      Object.values(found).reduce((sum, { data }) => sum + Array.from(data, Number).reduce((a, b) => a + b ** 2, 0), 0);
    const [one, other] = [await run([3], 1, 0), await run([4, 5, 6], 1, 0)];
    expect(one).toEqual(other);
    expect(sizeOf(one)).toBeGreaterThan(0);
    expect(await run([3], 1, 1)).not.toEqual(await run([4, 5, 6], 1, 1));
    expect(sizeOf(await run([3], 0, 0))).toBe(0);
  });
});
