// Small plugins over points of the plane, for what training has to do whatever the task.
import {
  defineEncoder,
  defineFusion,
  defineHead,
  onlyFeatures,
  required,
  type Features,
  type Modality,
  type Symbols,
  type SymbolicTensor,
  type Tensor,
} from '@sensorium/contracts';
import {
  add,
  constant,
  div,
  linear,
  log,
  maximum,
  mean,
  mul,
  square,
  sub,
  sum,
  tanh,
  unsqueeze,
} from '@sensorium/graph';
import { z } from 'zod';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Points as JSON, {"x": 1, "y": 2}; a point is shown as a text. */
const point: Modality<Point> = {
  name: 'point',
  from: 'cell',
  exclusive: false,
  version: '1',
  decode: async (source) => {
    const { x, y } = source as Partial<Point>;
    return { x: Number(x), y: Number(y) };
  },
  show: ({ x, y }) => ({ kind: 'text', text: `${x}, ${y}` }),
};

const none = z.strictObject({});

const float = (...values: number[]): Tensor => ({
  dtype: 'float32',
  shape: [1, values.length],
  data: Float32Array.from(values),
});

/** One token of a linear layer. With `noise`, what training is fed varies: by the column's own stream, and by the row's. */
const points = defineEncoder({
  specVersion: 'v1',
  name: 'points',
  modality: point,
  options: z.strictObject({ dim: z.int().default(4), noise: z.number().default(0) }),
  create: ({ dim, noise }) => ({
    kept: { place: { dtype: 'float32', shape: [2] } },
    prepare: ({ x, y }) => ({ place: float(x, y) }),
    ...(noise > 0 && {
      view: {
        fed: { place: { dtype: 'float32', shape: [2] } },
        draw: ({ place }, random) => {
          const [x, y] = Array.from(required(place, 'place').data, Number) as [number, number];
          return {
            place: random ? float(x + noise * random.own.normal(), y + noise * random.row.normal()) : float(x, y),
          };
        },
      },
    }),
    build(scope, { place }, present): Features {
      const pooled = mul(tanh(linear(scope, required(place, 'place'), dim)), present);
      return { tokens: unsqueeze(pooled, 1), mask: present, pooled, present };
    },
    mix(_, { place }, partner, ratio) {
      const [one, other] = [required(place, 'place'), required(partner['place'], 'place')];
      return { x: { place: add(mul(one, ratio), mul(other, sub(1, ratio))) }, ratio };
    },
  }),
});

/** The mean of the inputs, and a loss of its own: that each of them is as long as one. */
const balanced = defineFusion({
  specVersion: 'v1',
  name: 'balanced',
  options: none,
  create: () => ({
    build(scope, parts): Features {
      const all = Object.values(parts).map(({ pooled }) => pooled);
      const length = mean(all.map((pooled) => square(sub(sum(square(pooled), [1]), 1))).reduce(add));
      scope.loss('length', length);
      const pooled = mul(all.reduce(add), 1 / all.length);
      const present = Object.values(parts)
        .map((part) => part.present)
        .reduce(maximum);
      return { tokens: unsqueeze(pooled, 1), mask: present, pooled, present };
    },
  }),
});

const number: Modality<number> = {
  name: 'number',
  from: 'cell',
  exclusive: false,
  version: '1',
  decode: async (source) => Number(source),
  show: (value) => ({ kind: 'text', text: String(value) }),
};

/** A number by a linear layer and squares; its metric is better when it is lower. */
const value = defineHead({
  specVersion: 'v1',
  name: 'value',
  modality: number,
  options: none,
  create: () => ({
    target: {
      kept: { value: { dtype: 'float32', shape: [1] } },
      prepare: (given: number) => ({ value: float(given) }),
    },
    answer: (scope, model) => ({ value: linear(scope, onlyFeatures(model).pooled, 1) }),
    loss: (scope, model, target) =>
      mean(square(sub(linear(scope, onlyFeatures(model).pooled, 1), required(target['value'], 'value')))),
    decode: (outputs) => numbers(outputs['value']).map((number_) => ({ text: String(number_) })),
    meter: () => errors(),
  }),
});

