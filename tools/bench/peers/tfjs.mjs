import '@tensorflow/tfjs-backend-wasm';
// Registers the gradients, which tfjs-core has but does not register in Node.
import '@tensorflow/tfjs-layers';
import * as tf from '@tensorflow/tfjs-core';
import { mapValues, serve, unstack } from './serve.mjs';
import * as models from './tfjs-models.mjs';

// SIMD is found by itself. Threads do not start in Node: tensorflow/tfjs#3830.
await tf.setBackend('wasm');

/** What gave a parameter or batch its values has channels first; TensorFlow.js wants them last. */
const toTensor = ({ shape, data }) => {
  const tensor = tf.tensor(data, shape, data instanceof Int32Array ? 'int32' : 'float32');
  return shape.length === 4 ? tf.transpose(tensor, [0, 2, 3, 1]) : tensor;
};
const toVariable = ({ shape, data }) => {
  const tensor = tf.tensor(data, shape);
  return tf.variable(shape.length === 4 ? tf.transpose(tensor, [2, 3, 1, 0]) : tensor);
};
const zerosLike = (variables) => mapValues(variables, (variable) => tf.variable(tf.zerosLike(variable)));

const optimizers = {
  adamw(variables, { learningRate, beta1, beta2, epsilon, weightDecay }) {
    const [firsts, seconds] = [zerosLike(variables), zerosLike(variables)];
    let step = 0;
    return {
      apply(gradients) {
        step += 1;
        for (const [name, variable] of Object.entries(variables)) {
          const { [name]: first } = firsts;
          const { [name]: second } = seconds;
          first.assign(tf.add(tf.mul(first, beta1), tf.mul(gradients[name], 1 - beta1)));
          second.assign(tf.add(tf.mul(second, beta2), tf.mul(tf.square(gradients[name]), 1 - beta2)));
          const root = tf.add(tf.sqrt(tf.div(second, 1 - beta2 ** step)), epsilon);
          const moved = tf.mul(tf.div(first, root), learningRate / (1 - beta1 ** step));
          const decay = variable.shape.length > 1 ? learningRate * weightDecay : 0;
          variable.assign(tf.sub(tf.mul(variable, 1 - decay), moved));
        }
      },
    };
  },
};

serve(({ model, parameters, batches: stacked, optimizer: { use, ...options } }) => {
  tf.disposeVariables();
  const variables = tf.tidy(() => mapValues(parameters, toVariable));
  const batches = unstack(stacked).map((batch) => mapValues(batch, toTensor));
  const { apply } = optimizers[use](variables, options);
  // Gradients come by the names of the variables, which TensorFlow.js gives.
  const ownNames = new Map(Object.entries(variables).map(([name, variable]) => [variable.name, name]));
  return {
    step: (index) =>
      tf.tidy(() => {
        const loss = () => models[model](variables, batches[index % batches.length]);
        const { value, grads } = tf.variableGrads(loss, Object.values(variables));
        apply(Object.fromEntries(Object.entries(grads).map(([name, gradient]) => [ownNames.get(name), gradient])));
        return value.dataSync()[0];
      }),
  };
});
