import * as library from '@huggingface/tokenizers';
import { exampleBeside, SensoriumError } from '@sensorium/contracts';

interface LibraryTokenizer {
  encode(text: string): { readonly ids: readonly (number | undefined)[] };
  token_to_id(token: string): number | undefined;
  id_to_token(id: number): string | undefined;
  get_vocab(): ReadonlyMap<string, number>;
}

// Its declarations name files without their endings, which resolution as in Node does not find.
const { Tokenizer: LibraryTokenizer } = library as unknown as {
  readonly Tokenizer: new (tokenizer: object, config: object) => LibraryTokenizer;
};

/** The ids of a text, padded to a length. */
export interface PaddedIds {
  readonly ids: Int32Array<ArrayBuffer>;
  /** How many of them are the text's. */
  readonly count: number;
}

/** Texts as ids, by a file tokenizer.json. */
export interface Tokenizer {
  /** Ids are below it. */
  readonly size: number;
  readonly ids: (text: string) => number[];
  /** Exactly `length` ids. Of a text that is too long, what stands behind every text, such as [SEP], is kept. */
  readonly padded: (text: string, length: number) => PaddedIds;
  /** As the file writes the token; undefined for an id that it does not have. */
  readonly token: (id: number) => string | undefined;
  /** Undefined for a token that the file does not have. */
  readonly id: (token: string) => number | undefined;
}

/** `idsOf(text, json, config)` and `paddedIds(text, length, json, config)`, for examples of encoders that read a tokenizer.json. */
export const tokenIdsExample = exampleBeside(import.meta.url, 'token-ids');

/** As files call the token that fills texts up. */
const PADDINGS = ['[PAD]', '<pad>', '<|padding|>'];

/**
 * Reads the content of a tokenizer.json, of byte pairs, word pieces, unigrams or words.
 *
 * @param config of tokenizer_config.json, what there is
 * @param padding the token that fills texts up. Default: what the file says, or is usual; where it has none, the id 0
 *
 * Throws SENSORIUM_BAD_MODEL for what is no tokenizer.
 */
export function createTokenizer(json: object, config: object = {}, padding?: string): Tokenizer {
  const own = made(json, config);
  // The library gives no id for a word that a vocabulary of whole words lacks.
  const unknown = unknownOf(own, json);
  const ids = (text: string): number[] => own.encode(text).ids.flatMap((id) => id ?? unknown);
  const ending = sharedEnd(ids(''), ids('a'));
  const filler = paddingOf(own, json, padding);
  return {
    size: Math.max(-1, ...own.get_vocab().values()) + 1,
    ids,
    padded(text, length) {
      const all = ids(text);
      const kept = all.length <= length ? all : [...all.slice(0, length - ending), ...all.slice(all.length - ending)];
      const data = new Int32Array(length).fill(filler);
      data.set(kept.slice(0, length));
      return { ids: data, count: Math.min(kept.length, length) };
    },
    token: (id) => own.id_to_token(id),
    id: (token) => own.token_to_id(token),
  };
}

function made(json: object, config: object): LibraryTokenizer {
  try {
    const tokenizer = new LibraryTokenizer(json, config);
    tokenizer.encode('a');
    return tokenizer;
  } catch (cause) {
    throw new SensoriumError({
      code: 'SENSORIUM_BAD_MODEL',
      message: `this is no tokenizer.json that can be used: ${cause instanceof Error ? cause.message : String(cause)}`,
      hint: 'Give the file tokenizer.json that stands beside the model where it was published.',
      cause,
    });
  }
}

function unknownOf(tokenizer: LibraryTokenizer, json: object): number[] {
  const { model } = json as { readonly model: { readonly unk_token?: unknown } };
  const id = typeof model.unk_token === 'string' ? tokenizer.token_to_id(model.unk_token) : undefined;
  return id === undefined ? [] : [id];
}

function paddingOf(tokenizer: LibraryTokenizer, json: object, token: string | undefined): number {
  const { padding } = json as { readonly padding?: { readonly pad_id?: unknown } | null };
  if (token === undefined && typeof padding?.pad_id === 'number') return padding.pad_id;
  const names = token === undefined ? PADDINGS : [token];
  // Padding is masked: where there is no token for it, any will do.
  return names.flatMap((name) => tokenizer.token_to_id(name) ?? [])[0] ?? 0;
}

/** How many ids two texts have in common at their ends. */
function sharedEnd(a: readonly number[], b: readonly number[]): number {
  let count = 0;
  while (count < Math.min(a.length, b.length) && a.at(-1 - count) === b.at(-1 - count)) count++;
  return count;
}
