// The models in jax-js, from parameters by name and a batch to the loss. Each argument of a function is used up by it; `.ref`
// keeps one for another use.
import { lax, nn, numpy as np } from '@jax-js/jax';

export function mlp(parameters, { x, y }) {
  const hidden = nn.relu(linear(parameters, 'layer0', x));
  return crossEntropy(linear(parameters, 'layer2', nn.relu(linear(parameters, 'layer1', hidden))), y);
}

export function transformer(parameters, { x, y }) {
  let tokens = x;
  for (let layer = 0; layer < 4; layer++) tokens = block(parameters, `block${layer}`, tokens, 4);
  return crossEntropy(linear(parameters, 'head', np.mean(tokens, 1)), y);
}

export function convolution(parameters, { x, y }) {
  let image = x;
  for (let layer = 0; layer < 3; layer++) image = nn.relu(conv(parameters, `layer${layer}`, image, { stride: 2 }));
  return crossEntropy(linear(parameters, 'head', np.mean(image, [2, 3])), y);
}

export const transformerBlock = (parameters, { x, y }) => distance(block(parameters, 'block', x, 4), y);

export function residualBlock(parameters, { x, y }) {
  const first = nn.relu(norm(parameters, 'norm0', conv(parameters, 'conv0', x.ref)));
  const second = norm(parameters, 'norm1', conv(parameters, 'conv1', first));
  return distance(nn.relu(second.add(x)), y);
}

export function depthwiseSeparable(parameters, { x, y }) {
  let image = x;
  for (const [name, stride] of [
    ['block0', 1],
    ['block1', 2],
  ]) {
    const options = { stride, groups: image.shape[1] };
    image = nn.relu(conv(parameters, `${name}/depthwise`, image, options));
    image = nn.relu(conv(parameters, `${name}/pointwise`, image));
  }
  return distance(linear(parameters, 'head', np.mean(image, [2, 3])), y);
}

/** Gates in the order of ONNX: input, output, forget, candidate; a bias of the input and one of the recurrence. */
export function lstm(parameters, { x, y }) {
  const { 'lstm/weight': weight, 'lstm/recurrent': recurrent, 'lstm/bias': bias } = parameters;
  const [batch, length] = x.shape;
  const width = recurrent.shape[2];
  const [fromInput, fromHidden] = [weight, recurrent].map((matrix) => np.transpose(np.squeeze(matrix, 0)));
  const sum = np.sum(bias.reshape([2, 4 * width]), 0);
  let [hidden, cell] = [np.zeros([batch, width]), np.zeros([batch, width])];
  const outputs = np.split(x, length, 1).map((token) => {
    const [input, output, forget, candidate] = np.split(
      np.matmul(np.squeeze(token, 1), fromInput.ref).add(np.matmul(hidden.ref, fromHidden.ref)).add(sum.ref),
      4,
      1,
    );
    cell = nn
      .sigmoid(forget)
      .mul(cell)
      .add(nn.sigmoid(input).mul(np.tanh(candidate)));
    hidden.dispose();
    hidden = nn.sigmoid(output).mul(np.tanh(cell.ref));
    return hidden.ref;
  });
  for (const used of [fromInput, fromHidden, sum, hidden, cell]) used.dispose();
  return distance(np.stack(outputs, 1), y);
}

const distance = (output, target) => np.mean(np.square(output.sub(target)));

const crossEntropy = (logits, labels) => {
  const classes = logits.shape[1];
  return np.mean(np.sum(nn.logSoftmax(logits).mul(nn.oneHot(labels, classes)), 1)).mul(-1);
};

function linear(parameters, name, x) {
  const { [`${name}/weight`]: weight, [`${name}/bias`]: bias } = parameters;
  const product = np.matmul(x, weight);
  return bias ? product.add(bias) : product;
}

const standardize = (x) => nn.standardize(x, -1, { epsilon: 1e-5 });

function block(parameters, name, x, heads) {
  const middle = x.ref.add(attention(parameters, `${name}/attention`, standardize(x), heads));
  const inner = nn.gelu(linear(parameters, `${name}/mlp/expand`, standardize(middle.ref)), { approximate: false });
  return middle.add(linear(parameters, `${name}/mlp/contract`, inner));
}

function attention(parameters, name, x, heads) {
  const [batch, length, dim] = x.shape;
  const project = (which, order) =>
    np.transpose(linear(parameters, `${name}/${which}`, x.ref).reshape([batch, length, heads, dim / heads]), order);
  const [query, key, value] = [
    project('query', [0, 2, 1, 3]),
    project('key', [0, 2, 3, 1]),
    project('value', [0, 2, 1, 3]),
  ];
  x.dispose();
  const weights = nn.softmax(np.matmul(query.mul(1 / Math.sqrt(dim / heads)), key), -1);
  const merged = np.transpose(np.matmul(weights, value), [0, 2, 1, 3]).reshape([batch, length, dim]);
  return linear(parameters, `${name}/output`, merged);
}

function conv(parameters, name, x, { stride = 1, groups = 1 } = {}) {
  const { [`${name}/weight`]: weight, [`${name}/bias`]: bias } = parameters;
  const [padding] = weight.shape.slice(2).map((size) => (size - 1) / 2);
  const around = [padding, padding];
  const result = lax.convGeneralDilated(x, weight, [stride, stride], [around, around], { featureGroupCount: groups });
  return bias ? result.add(bias.reshape([-1, 1, 1])) : result;
}

/** With the mean and variance of every channel over the batch. */
function norm(parameters, name, x) {
  const centred = x.ref.sub(np.mean(x, [0, 2, 3], { keepdims: true }));
  const variance = np.mean(np.square(centred.ref), [0, 2, 3], { keepdims: true });
  const along = (values) => values.reshape([1, -1, 1, 1]);
  const normal = centred.div(np.sqrt(variance.add(1e-5)));
  return normal.mul(along(parameters[`${name}/scale`])).add(along(parameters[`${name}/shift`]));
}
