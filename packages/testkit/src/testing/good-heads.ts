import {
  defineHead,
  onlyFeatures,
  required,
  SensoriumError,
  type Features,
  type Meter,
  type Model,
  type Prediction,
  type Scope,
  type SymbolicTensor,
  type Tensor,
} from '@sensorium/contracts';
import {
  add,
  cast,
  concat,
  div,
  input,
  less,
  linear,
  logSoftmax,
  logSumExp,
  matmul,
  mean,
  mul,
  neg,
  oneHot,
  softmax,
  square,
  sub,
  sum,
  transpose,
} from '@sensorium/graph';
import { z } from 'zod';
import { goodModality } from './good-modality.js';
import { words } from './words.js';

const choiceOptions = z.strictObject({
  labels: z.array(z.string()).default(['no', 'yes', 'perhaps']).describe('the answers'),
});

export interface Choice extends Prediction {
  readonly label: string;
}

/** One of several labels. It has everything that a head with a target can have, and keeps all rules. */
export const goodHead = defineHead({
  specVersion: 'v1',
  name: 'choice',
  modality: words,
  options: choiceOptions,
  create: ({ labels }) => ({
    target: {
      kept: { id: { dtype: 'int64', shape: [] } },
      prepare: ({ text }) => ({
        id: { dtype: 'int64', shape: [1], data: BigInt64Array.of(BigInt(idOf(text, labels))) },
      }),
    },
    answer: (scope, model) => ({ scores: softmax(logits(scope, model, labels)) }),
    loss: (scope, model, { id }) =>
      neg(mean(sum(mul(logSoftmax(logits(scope, model, labels)), oneHot(required(id, 'id'), labels.length)), [1]))),
    graphs: {
      distance(scope, model) {
        const scores = softmax(logits(scope, model, labels));
        const other = input('other', 'float32', scores.shape);
        return { distance: sum(square(sub(scores, other)), [1]) };
      },
    },
    decode: ({ scores }) =>
      rowsOf(required(scores, 'scores')).map((row): Choice => {
        const label = required(labels[bestOf(row)], 'a label');
        const media = { modality: goodModality, value: { rows: [row] } };
        return { text: label, confidence: required(row[bestOf(row)], 'a score'), label, media };
      }),
    meter: () => choiceMeter(labels),
  }),
});
export type HeadUnderTest = typeof goodHead;

function idOf(text: string, labels: readonly string[]): number {
  if (labels.includes(text)) return labels.indexOf(text);
  throw new SensoriumError({ code: 'SENSORIUM_UNSEEN_LABEL', message: `"${text}" is unknown` });
}

const logits = (scope: Scope, model: Model, labels: readonly string[]): SymbolicTensor =>
  linear(scope, onlyFeatures(model).pooled, labels.length);

function rowsOf({ data, shape: [, width = 1] }: Tensor): number[][] {
  const all = Array.from(data, Number);
  return Array.from({ length: all.length / width }, (_, row) => all.slice(row * width, (row + 1) * width));
}

const bestOf = (row: readonly number[]): number => row.indexOf(Math.max(...row));

function choiceMeter(labels: readonly string[]): Meter {
  const counts = labels.map(() => labels.map(() => 0));
  const lost: number[] = [];
  return {
    reads: ['scores'],
    add({ scores }, { id }) {
      const rows = rowsOf(required(scores, 'scores'));
      const truths = Array.from(required(id, 'id').data, Number);
      const badness = rows.map((row, index) => 1 - required(row[required(truths[index], 'a truth')], 'a score'));
      rows.forEach((row, index) => countAt(counts, required(truths[index], 'a truth'), bestOf(row)));
      lost.push(...badness);
      return Float32Array.from(badness);
    },
    details: ({ scores }, { id }) =>
      rowsOf(required(scores, 'scores')).map((row, index) => {
        const truth = required(required(id, 'id').data[index], 'a truth');
        const confidence = required(row[Number(truth)], 'a score');
        return [{ title: 'right', text: required(labels[Number(truth)], 'a label'), confidence }];
      }),
    result() {
      const right = counts.map((row, label) => required(row[label], 'a count')).reduce((a, b) => a + b, 0);
      const loss = lost.reduce((a, b) => a + b, 0) / lost.length;
      return {
        decides: 'right',
        metrics: {
          right: {
            value: right / lost.length,
            interval: { low: 0, high: 1, level: 0.95 },
            baseline: { value: 1 / labels.length, title: 'by chance' },
            better: 'higher',
            unit: '%',
          },
          lost: { value: loss, better: 'lower' },
        },
        panels: [
          { kind: 'matrix', title: 'labels', rows: labels, columns: labels, counts },
          { kind: 'bars', title: 'answers', bars: { right, wrong: lost.length - right } },
          {
            kind: 'bins',
            title: 'sure',
            x: 'lost',
            y: 'right',
            bins: [{ from: 0, to: 1, at: loss, value: right / lost.length, count: lost.length }],
          },
          { kind: 'table', title: 'numbers', columns: ['what', 'how much'], rows: [['lost', loss]] },
          { kind: 'points', title: 'lost', x: 'sample', y: 'lost', at: lost.map((one, index) => [index, one]) },
          { kind: 'curve', title: 'zero', x: 'x', y: 'y', lines: { zero: [[0, 0]] } },
          { kind: 'gallery', title: 'rows', items: [{ title: 'one', modality: goodModality, value: { rows: [[1]] } }] },
        ],
      };
    },
  };
}

