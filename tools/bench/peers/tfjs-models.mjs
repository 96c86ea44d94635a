// The models of the benchmark in TensorFlow.js, from parameters by name and a batch to the loss. Images are [B,H,W,C], weights
// of convolutions [kh,kw,C,O].
import * as tf from '@tensorflow/tfjs-core';

export function mlp(parameters, { x, y }) {
  const hidden = tf.relu(linear(parameters, 'layer0', x));
  return crossEntropy(linear(parameters, 'layer2', tf.relu(linear(parameters, 'layer1', hidden))), y);
}

export function transformer(parameters, { x, y }) {
  let tokens = x;
  for (let layer = 0; layer < 4; layer++) tokens = block(parameters, `block${layer}`, tokens, 4);
  return crossEntropy(linear(parameters, 'head', tf.mean(tokens, 1)), y);
}

export function convolution(parameters, { x, y }) {
  let image = x;
  for (let layer = 0; layer < 3; layer++) {
    const { [`layer${layer}/weight`]: weight, [`layer${layer}/bias`]: bias } = parameters;
    image = tf.relu(tf.add(conv(image, weight), bias));
  }
  return crossEntropy(linear(parameters, 'head', tf.mean(image, [1, 2])), y);
}

const crossEntropy = (logits, labels) =>
  tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(logits), tf.oneHot(labels, logits.shape[1])), 1)));

/** Flat, because TensorFlow.js multiplies stacks of matrices without XNNPACK. */
function linear(parameters, name, x) {
  const { [`${name}/weight`]: weight, [`${name}/bias`]: bias } = parameters;
  const product = tf.matMul(tf.reshape(x, [-1, weight.shape[0]]), weight);
  return tf.reshape(bias ? tf.add(product, bias) : product, [...x.shape.slice(0, -1), weight.shape[1]]);
}

function standardize(x) {
  const { mean, variance } = tf.moments(x, -1, true);
  return tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5)));
}

const gelu = (x) => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));

function block(parameters, name, x, heads) {
  const middle = tf.add(x, attention(parameters, `${name}/attention`, standardize(x), heads));
  const inner = gelu(linear(parameters, `${name}/mlp/expand`, standardize(middle)));
  return tf.add(middle, linear(parameters, `${name}/mlp/contract`, inner));
}

function attention(parameters, name, x, heads) {
  const [batch, length, dim] = x.shape;
  const project = (which, order) =>
    tf.transpose(tf.reshape(linear(parameters, `${name}/${which}`, x), [batch, length, heads, dim / heads]), order);
  const query = tf.mul(project('query', [0, 2, 1, 3]), 1 / Math.sqrt(dim / heads));
  const weights = tf.softmax(tf.matMul(query, project('key', [0, 2, 3, 1])));
  const merged = tf.transpose(tf.matMul(weights, project('value', [0, 2, 1, 3])), [0, 2, 1, 3]);
  return linear(parameters, `${name}/output`, tf.reshape(merged, [batch, length, dim]));
}

const stride = 2;
const padding = [
  [0, 0],
  [1, 1],
  [1, 1],
  [0, 0],
];

/** tf.conv2d with a gradient of its own, because the wasm backend has none for the weight. */
const conv = tf.customGrad((x, weight, save) => {
  save([x, weight]);
  return {
    value: tf.conv2d(x, weight, stride, padding),
    gradFunc: (upstream, [x, weight]) => [
      tf.conv2dTranspose(upstream, weight, x.shape, stride, padding),
      weightGradient(x, upstream, weight.shape),
    ],
  };
});

/** One product of two matrices: what lies under the window, and the upstream gradient. */
function weightGradient(x, upstream, [height, width, inputs, outputs]) {
  const [batch, rows, columns] = upstream.shape;
  const padded = tf.pad(x, padding);
  const under = [];
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      const end = [batch, i + stride * rows, j + stride * columns, inputs];
      under.push(
        tf.stridedSlice(
          padded,
          [0, i, j, 0],
          end.map((size, axis) => Math.min(size, padded.shape[axis])),
          [1, stride, stride, 1],
        ),
      );
    }
  }
  const windows = tf.reshape(tf.concat(under, 3), [batch * rows * columns, height * width * inputs]);
  const product = tf.matMul(tf.transpose(windows), tf.reshape(upstream, [-1, outputs]));
  return tf.reshape(product, [height, width, inputs, outputs]);
}
