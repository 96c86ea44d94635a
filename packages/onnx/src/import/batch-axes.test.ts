import { SensoriumError, type Tensor, type Tensors } from '@sensorium/contracts';
import { toOnnx } from '@sensorium/graph';
import { initialWeights, node, numbers, onnxFile, relativeError, size, withSession } from '@sensorium/graph/testing';
import { makeTensor } from '@sensorium/tensors';
import { describe, expect, it } from 'vitest';
import { loweredArrays } from '../testing/lowered-arrays.js';
import { loweredMicrosoft } from '../testing/lowered-microsoft.js';
import { loweredNewest } from '../testing/lowered-newest.js';
import { loweredNumbers } from '../testing/lowered-numbers.js';
import { nodeOf, type LoweringCase } from '../testing/lowering-case.js';
import { importFor, runFile, type Imported } from '../testing/round-trip.js';

const cases = { ...loweredArrays, ...loweredMicrosoft, ...loweredNewest, ...loweredNumbers };
const SAMPLES = 3;

/** A file of one sample, whose axis is first moved to one of those of what the node reads. */
function fileWithSamplesAlong(type: string, one: LoweringCase, axis: number): Uint8Array {
  const [name, x] = Object.entries(one.feeds)[0]!;
  const length = x.shape[axis]!;
  const others = x.shape.toSpliced(axis, 1);
  const order = others.map((_, at) => at + 1).toSpliced(axis, 0, 0);
  const { node: last, outputs, initializers, opset, opsets } = nodeOf(type, one);
  const { [name]: _, ...feeds } = one.feeds;
  return onnxFile({
    opset,
    opsets,
    nodes: [
      node('Reshape', ['samples', 'rows'], ['together']),
      node('Transpose', ['together'], [name], { perm: order }),
      last,
    ],
    inputs: { samples: { dtype: x.dtype, shape: [1, length, ...others] }, ...feeds },
    initializers: { ...initializers, rows: makeTensor('int64', [x.shape.length], [length, ...others]) },
    outputs,
  });
}

/** Whether a result is those of single samples, one after the other along some axis; or that of each, which none changes. */
function isApart(together: Tensor, alone: readonly Tensor[]): boolean {
  const [{ shape }] = alone as [Tensor];
  const isSame = (other: readonly number[]): boolean => other.join() === together.shape.join();
  const near = (expected: readonly number[]): boolean => relativeError(numbers(together), expected) < 1e-5;
  if (isSame(shape)) return alone.every((one) => near(numbers(one)));
  return shape.some((length, axis) => {
    if (!isSame(shape.with(axis, length * SAMPLES))) return false;
    const inner = size(shape.slice(axis));
    const blocks = Array.from({ length: size(shape.slice(0, axis)) }, (_, block) =>
      alone.flatMap((one) => numbers(one).slice(block * inner, (block + 1) * inner)),
    );
    return near(blocks.flat());
  });
}

/** As many samples as there are, each with the numbers of the case in another order. */
function samplesOf(x: Tensor, axis: number): Tensor[] {
  const data = numbers(x);
  const shape = [1, x.shape[axis]!, ...x.shape.toSpliced(axis, 1)];
  const turned = (by: number): number[] => data.map((_, at) => data[(at + by) % data.length]!);
  return Array.from({ length: SAMPLES }, (_, sample) => makeTensor(x.dtype, shape, turned(sample)));
}

async function staysApart(type: string, one: LoweringCase, axis: number): Promise<boolean> {
  const [[, x], ...rest] = Object.entries(one.feeds) as [[string, Tensor], ...[string, Tensor][]];
  const file = fileWithSamplesAlong(type, one, axis);
  const others = Object.fromEntries(rest);
  const each = samplesOf(x, axis);
  const shape = each[0]!.shape.with(0, SAMPLES);
  const feeds: Tensors = { ...others, samples: makeTensor(x.dtype, shape, each.flatMap(numbers)) };
  const imported = importedUnlessRefused(file, feeds, one);
  if (!imported) return true;
  const { inputs, outputs, scope } = imported;
  const written = toOnnx({ outputs, inputs: Object.values(inputs), weights: initialWeights(scope) });
  const together = await runFile(written, feeds);
  const alone = await withSession(file, async (session) => {
    const results: Record<string, Tensor>[] = [];
    for (const samples of each) results.push(await session.run({ ...others, samples }));
    return results;
  });
  return Object.entries(together).every(([output, result]) =>
    isApart(
      result,
      alone.map((own) => own[output]!),
    ),
  );
}

function importedUnlessRefused(file: Uint8Array, feeds: Tensors, { shapes }: LoweringCase): Imported | undefined {
  try {
    return importFor(file, feeds, { shapes });
  } catch (error) {
    if (SensoriumError.is(error)) return undefined;
    throw error;
  }
}

describe('samples along any axis stay apart, or are refused', () => {
  it.each(Object.entries(cases))('by %s', async (type, variants) => {
    for (const [at, one] of variants.entries()) {
      const [first] = Object.values(one.feeds) as [Tensor];
      for (const axis of first.shape.keys()) {
        const isApart = await staysApart(type, one, axis);
        expect(isApart, `variant ${at}, samples along axis ${axis} of [${first.shape.join()}]`).toBe(true);
      }
    }
  });
});
