// Texts as the ids of a tokenizer.json.
// npm install @huggingface/tokenizers
import { Tokenizer } from '@huggingface/tokenizers';

const PADDINGS = ['[PAD]', '<pad>', '<|padding|>'];
const known = new Map();

/** Every id of a text. */
export const idsOf = (text, json, config = {}) => tokenizerOf(json, config).ids(text);

/** `ids` int32 [length] and `count`, how many of them are the text's. What stands behind every text, such as [SEP], is kept. */
export function paddedIds(text, length, json, config = {}) {
  const { ids, filler } = tokenizerOf(json, config);
  const ending = sharedEnd(ids(''), ids('a'));
  const all = ids(text);
  const kept = all.length <= length ? all : [...all.slice(0, length - ending), ...all.slice(all.length - ending)];
  const data = new Int32Array(length).fill(filler);
  data.set(kept.slice(0, length));
  return { ids: data, count: Int32Array.of(Math.min(kept.length, length)) };
}

/** A large vocabulary takes a moment: it is read once. */
function tokenizerOf(json, config) {
  if (!known.has(json)) known.set(json, read(json, config));
  return known.get(json);
}

function read(json, config) {
  const own = new Tokenizer(json, config);
  const unknown = typeof json.model.unk_token === 'string' ? [own.token_to_id(json.model.unk_token) ?? []].flat() : [];
  const said = typeof config.pad_token === 'object' ? config.pad_token?.content : config.pad_token;
  const named = (said === undefined ? PADDINGS : [said]).flatMap((token) => own.token_to_id(token) ?? []);
  const stated = said === undefined ? json.padding?.pad_id : undefined;
  return { ids: (text) => own.encode(text).ids.flatMap((id) => id ?? unknown), filler: stated ?? named[0] ?? 0 };
}

/** How many ids two texts have in common at their ends. */
function sharedEnd(a, b) {
  let count = 0;
  while (count < Math.min(a.length, b.length) && a.at(-1 - count) === b.at(-1 - count)) count++;
  return count;
}