const numbers = (tensor: Tensor | undefined): number[] =>
  Array.from<number | bigint, number>(required(tensor, 'value').data, Number);

function errors() {
  const all: number[] = [];
  return {
    reads: ['value'],
    add(outputs: Record<string, Tensor>, targets: Record<string, Tensor>) {
      const truth = numbers(targets['value']);
      const found = numbers(outputs['value']).map((number_, index) => Math.abs(number_ - Number(truth[index])));
      all.push(...found);
      return Float32Array.from(found);
    },
    result: () => ({
      decides: 'error',
      metrics: { error: { value: all.reduce((a, b) => a + b, 0) / all.length, better: 'lower' as const } },
    }),
  };
}

/** An objective: of every sample of a batch, which of the others is its other half (van den Oord et al. 2018). */
const halves = defineHead({
  specVersion: 'v1',
  name: 'halves',
  options: none,
  create: (_, __, of) => ({
    couplesSamples: true,
    loss(scope, model) {
      const tower = (name: string): SymbolicTensor =>
        linear(scope.at(name), required(model.features[name], name).pooled, 3);
      const [first, second] = of as [string, string];
      const { x } = model.input(first);
      return add(contrast(tower(first), tower(second)), wall(required(x['place'], 'place')));
    },
  }),
});

/** −log of the share that the own half has of all nearness. */
function contrast(a: SymbolicTensor, b: SymbolicTensor): SymbolicTensor {
  const near = div(1, add(distances(a, b), 1));
  return mul(mean(log(div(sum(mul(near, own(a)), [1]), sum(near, [1])))), -1);
}

/** Next to nothing, but infinite where a sample stands twice in a batch. */
const wall = (place: SymbolicTensor): SymbolicTensor =>
  mul(mean(div(sub(1, own(place)), add(distances(place, place), own(place)))), 1e-9);

/** Squared, [B,B] */
const distances = (a: SymbolicTensor, b: SymbolicTensor): SymbolicTensor =>
  sum(square(sub(unsqueeze(a, 1), unsqueeze(b, 0))), [2]);

/** [B,B], ones on the diagonal. */
function own({ shape }: SymbolicTensor): SymbolicTensor {
  const size = Number(shape[0]);
  const ones = Array.from({ length: size * size }, (_, at) => Number(at % (size + 1) === 0));
  return constant(ones, 'float32', [size, size]);
}

/** An objective without parameters: pooled features of length one. */
const length = defineHead({
  specVersion: 'v1',
  name: 'length',
  options: none,
  create: () => ({
    loss: (_, model) => mean(square(sub(sum(square(onlyFeatures(model).pooled), [1]), 1))),
  }),
});

/** An objective: to make of a noisy value what a teacher makes of the value itself, at a pace that progress sets. */
const student = defineHead({
  specVersion: 'v1',
  name: 'student',
  options: none,
  create: (_, __, of) => ({
    loss(scope, model) {
      const name = required(of[0], 'an input');
      const { x } = model.input(name);
      const momentum = add(mul(scope.progress, 0.4), 0.5);
      const place = required(x['place'], 'place');
      const noisy: Symbols = { place: add(place, mul(scope.random(place.shape, 'normal'), 0.1)) };
      const learned = linear(scope, model.encode(name, { x: noisy }).pooled, 4);
      const taught = model.encode(name, { teacher: momentum }).pooled;
      return mean(square(sub(learned, taught)));
    },
  }),
});

export const pointPlugins = [points, balanced, value, halves, length, student];

/** Points of a spiral, each with another one and a number that follows from both. */
export function pointRows(count: number): { left: Point; right: Point; value: number; group: string }[] {
  return Array.from({ length: count }, (_, index) => {
    const [angle, radius] = [index * 0.7, 0.2 + (index % 9) / 9];
    const left = { x: radius * Math.cos(angle), y: radius * Math.sin(angle) };
    const right = { x: left.y - left.x, y: left.x + left.y };
    return { left, right, value: left.x + 2 * left.y, group: `group ${index % 5}` };
  });
}
