import { readdir, rm } from 'node:fs/promises';
import type { Manifest } from '@sensorium/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { check, type Forecast, type Phase } from './index.js';
import { from, makeSquares, type Squares } from './testing/squares.js';

let squares: Squares;
beforeAll(async () => {
  squares = await makeSquares();
  process.env['SENSORIUM_CACHE'] = squares.path('cache');
});
afterAll(() => rm(squares.folder, { recursive: true }));

async function measured(change: Partial<Manifest>, phases = new Set<Phase>()): Promise<Forecast> {
  const onProgress = ({ phase }: { phase: Phase }): void => void phases.add(phase);
  const { forecast } = await check({ ...squares.manifest, ...change }, { from, measure: true, onProgress });
  return forecast!;
}

const isOrdered = ({ low, usual, high }: Forecast['step']): boolean => 0 < low && low <= usual && usual <= high;

describe('check, where it measures', () => {
  it('takes some real steps, and says how long all of them take, and how much memory', async () => {
    const phases = new Set<Phase>();
    const { prepare, step, epoch, all, memory, steps } = await measured({}, phases);
    expect([step, epoch, all].every(isOrdered)).toBe(true);
    expect(prepare).toBeGreaterThan(0);
    expect(steps).toBeGreaterThan(4);
    // 58 of 72 rows are trained on, 3 at a time; the others are validated.
    expect(epoch.usual).toBeGreaterThan(19 * step.usual);
    expect(all.usual).toBeCloseTo(prepare + 4 * epoch.usual, 6);
    expect(memory).toBeGreaterThan(50e6);
    expect(memory).toBeLessThan(8e9);
    expect(phases).toContain('measure');
  });

  it('keeps nothing of it', async () => {
    await measured({});
    const kept = await readdir(squares.path('cache')).catch(() => []);
    expect(kept).not.toContain('prepared');
  });

  it('counts in a range test, and no more than a limit of time', async () => {
    const training = { ...squares.manifest.training, learningRate: 'auto', epochs: 1_000_000, minutes: 3 } as const;
    const { prepare, step, all } = await measured({ training });
    expect(all.usual).toBeCloseTo(prepare + 96 * step.usual + 180, 6);
  });

  it('computes features of what is frozen, as a training does', async () => {
    const image = { encoder: 'image', dim: 16, channels: 8, trainable: 'frozen' } as const;
    const phases = new Set<Phase>();
    const { step } = await measured({ inputs: { ...squares.manifest.inputs, image } }, phases);
    expect(phases).toContain('features');
    expect(isOrdered(step)).toBe(true);
  });

  it('measures nothing unless it is asked to', async () => {
    expect(await check(squares.manifest, { from })).not.toHaveProperty('forecast');
  });
});
