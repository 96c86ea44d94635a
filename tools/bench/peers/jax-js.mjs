import './web-worker.mjs';
import { blockUntilReady, init, jit, numpy as np, tree, valueAndGrad } from '@jax-js/jax';
import * as models from './jax-js-models.mjs';
import { mapValues, serve, unstack } from './serve.mjs';

// Without a name it looks for a GPU, and throws on Node 20.
await init('wasm');

const toArray = ({ shape, data }) => np.array(data).reshape([...shape]);
const zerosLike = (parameters) => mapValues(parameters, ({ shape }) => np.zeros([...shape]));

const optimizers = {
  sgd: ({ learningRate }) => ({
    initial: () => ({}),
    update: (parameters, gradients) => [
      mapValues(parameters, (parameter, name) => parameter.sub(gradients[name].mul(learningRate))),
      {},
    ],
  }),
  adamw: ({ learningRate, beta1, beta2, epsilon, weightDecay }) => ({
    initial: (parameters) => ({ count: np.array(0), first: zerosLike(parameters), second: zerosLike(parameters) }),
    update(parameters, gradients, { count, first, second }) {
      const step = count.add(1);
      const correction = (beta) => np.subtract(1, np.power(beta, step.ref));
      const [firstCorrection, secondCorrection] = [correction(beta1), correction(beta2)];
      const nextFirst = mapValues(first, (moment, name) => moment.mul(beta1).add(gradients[name].ref.mul(1 - beta1)));
      const nextSecond = mapValues(second, (moment, name) =>
        moment.mul(beta2).add(np.square(gradients[name]).mul(1 - beta2)),
      );
      const next = mapValues(parameters, (parameter, name) => {
        const root = np.sqrt(nextSecond[name].ref.div(secondCorrection.ref)).add(epsilon);
        const moved = nextFirst[name].ref.div(firstCorrection.ref).div(root).mul(learningRate);
        const decay = parameter.shape.length > 1 ? learningRate * weightDecay : 0;
        return parameter.mul(1 - decay).sub(moved);
      });
      firstCorrection.dispose();
      secondCorrection.dispose();
      return [next, { count: step, first: nextFirst, second: nextSecond }];
    },
  }),
};

serve(({ model, parameters: values, batches: stacked, optimizer: { use, ...options } }) => {
  const { initial, update } = optimizers[use](options);
  const differentiate = valueAndGrad(models[model]);
  const batches = unstack(stacked).map((batch) => mapValues(batch, toArray));
  let parameters = mapValues(values, toArray);
  let state = initial(values);
  const step = jit((parameters, state, batch) => {
    const [loss, gradients] = differentiate(tree.ref(parameters), batch);
    return [loss, ...update(parameters, gradients, state)];
  });
  return {
    async step(index) {
      const [loss, ...next] = step(parameters, state, tree.ref(batches[index % batches.length]));
      [parameters, state] = next;
      await blockUntilReady(next);
      return (await loss.data())[0];
    },
    async gradients() {
      const [loss, gradients] = differentiate(tree.ref(parameters), tree.ref(batches[0]));
      loss.dispose();
      const entries = Object.entries(gradients).map(async ([name, gradient]) => [name, await gradient.data()]);
      return Object.fromEntries(await Promise.all(entries));
    },
  };
});
