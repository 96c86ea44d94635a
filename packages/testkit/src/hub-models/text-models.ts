import { add, cast, cumsum, embedding, input, layerNorm, lookup, mul, normal } from '@sensorium/graph';
import { blocks, type Depth } from './blocks.js';
import { fileOf, json } from './file-of.js';

/** The special tokens of BERT, by their ids, then words and pieces. */
const vocabulary = [
  '[PAD]',
  '[UNK]',
  '[CLS]',
  '[SEP]',
  ...['a', 'red', 'blue', 'circle', 'square', 'the', 'is', 'what', '?', '!', ',', 'cafe', 'star', '##s', '##fish', '3'],
] as const;

/** A tokenizer.json as BERT has it (Devlin et al. 2019): WordPiece over lower-case words. */
const bertTokenizer = {
  version: '1.0',
  truncation: null,
  padding: null,
  added_tokens: vocabulary.slice(0, 4).map((content, id) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  })),
  normalizer: {
    type: 'BertNormalizer',
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
    lowercase: true,
  },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: {
    type: 'TemplateProcessing',
    single: [
      { SpecialToken: { id: '[CLS]', type_id: 0 } },
      { Sequence: { id: 'A', type_id: 0 } },
      { SpecialToken: { id: '[SEP]', type_id: 0 } },
    ],
    pair: [
      { SpecialToken: { id: '[CLS]', type_id: 0 } },
      { Sequence: { id: 'A', type_id: 0 } },
      { SpecialToken: { id: '[SEP]', type_id: 0 } },
      { Sequence: { id: 'B', type_id: 1 } },
      { SpecialToken: { id: '[SEP]', type_id: 1 } },
    ],
    special_tokens: {
      '[CLS]': { id: '[CLS]', ids: [2], tokens: ['[CLS]'] },
      '[SEP]': { id: '[SEP]', ids: [3], tokens: ['[SEP]'] },
    },
  },
  decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
  model: {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: Object.fromEntries(vocabulary.map((word, id) => [word, id])),
  },
};

const tokenizerFiles = (maxTokens: number): [string, Uint8Array][] => [
  ['tokenizer.json', json(bertTokenizer)],
  [
    'tokenizer_config.json',
    json({ tokenizer_class: 'BertTokenizer', model_max_length: maxTokens, pad_token: '[PAD]', do_lower_case: true }),
  ],
];

export interface TextModel extends Depth {
  /** Places for which it has positions. */
  readonly maxTokens: number;
}

/** A model of BERT's layout and kind, with random weights: the files of its folder. */
export function bertModel({ maxTokens, ...depth }: TextModel): Map<string, Uint8Array> {
  const { dim, layers, heads } = depth;
  const shape = ['batch_size', 'sequence_length'];
  const inputs = {
    ids: input('input_ids', 'int64', shape),
    mask: input('attention_mask', 'int64', shape),
    types: input('token_type_ids', 'int64', shape),
  };
  const model = fileOf(inputs, (scope, { ids, mask, types }) => {
    const place = cumsum(add(mul(ids, 0), 1), 1, { exclusive: true });
    const words = embedding(scope.at('words'), ids, vocabulary.length, dim);
    const places = lookup(scope.parameter('positions', [maxTokens, dim], normal(0.3)), place);
    const kinds = lookup(scope.parameter('types', [2, dim], normal(0.3)), types);
    const x = layerNorm(scope.at('embedding'), add(add(words, places), kinds));
    return { last_hidden_state: blocks(scope, x, depth, cast(mask, 'float32')) };
  });
  const config = {
    architectures: ['BertModel'],
    model_type: 'bert',
    hidden_size: dim,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    max_position_embeddings: maxTokens,
    type_vocab_size: 2,
    vocab_size: vocabulary.length,
    pad_token_id: 0,
  };
  return new Map([['config.json', json(config)], ...tokenizerFiles(maxTokens), ['onnx/model.onnx', model]]);
}
