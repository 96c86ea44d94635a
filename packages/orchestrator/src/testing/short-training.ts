import { required, type Backend, type Random, type Tensor } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { linear, mean, relu, square, sub } from '@sensorium/graph';
import { adamw, schedule, trainingProgram } from '@sensorium/training';

const [STEPS, BATCH] = [50, 16];

/** Builds a small network and its training program, trains it for 50 steps on a backend, and gives the losses. */
export async function shortTraining(backend: Backend): Promise<number[]> {
  const loop = backend.name !== 'webgpu';
  const program = trainingProgram({
    batch: { x: { dtype: 'float32', shape: [BATCH, 4] }, y: { dtype: 'float32', shape: [BATCH, 2] } },
    build(scope, batch) {
      const [x, y] = [required(batch['x'], 'x'), required(batch['y'], 'y')];
      const hidden = relu(linear(scope.at('hidden'), x, 32));
      return { loss: mean(square(sub(linear(scope.at('output'), hidden, 2), y))) };
    },
    optimizer: adamw(),
    learningRate: 0.01,
    steps: STEPS,
    schedule: schedule({ shape: 'cosine', steps: STEPS, warmup: 5 }),
    clip: 1,
    loop,
  });
  const random = createRandom(1, 'short training');
  const data = samples(random.fork('samples'));
  const carried = Object.fromEntries(program.state.map((name) => [name, `next/${name}`]));
  const session = await backend.load(program.model, { carried });
  const losses: number[] = [];
  const perRun = loop ? 10 : 1;
  for (let step = 0; step < STEPS; step += perRun) {
    const first = step === 0 ? program.initialState(random) : {};
    const count: Tensor = { dtype: 'int64', shape: [], data: BigInt64Array.of(BigInt(perRun)) };
    const batches = { x: part(data.x, step, perRun), y: part(data.y, step, perRun) };
    const { loss } = await session.run({ ...first, ...batches, steps: count });
    losses.push(...Array.from(required(loss, 'the loss').data, Number));
  }
  await session.dispose();
  return losses;
}

/** x of normal numbers, and of each the sum of two and the product of the others as y. */
function samples(random: Random): { x: Tensor; y: Tensor } {
  const draw = () => random.normal();
  const rows = Array.from({ length: STEPS * BATCH }, () => [draw(), draw(), draw(), draw()] as const);
  const targets = rows.map(([a, b, c, d]) => [a + b, c * d]);
  return {
    x: { dtype: 'float32', shape: [STEPS, BATCH, 4], data: Float32Array.from(rows.flat()) },
    y: { dtype: 'float32', shape: [STEPS, BATCH, 2], data: Float32Array.from(targets.flat()) },
  };
}

function part({ dtype, shape: [steps, ...shape], data }: Tensor, first: number, count: number): Tensor {
  const size = data.length / required(steps, 'steps');
  return { dtype, shape: [count, ...shape], data: data.slice(first * size, (first + count) * size) };
}
