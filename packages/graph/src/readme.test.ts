import { readFileSync } from 'node:fs';
import { runInThisContext } from 'node:vm';
import { cpu } from '@sensorium/backend-node';
import type { Session, Tensors } from '@sensorium/contracts';
import { describe, expect, it } from 'vitest';
import * as graph from './index.js';
import { evaluate, numbers } from './testing/evaluate.js';
import { total } from './testing/numbers.js';
import { node, onnxFile } from './testing/onnx-file.js';
import { testRandom } from './testing/random.js';
import { makeTensor } from './value.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code!);

interface Trained {
  readonly trained: Tensors;
  readonly session: Session;
}

/** Runs an example as it stands in the README, with what it takes for granted, and gives one of its values. */
function run(code: string, name: string, given: Readonly<Record<string, unknown>> = {}): unknown {
  const body = code
    .replace(/^import (\{.*\}) from '@sensorium\/graph';$/m, 'const $1 = graph;')
    .replace(/^import .*$/gm, '')
    // Node 20 does not know it.
    .replace(/^await using/m, 'const')
    .replace(/^export /m, '');
  const names = ['graph', ...Object.keys(given)];
  const isAsync = /\bawait\b/.test(body) ? 'async ' : '';
  const example = runInThisContext(`(${isAsync}(${names.join(', ')}) => { ${body}; return ${name}; })`) as (
    ...values: unknown[]
  ) => unknown;
  return example(graph, ...Object.values(given));
}

describe('the examples of the README', () => {
  it('train', async () => {
    const program = run(examples[0]!, 'program') as graph.TrainingProgram;
    const random = testRandom(1);
    const pairs = Array.from({ length: 100 * 32 }, () => [random.uniform(), random.uniform()] as const);
    const points = Float32Array.from(pairs.flat());
    const products = Float32Array.from(pairs, ([a, b]) => a * b);
    const given = { program, points, products, cpu, createRandom: testRandom };
    const { trained, session } = (await run(examples[1]!, '{ trained, session }', given)) as Trained;
    await session.dispose();
    const loss = numbers(trained['loss']);
    expect(total(loss.slice(-10))).toBeLessThan(0.2 * total(loss.slice(0, 10)));
    expect(trained['next/hidden/weight']?.shape).toEqual([2, 16]);
  });

  it('import a model', () => {
    const bytes = onnxFile({
      nodes: [
        node('Transpose', ['input'], ['planes'], { perm: [0, 3, 1, 2] }),
        node('GlobalAveragePool', ['planes'], ['means']),
        node('Flatten', ['means'], ['pool']),
        node('Softmax', ['pool'], ['probabilities']),
      ],
      inputs: { input: { dtype: 'float32', shape: [1, 224, 224, 3] } },
      outputs: { probabilities: { dtype: 'float32', shape: [1, 3] } },
    });
    const logits = run(examples[2]!, 'logits', { bytes }) as ReturnType<typeof graph.neg>;
    expect(logits.shape).toEqual(['batch', 10]);
  });

  it('define an operator', async () => {
    const softsign = run(examples[3]!, 'softsign') as (x: graph.Operand) => ReturnType<typeof graph.neg>;
    const x = graph.input('x', 'float32', [2]);
    const y = softsign(x);
    const [dx] = graph.gradients(graph.sum(y), [x]);
    const result = await evaluate({ y, dx: dx! }, { x: makeTensor('float32', [2], [1, -3]) });
    expect(numbers(result['y'])).toEqual([0.5, -0.75]);
    expect(numbers(result['dx'])).toEqual([0.25, 0.0625]);
  });
});
