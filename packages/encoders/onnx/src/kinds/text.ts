import { required, SensoriumError, type SymbolicTensor } from '@sensorium/contracts';
import { cast, expand, less, range, unsqueeze, zerosLike } from '@sensorium/graph';
import { createTokenizer, text as modality, type Tokenizer } from '@sensorium/modality-text';
import type { Kind, Learning } from '../kind.js';
import { bytesOf } from '../model-file.js';
import type { OnnxOptions } from '../options.js';
import { misfit, notLearned, problem } from '../problem.js';

/** Attention takes time with the square of the length. */
const MOST_TOKENS = 512;

/** Texts, as the ids of a tokenizer file; `input_ids`, `attention_mask`, `token_type_ids` and `position_ids` [B,T]. */
export const text: Kind<string> = {
  modality,
  learn: learnText,
  create(given) {
    const { file, tokenizerJson, length } = given;
    if (!tokenizerJson || length === undefined) throw notLearned(file, 'the tokenizer and the length of texts are');
    let tokenizer: Tokenizer | undefined;
    // A large vocabulary takes a moment, and a graph is built without it.
    const read = (): Tokenizer => (tokenizer ??= tokenizerOf(given, tokenizerJson));
    return {
      kept: { ids: { dtype: 'int32', shape: [length] }, count: { dtype: 'int32', shape: [] } },
      prepare(value) {
        const { ids, count } = read().padded(value, length);
        return {
          ids: { dtype: 'int32', shape: [1, length], data: ids },
          count: { dtype: 'int32', shape: [1], data: Int32Array.of(count) },
        };
      },
      notes(value) {
        const { length: own } = read().ids(value);
        return own > length ? [`cut to ${length} of ${own} tokens`] : [];
      },
      flow({ ids, count }) {
        const input_ids = cast(required(ids, 'the input "ids"'), 'int64');
        const positions = unsqueeze(range(0, length), 0);
        const isToken = less(positions, unsqueeze(cast(required(count, 'the input "count"'), 'int64'), 1));
        return {
          values: {
            input_ids,
            attention_mask: cast(isToken, 'int64'),
            token_type_ids: zerosLike(input_ids),
            position_ids: expand(positions, input_ids.shape, input_ids),
          },
          places: Array.from({ length }, (_, index) => index + 0.5),
        };
      },
      length: ({ count }): SymbolicTensor => cast(required(count, 'the input "count"'), 'float32'),
    };
  },
};

type TokenizerJson = NonNullable<OnnxOptions['tokenizerJson']>;

function tokenizerOf({ tokenizer }: OnnxOptions, json: TokenizerJson): Tokenizer {
  try {
    return createTokenizer(json);
  } catch (error) {
    throw SensoriumError.is(error) && tokenizer !== undefined ? SensoriumError.at(error, { file: tokenizer }) : error;
  }
}

async function learnText({ given, values, files, input }: Learning<string>): Promise<Partial<OnnxOptions>> {
  const { file, tokenizer } = given;
  const read = tokenizer === undefined ? undefined : () => parsed(tokenizer, bytesOf(tokenizer, files));
  const tokenizerJson = given.tokenizerJson ?? read?.();
  if (!tokenizerJson) {
    throw misfit(
      file,
      'nothing says how a text becomes tokens',
      'Name the file tokenizer.json of the model in "tokenizer".',
    );
  }
  const own = tokenizerOf(given, tokenizerJson);
  const stated = input.shape?.[1];
  const length = given.length ?? (typeof stated === 'number' ? stated : await longest(values, own));
  const around = own.ids('').length;
  if (length > around) return { tokenizerJson, length };
  throw misfit(file, `${length} tokens are read, and ${around} stand around every text`, 'Make "length" larger.');
}

async function longest(values: AsyncIterable<string>, tokenizer: Tokenizer): Promise<number> {
  let most = tokenizer.ids('').length + 1;
  for await (const value of values) most = Math.max(most, tokenizer.ids(value).length);
  return Math.min(most, MOST_TOKENS);
}

function parsed(file: string, bytes: Uint8Array): TokenizerJson {
  try {
    const json: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as TokenizerJson;
    throw new Error('it is JSON, and no object');
  } catch (cause) {
    throw problem(
      'SENSORIUM_BAD_MODEL',
      file,
      `this is no tokenizer.json: ${(cause as Error).message}`,
      'Give the file tokenizer.json that stands beside the model where it was published.',
      cause,
    );
  }
}
