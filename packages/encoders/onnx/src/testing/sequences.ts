import type { PluginFiles, Shape, SymbolicTensor } from '@sensorium/contracts';
import * as g from '@sensorium/graph';
import type { OnnxOptions } from '../options.js';
import { fileWith } from './models.js';

const over = (
  name: string,
  dtype: 'float32' | 'int32',
  shape: Shape,
  build: (scope: g.RootScope, x: SymbolicTensor) => Record<string, SymbolicTensor>,
): Uint8Array => {
  const x = g.input(name, dtype, shape);
  return fileWith([x], (scope) => build(scope, x));
};

/** [B,8] → [B,5] */
const frames = over('samples', 'float32', ['n', 8], (scope, x) => ({ y: g.tanh(g.linear(scope.at('y'), x, 5)) }));

/** [B,16] → four frames of four samples, [B,1,4,3] */
const spectrum = over('samples', 'float32', ['n', 16], (scope, x) => ({
  mel: g.unsqueeze(g.linear(scope.at('mel'), g.reshape(x, ['n', 4, 4]), 3), 1),
}));

/** [B,2,3,1], of two frames → [B,1,1,4] */
const embedding = over('frames', 'float32', ['n', 2, 3, 1], (scope, x) => ({
  y: g.reshape(g.linear(scope.at('y'), g.reshape(x, ['n', 6]), 4), ['n', 1, 1, 4]),
}));

/** Half of the state, and what is new: [B,4] and [1,B,4] */
const memory = ((): Uint8Array => {
  const [x, state] = [g.input('samples', 'float32', ['n', 8]), g.input('state', 'float32', [1, 'n', 4])];
  const rate = g.input('rate', 'int64', []);
  return fileWith([x, state, rate], (scope) => {
    const next = g.add(g.mul(state, 0.5), g.unsqueeze(g.linear(scope.at('y'), x, 4), 0));
    const y = g.div(g.squeeze(next, 0), g.cast(rate, 'float32'));
    return { next, y };
  });
})();

/** [1,8] as two rows, and their mean [1,4]: samples of a batch would be mixed. */
const mixing = over('samples', 'float32', [1, 8], (scope, x) => ({
  y: g.mean(g.linear(scope.at('y'), g.reshape(x, [2, 4]), 4), [0], { keep: true }),
}));

const whole = (name: string): SymbolicTensor => g.input(name, 'int64', ['n', 't']);

/** Ids and a mask [B,T] → [B,T,4], 0 where the mask is. */
const words = ((): Uint8Array => {
  const [ids, mask, types] = [whole('input_ids'), whole('attention_mask'), whole('token_type_ids')];
  return fileWith([ids, mask, types], (scope) => {
    const table = (name: string) => scope.parameter(name, [6, 4], g.normal(1));
    const sum = g.add(g.lookup(table('words'), ids), g.lookup(table('types'), types));
    return { hidden: g.mul(sum, g.unsqueeze(g.cast(mask, 'float32'), 2)) };
  });
})();

/** int32 [B,12] → [B,5] */
const bytes = over('bytes', 'int32', ['n', 12], (scope, x) => ({
  y: g.tanh(g.linear(scope.at('y'), g.mul(g.cast(x, 'float32'), 1 / 256), 5)),
}));

/** Channels before rows: [B,2,3] → [B,4] */
const rows = over('x', 'float32', ['n', 2, 3], (scope, x) => ({ y: g.linear(scope.at('y'), g.flatten(x), 4) }));

/** Two columns, each [B,1], as an export of a pipeline of scikit-learn has them → [B,3] */
const columns = ((): Uint8Array => {
  const inputs = ['age', 'city'].map((name) => g.input(name, 'float32', ['n', 1]));
  return fileWith(inputs, (scope) => ({ y: g.linear(scope.at('y'), g.concat(inputs), 3) }));
})();

/** [B,3] → [B,3] */
const together = over('row', 'float32', ['n', 3], (scope, x) => ({ y: g.linear(scope.at('y'), x, 3) }));

/** Words by spaces, in lower case, [CLS] before them and [SEP] behind. */
export const tokenizer: NonNullable<OnnxOptions['tokenizerJson']> = {
  version: '1.0',
  truncation: null,
  padding: null,
  added_tokens: ['[PAD]', '[CLS]', '[SEP]'].map((content, id) => ({ id, content, special: true })),
  normalizer: { type: 'Lowercase' },
  pre_tokenizer: { type: 'Whitespace' },
  post_processor: {
    type: 'TemplateProcessing',
    single: [
      { SpecialToken: { id: '[CLS]', type_id: 0 } },
      { Sequence: { id: 'A', type_id: 0 } },
      { SpecialToken: { id: '[SEP]', type_id: 0 } },
    ],
    pair: [],
    special_tokens: {
      '[CLS]': { id: '[CLS]', ids: [1], tokens: ['[CLS]'] },
      '[SEP]': { id: '[SEP]', ids: [2], tokens: ['[SEP]'] },
    },
  },
  decoder: null,
  model: {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: { '[PAD]': 0, '[CLS]': 1, '[SEP]': 2, '[UNK]': 3, red: 4, circle: 5 },
  },
};

export const sequenceFiles: PluginFiles = new Map([
  ['frames.onnx', frames],
  ['spectrum.onnx', spectrum],
  ['embedding.onnx', embedding],
  ['memory.onnx', memory],
  ['mixing.onnx', mixing],
  ['words.onnx', words],
  ['bytes.onnx', bytes],
  ['rows.onnx', rows],
  ['columns.onnx', columns],
  ['together.onnx', together],
  ['tokenizer.json', new TextEncoder().encode(JSON.stringify(tokenizer))],
  ['no-tokenizer.json', new TextEncoder().encode('{"model": 3}')],
]);
