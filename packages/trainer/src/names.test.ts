import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Manifest } from '@sensorium/contracts';
import { memoryStore } from '@sensorium/data';
import { loadPipeline } from '@sensorium/orchestrator';
import { expect, it } from 'vitest';
import { evaluate, train } from './index.js';
import { from } from './testing/squares.js';

/** Names that every object has by nature. */
const LABELS = ['constructor', 'toString', '__proto__', 'other'];

it('inputs, heads, columns and labels may be called like what every object has', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sensorium-names-'));
  const rows = Array.from({ length: 80 }, (_, row) => ({
    valueOf: `it is ${LABELS[row % 4]}`,
    hasOwnProperty: row % 3 === 0 ? null : 'something',
    constructor: LABELS[row % 4],
    isPrototypeOf: `${row % 4}`,
  }));
  const manifest: Manifest = {
    sensorium: 1,
    name: 'names',
    inputs: {
      valueOf: { encoder: 'text', dim: 8, heads: 2 },
      toString: { encoder: 'text', dim: 8, heads: 2, column: 'hasOwnProperty', missing: 'skip' as const },
    },
    fusions: { constructor: { use: 'attention', dim: 8, heads: 2, layers: 1 } },
    heads: {
      constructor: { use: 'classification', classWeights: { constructor: 2, other: 1 } },
      isPrototypeOf: { use: 'classification', classWeights: 'balanced' },
    },
    training: { epochs: 16, batchSize: 8, learningRate: 2e-2, validation: 0.25, decides: 'constructor' },
  };
  const { metrics } = await train(manifest, { rows, out: folder, from, cache: memoryStore() });
  for (const { losses } of metrics.history) {
    expect(Object.values(losses ?? {}).every((value) => Number.isFinite(Number(value)))).toBe(true);
  }
  expect(metrics.validation?.['constructor']?.metrics['accuracy']?.value).toBe(1);
  const { scores } = await evaluate(folder, { data: rows, from, cache: memoryStore() });
  expect(Object.keys(scores).sort()).toEqual(['constructor', 'isPrototypeOf']);
  const pipeline = await loadPipeline(folder, { from });
  for (const label of LABELS) {
    const { constructor: answer } = (await pipeline.run({ valueOf: `it is ${label}` })) as { constructor: unknown };
    expect(answer).toMatchObject({ label });
  }
  await pipeline.dispose();
  expect(await readFile(join(folder, 'report.html'), 'utf8')).not.toMatch(/function|\[native code\]|undefined|NaN/);
  await rm(folder, { recursive: true });
});
