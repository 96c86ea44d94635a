import { readFileSync } from 'node:fs';
import { runInThisContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import * as graph from './index.js';
import { evaluate, numbers, withSession } from './testing/evaluate.js';
import { total } from './testing/numbers.js';
import { node, onnxFile } from './testing/onnx-file.js';
import { testRandom } from './testing/random.js';
import { makeTensor } from './value.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code!);

/** Runs an example as it stands in the README, with what it takes for granted, and gives one of its values. */
function run(code: string, name: string, bytes?: Uint8Array): unknown {
  const body = code
    .replace(/^import (\{.*\}) from '@sensorium\/graph';$/m, 'const $1 = graph;')
    .replace(/^export /m, '');
  const example = runInThisContext(`(graph, bytes) => { ${body}; return ${name}; }`) as (
    library: typeof graph,
    bytes?: Uint8Array,
  ) => unknown;
  return example(graph, bytes);
}

describe('the examples of the README', () => {
  it('train', async () => {
    const program = run(examples[0]!, 'program') as graph.TrainingProgram;
    const random = testRandom(1);
    const points = Array.from({ length: 100 * 32 }, () => [random.uniform(), random.uniform()] as const);
    const feeds = {
      ...program.initialState(random),
      steps: makeTensor('int64', [], [100]),
      x: makeTensor('float32', [100, 32, 2], points.flat()),
      y: makeTensor(
        'float32',
        [100, 32, 1],
        points.map(([a, b]) => a * b),
      ),
    };
    const loss = numbers((await withSession(program.model, (session) => session.run(feeds)))['loss']);
    expect(total(loss.slice(-10))).toBeLessThan(0.2 * total(loss.slice(0, 10)));
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
    const logits = run(examples[1]!, 'logits', bytes) as ReturnType<typeof graph.neg>;
    expect(logits.shape).toEqual(['batch', 10]);
  });

  it('define an operator', async () => {
    const softsign = run(examples[2]!, 'softsign') as (x: graph.Operand) => ReturnType<typeof graph.neg>;
    const x = graph.input('x', 'float32', [2]);
    const y = softsign(x);
    const [dx] = graph.gradients(graph.sum(y), [x]);
    const result = await evaluate({ y, dx: dx! }, { x: makeTensor('float32', [2], [1, -3]) });
    expect(numbers(result['y'])).toEqual([0.5, -0.75]);
    expect(numbers(result['dx'])).toEqual([0.25, 0.0625]);
  });
});
