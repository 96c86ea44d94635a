import { required, SensoriumError, type SymbolicTensor, type Symbols } from '@sensorium/contracts';
import { cast, expand, greater, maximum, range, unsqueeze, zerosLike } from '@sensorium/graph';
import { createTokenizer, text as modality, type Tokenizer } from '@sensorium/modality-text';
import { z } from 'zod';
import type { Kind } from './kind.js';
import type { Config } from './model-files.js';
import type { Options } from './options.js';
import { reasonOf } from './place.js';
import { damaged, misfit } from './problem.js';

const record = z.record(z.string(), z.unknown());

/** Of tokenizer_config.json, what says how texts become tokens; chat templates and the like are left out. */
const tokenizerConfig = z.object({
  model_max_length: z.number().nullish(),
  pad_token: z.union([z.string(), z.object({ content: z.string() })]).nullish(),
  additional_special_tokens: z.array(z.unknown()).nullish(),
  clean_up_tokenization_spaces: z.boolean().nullish(),
  do_lowercase_and_remove_accent: z.boolean().nullish(),
  remove_space: z.boolean().nullish(),
});

/** Texts, as the ids of the model's own tokenizer: `input_ids`, `attention_mask`, `token_type_ids` [B,T]. */
export const text: Kind<string> = {
  modality,

  async learn(given, values, source) {
    const tokenizer = source.json('tokenizer.json', record);
    const own = source.json('tokenizer_config.json', tokenizerConfig);
    const learned = { tokenizer, tokenizerConfig: own };
    const { ids } = tokenizerOf({ ...given, ...learned });
    const most = Math.min(given.maxTokens, placesOf(given, own, source.config));
    let longest = Math.max(3, ids('').length + 1);
    for await (const value of values) longest = Math.max(longest, ids(value).length);
    return { ...learned, tokens: given.tokens ?? Math.min(longest, most) };
  },

  create(given) {
    const { model, tokens: length } = given;
    if (length === undefined || !given.tokenizer) {
      throw misfit(model, 'the tokenizer and the length of texts are not known', 'Training reads them.');
    }
    let own: Tokenizer | undefined;
    // A large vocabulary takes a moment, and a graph is built without it.
    const tokenizer = (): Tokenizer => (own ??= tokenizerOf(given));
    return {
      kept: { ids: { dtype: 'int32', shape: [length] }, count: { dtype: 'int32', shape: [] } },
      prepare(value) {
        const { ids, count } = tokenizer().padded(value, length);
        return {
          ids: { dtype: 'int32', shape: [1, length], data: ids },
          count: { dtype: 'int32', shape: [1], data: Int32Array.of(count) },
        };
      },
      notes(value) {
        const all = tokenizer().ids(value).length;
        return all > length ? [`cut to ${length} of ${all} tokens`] : [];
      },
      feed(x) {
        const input_ids = cast(required(x['ids'], 'the input "ids"'), 'int64');
        const places = unsqueeze(range(0, length), 0);
        const attention_mask = cast(greater(unsqueeze(cast(countOf(x), 'int64'), 1), places), 'int64');
        const position_ids = expand(places, input_ids.shape, input_ids);
        return { input_ids, attention_mask, token_type_ids: zerosLike(input_ids), position_ids };
      },
      tokensOf: (x) => cast(countOf(x), 'float32'),
    };
  },
};

/** A text that is missing is one of one token, so that attention looks at something. */
const countOf = ({ count }: Symbols): SymbolicTensor => maximum(required(count, 'the input "count"'), 1);

function tokenizerOf({ model, tokenizer, tokenizerConfig: config = {} }: Options): Tokenizer {
  const { pad_token: pad } = config as z.output<typeof tokenizerConfig>;
  try {
    return createTokenizer(required(tokenizer, 'the tokenizer'), config, typeof pad === 'string' ? pad : pad?.content);
  } catch (error) {
    throw SensoriumError.at(error, { file: model });
  }
}

const sizes = z.object({
  model_type: z.string(),
  max_position_embeddings: z.number().optional(),
  text_config: z.object({ max_position_embeddings: z.number().optional() }).optional(),
  pad_token_id: z.number().nullish(),
});

/** Positions of these begin behind that of padding. */
const OFFSET_TYPES = new Set(['roberta', 'xlm-roberta', 'camembert', 'mpnet', 'esm']);

/** Tokens of a text for which the model has positions. */
function placesOf({ model }: Options, own: z.output<typeof tokenizerConfig>, config: Config): number {
  const found = sizes.safeParse(config);
  if (!found.success) throw damaged(model, `its config.json cannot be used: ${reasonOf(found.error)}`);
  const { model_type: type, max_position_embeddings: all, text_config: inner, pad_token_id: padding } = found.data;
  const places = all ?? inner?.max_position_embeddings ?? Infinity;
  const offset = OFFSET_TYPES.has(type) ? (padding ?? 1) + 1 : 0;
  return Math.min(places - offset, own.model_max_length ?? Infinity);
}
