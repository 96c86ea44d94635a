import { expect, it } from 'vitest';
import type { StepReport } from '../metrics.js';
import { StepCurve } from './step-curve.js';

const report = (step: number): StepReport => ({
  step,
  learningRate: 1 / step,
  loss: Math.sin(step) + 2,
  losses: { answer: step },
});

function curveOf(steps: number): StepCurve {
  const curve = new StepCurve();
  for (let step = 1; step <= steps; step++) curve.add(report(step));
  return curve;
}

it('keeps every step while there are few', () => {
  expect(curveOf(400).state.points).toEqual(Array.from({ length: 400 }, (_, index) => report(index + 1)));
});

it.each([401, 1000, 12_345])('makes means over as many steps each of %d, at most 400 points', (steps) => {
  const { every, last, points } = curveOf(steps).state;
  expect(points.length).toBeLessThanOrEqual(400);
  expect(points.length).toBeGreaterThan(200);
  expect((points.length - 1) * every + last).toBe(steps);
  for (const [index, { step, loss, losses, learningRate }] of points.entries()) {
    const first = index * every + 1;
    const own = Array.from({ length: step - first + 1 }, (_, offset) => report(first + offset));
    expect(own).toHaveLength(index === points.length - 1 ? last : every);
    expect(learningRate).toBe(1 / step);
    expect(loss).toBeCloseTo(own.reduce((sum, one) => sum + one.loss, 0) / own.length, 10);
    expect(losses['answer']).toBeCloseTo((first + step) / 2, 6);
  }
});

it('goes on where it was, to the same points', () => {
  const curve = curveOf(777);
  const again = new StepCurve(JSON.parse(JSON.stringify(curve.state)) as StepCurve['state']);
  for (let step = 778; step <= 2000; step++) again.add(report(step));
  expect(again.state).toEqual(curveOf(2000).state);
});
