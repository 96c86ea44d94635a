import { performance } from 'node:perf_hooks';
import process from 'node:process';

/**
 * Answers the questions of the process that started this one, one at a time. `load(task)` of an engine gives what can
 * `step(index)`, one step on batch `index`, which gives the loss, and, where the engine is asked for it, `gradients()`.
 */
export function serve(load) {
  let training;
  const answers = {
    load: async (task) => {
      training = await load(task);
    },
    losses: async (count) => {
      const losses = [];
      for (let index = 0; index < count; index++) losses.push(await training.step(index));
      return losses;
    },
    shortestStep: (milliseconds) => shortestStep(training, milliseconds),
    gradients: () => training.gradients(),
  };
  process.on('message', async ({ question, argument }) => {
    try {
      process.send({ answer: await answers[question](argument) });
    } catch (error) {
      process.send({ error: error.stack });
    }
  });
  // Nobody is left to ask.
  process.on('disconnect', () => process.exit());
}

/** Steps for so long, at least one; the shortest in milliseconds. */
async function shortestStep(training, milliseconds) {
  const start = performance.now();
  let shortest = Infinity;
  for (let index = 0, now = start; now - start < milliseconds; index++) {
    await training.step(index);
    const before = now;
    now = performance.now();
    shortest = Math.min(shortest, now - before);
  }
  return shortest;
}

export const mapValues = (record, change) =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value, name)]));

/** { x: [steps,…] } → a list of { x: […] } */
export function unstack(batches) {
  const [{ shape }] = Object.values(batches);
  return Array.from({ length: shape[0] }, (_, index) =>
    mapValues(batches, ({ shape: [count, ...shape], data }) => {
      const size = data.length / count;
      return { shape, data: data.slice(index * size, (index + 1) * size) };
    }),
  );
}
