import { readFileSync } from 'node:fs';
import { runInThisContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import * as graph from './index.js';
import { evaluate, numbers, withSession } from './testing/evaluate.js';
import { total } from './testing/numbers.js';
import { testRandom } from './testing/random.js';
import { makeTensor } from './value.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code!);

/** Runs an example as it stands in the README, and gives one of its values. */
function run(code: string, name: string): unknown {
  const body = code
    .replace(/^import (\{.*\}) from '@sensorium\/graph';$/m, 'const $1 = graph;')
    .replace(/^export /m, '');
  const example = runInThisContext(`(graph) => { ${body}; return ${name}; }`) as (library: typeof graph) => unknown;
  return example(graph);
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

  it('define an operator', async () => {
    const softsign = run(examples[1]!, 'softsign') as (x: graph.Operand) => ReturnType<typeof graph.neg>;
    const x = graph.input('x', 'float32', [2]);
    const y = softsign(x);
    const [dx] = graph.gradients(graph.sum(y), [x]);
    const result = await evaluate({ y, dx: dx! }, { x: makeTensor('float32', [2], [1, -3]) });
    expect(numbers(result['y'])).toEqual([0.5, -0.75]);
    expect(numbers(result['dx'])).toEqual([0.25, 0.0625]);
  });
});
