import type { ResolvedManifest } from '@sensorium/contracts';
import type { Parts } from '@sensorium/orchestrator';
import { beforeAll, describe, expect, it } from 'vitest';
import { memoryStore } from '@sensorium/data';
import type { EpochReport } from '../metrics.js';
import { setUp } from '../plan/set-up.js';
import { nodeHost } from '../node-host.js';
import { pointPlugins, pointRows } from '../testing/points.js';
import { blendAfter, blendWeights } from './blend.js';

const pair = (trained: number, held: number) => ({ trained, held });

describe('weights by gradient blending', () => {
  it('are in proportion to what generalises over the square of the overfitting, and 1 on average', () => {
    // ΔG is 0.4, 0.3, 0.2 and ΔO 0.2, 0.1, 0.4: ratios of 10, 30 and 1.25.
    const weights = blendWeights(
      [pair(2, 2), pair(2, 2), pair(2, 2)],
      [pair(1.4, 1.6), pair(1.6, 1.7), pair(1.4, 1.8)],
    );
    const expected = [10, 30, 1.25].map((ratio) => (3 * ratio) / 41.25);
    for (const [index, weight] of weights.entries()) expect(weight).toBeCloseTo(expected[index]!, 9);
  });

  it('count a change below a tenth of the largest as that', () => {
    // ΔG is 0.5 and −0.2, counted as 0.05; ΔO is 0.5 and 0, counted as 0.05.
    const weights = blendWeights([pair(2, 2), pair(1, 1)], [pair(1, 1.5), pair(1.2, 1.2)]);
    expect(weights[0]).toBeCloseTo((2 * 2) / 22, 9);
    expect(weights[1]).toBeCloseTo((2 * 20) / 22, 9);
  });

  it('are 1 where nothing fell on held-out rows, and where nothing changed', () => {
    expect(blendWeights([pair(1, 1), pair(1, 1)], [pair(0.5, 1.2), pair(0.5, 1.1)])).toEqual([1, 1]);
    expect(blendWeights([pair(1, 1), pair(2, 2)], [pair(1, 1), pair(2, 2)])).toEqual([1, 1]);
  });
});

describe('the weights of an epoch', () => {
  let manifest: ResolvedManifest;
  let parts: Parts;
  beforeAll(async () => {
    const written = {
      sensorium: 1,
      inputs: { left: 'points', right: 'points', again: { encoder: 'points', tied: 'left', column: 'right' } },
      fusion: 'balanced',
      heads: { value: { use: 'value', weight: 0.5 } },
      training: { balance: 'blend' },
    } as const;
    const options = { rows: pointRows(16), plugins: pointPlugins, from: ['.'], cache: memoryStore() };
    ({ manifest, parts } = await setUp(nodeHost, written, options));
  });

  const epoch = (number: number, all: number, left: number, right: number): EpochReport => {
    const losses = {
      value: 2 * all,
      'alone.value.left': left,
      'alone.value.again': left,
      'alone.value.right': right,
    };
    const scale = (by: number) => Object.fromEntries(Object.entries(losses).map(([name, loss]) => [name, by * loss]));
    return {
      epoch: number,
      loss: 0.9 * all,
      losses: scale(0.9),
      seconds: 1,
      validation: { loss: all, losses: losses, metrics: {} },
    };
  };

  it('are all 1 until two epochs can be compared: of all inputs, and of each encoder', () => {
    expect(blendAfter([], manifest, parts)).toEqual([1, 1, 1]);
    expect(blendAfter([epoch(1, 3, 4, 5)], manifest, parts)).toEqual([1, 1, 1]);
  });

  it('follow from the last epoch and that five before, or the first', () => {
    const history = [9, 8, 7, 6, 5, 4, 3].map((loss, index) => epoch(index + 1, loss, loss / 2, loss / 4));
    // Of every loss a tenth of the fall is overfitting, so that ΔG / ΔO² goes with one over the fall: 1, 2 × 2 (by its weight), 2 × 4.
    const expected = [1, 4, 8].map((ratio) => (3 * ratio) / 13);
    for (const some of [history, history.slice(0, 3), history.slice(0, 2)]) {
      for (const [index, weight] of blendAfter(some, manifest, parts)!.entries()) {
        expect(weight).toBeCloseTo(expected[index]!, 6);
      }
    }
    expect(blendAfter(history, manifest, parts)).toEqual(blendAfter(history.slice(1), manifest, parts));
  });

  it('are none where losses are not blended', () => {
    const plain = { ...manifest, training: { ...manifest.training, balance: 'pareto' as const } };
    expect(blendAfter([], plain, parts)).toBeNull();
  });
});
