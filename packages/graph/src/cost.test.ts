import type { SymbolicTensor } from '@sensorium/contracts';
import { describe, expect, it } from 'vitest';
import * as g from './index.js';

const x = (...shape: (number | string)[]) => g.input('x', 'float32', shape);
const costOf = (...outputs: SymbolicTensor[]): number => g.floatingPointOperations(outputs);

describe('floating-point operations', () => {
  it('are two for each product, with unknown sizes as 1', () => {
    expect(costOf(g.matmul(x(3, 5, 4), x(3, 4, 2)))).toBe(2 * 3 * 5 * 4 * 2);
    expect(costOf(g.gemm(x(4, 'batch'), x(4, 2), true))).toBe(2 * 4 * 2);
    expect(costOf(g.conv(x('batch', 6, 8, 8), x(4, 3, 3, 3), { groups: 2 }))).toBe(2 * (4 * 6 * 6) * (3 * 3 * 3));
    expect(costOf(g.einsum('bik,bkj,bj->bi', x('batch', 2, 3), x('batch', 3, 4), x('batch', 4)))).toBe(
      2 * 2 * 2 * 3 * 4,
    );
    expect(costOf(g.add(x(3), 1))).toBe(0);
  });

  it('of a recurrence are those of its steps, in both directions', () => {
    const { hidden } = g.lstm(x(7, 2, 3), x(2, 20, 3), x(2, 20, 5), { direction: 'bidirectional' });
    expect(costOf(hidden)).toBe(7 * 2 * 2 * (2 * 20 * (3 + 5)));
  });

  it('of a loop count as often as it runs; what is outside of its steps, once', () => {
    const weight = g.matmul(x(4, 4), x(4, 4));
    const looped = (count: SymbolicTensor) => {
      const current = g.input('current', 'float32', [1, 4]);
      const next = g.matmul(current, weight);
      const { final } = g.loop({
        count,
        steps: 'steps',
        index: g.loopIndex(),
        carried: [{ initial: x(1, 4), current, next }],
        collected: [],
      });
      return final[0]!;
    };
    const [once, step] = [2 * 4 * 4 * 4, 2 * 4 * 4];
    expect(costOf(looped(g.constant(10, 'int64')))).toBe(once + 10 * step);
    expect(costOf(looped(g.input('count', 'int64', [])))).toBe(once + step);
  });
});