function countAt(counts: number[][], truth: number, answer: number): void {
  const row = required(counts[truth], 'a row');
  row[answer] = required(row[answer], 'a count') + 1;
}

/**
 * What stands at hidden tokens, and which fused sample is whose, told by a teacher. It uses everything that a model offers to
 * an objective, and keeps all rules.
 */
export const goodObjective = defineHead({
  specVersion: 'v1',
  name: 'objective',
  options: z.strictObject({}),
  create: () => ({
    couplesSamples: true,
    loss(scope, model) {
      const seen = fusedOf(model, (name) => model.encode(name, { hidden: hiddenOf(scope.at(name), model, name) }));
      const known = fusedOf(model, (name) => model.encode(name, { teacher: MOMENTUM }), MOMENTUM);
      const predicted = linear(scope.at('predicted'), seen, 16);
      const all = logSumExp(matmul(predicted, transpose(known)), [1]);
      const contrast = mean(sub(all, sum(mul(predicted, known), [1])));
      return model.inputs.map((name) => contentLoss(scope.at(name, 'content'), model, name)).reduce(add, contrast);
    },
  }),
});

const MOMENTUM = 0.9;

const fusedOf = (model: Model, encode: (name: string) => Features, teacher?: number): SymbolicTensor =>
  model.fuse('fusion', Object.fromEntries(model.inputs.map((name) => [name, encode(name)])), { teacher }).pooled;

/** About half of the tokens that are there. */
const hiddenOf = (scope: Scope, model: Model, name: string): SymbolicTensor => {
  const { mask } = model.encode(name);
  return mul(cast(less(scope.random(mask.shape), 0.5), 'float32'), mask);
};

function contentLoss(scope: Scope, model: Model, name: string): SymbolicTensor {
  const { content } = model.input(name);
  const hidden = hiddenOf(scope, model, name);
  const { tokens } = model.encode(name, { hidden });
  const wanted = required(content, 'the content');
  const errors =
    'ids' in wanted
      ? neg(sum(mul(logSoftmax(linear(scope, tokens, wanted.count)), oneHot(wanted.ids, wanted.count)), [2]))
      : mean(square(sub(linear(scope, tokens, 16), wanted.values)), [2]);
  return mean(div(sum(mul(errors, hidden), [1]), 4));
}

/** Numbers that a seed chooses among those that fit. It keeps all rules. */
export const goodPainter = defineHead({
  specVersion: 'v1',
  name: 'painter',
  modality: words,
  options: z.strictObject({}),
  create: () => ({
    target: {
      kept: { length: { dtype: 'float32', shape: [1] } },
      prepare: ({ text }) => ({ length: { dtype: 'float32', shape: [1, 1], data: Float32Array.of(text.length) } }),
    },
    answer: (scope, model) => ({ length: painted(scope, model) }),
    loss: (scope, model, { length }) => mean(square(sub(painted(scope, model), required(length, 'length')))),
    decode: ({ length }) => Array.from(required(length, 'length').data, Number).map((value) => ({ text: `${value}` })),
  }),
});

function painted(scope: Scope, model: Model): SymbolicTensor {
  const { pooled } = onlyFeatures(model);
  const noise = scope.random([required(pooled.shape[0], 'the batch'), 2], 'normal');
  return linear(scope, concat([pooled, noise]), 1);
}
