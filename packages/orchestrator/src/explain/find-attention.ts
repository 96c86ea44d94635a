import { required, type SymbolicTensor } from '@sensorium/contracts';
import { dependenciesOf, nodesInOrder, valueOf, type Node, type Value } from '@sensorium/graph/transform';

/** softmax(q kᵀ) v, wherever in a graph it is: of our layers, of a plugin's own, of a file. */
export interface Attention {
  /** [..,T,S], for samples and heads before: how much each of T tokens looks at each of S. */
  readonly weights: Value;
  readonly query: Value;
  readonly key: Value;
}

/** Tokens in a row that are of one input; of none: the part's own, such as a learned summary. */
export interface Group {
  readonly input: string | null;
  readonly count: number;
}

/** All attention that a graph computes, in its order. */
export const findAttention = (outputs: readonly SymbolicTensor[]): Attention[] =>
  nodesInOrder(outputs.map(valueOf)).flatMap((node) => attentionAt(node) ?? []);

function attentionAt({ definition: { type }, inputs: [weights] }: Node): Attention | undefined {
  if (type !== 'MatMul' || !weights || weights.shape.length < 3) return undefined;
  const softmax = firstBehind(weights, 'Softmax', ['Identity', 'Mul', 'Reshape']);
  const scores = softmax?.inputs[0];
  const product = scores && firstBehind(scores, 'MatMul', ['Add', 'Div', 'Identity', 'Mul', 'Reshape', 'Sub', 'Where']);
  const [query, key] = product?.inputs ?? [];
  return query && key ? { weights, query, key } : undefined;
}

/** The node of a type that made a value, behind nodes that change its numbers or its form alone. */
function firstBehind(value: Value, type: string, through: readonly string[]): Node | undefined {
  const { source } = value;
  if (source.kind !== 'node') return undefined;
  const { node } = source;
  if (node.definition.type === type) return node;
  if (!through.includes(node.definition.type)) return undefined;
  const next = node.inputs[node.definition.type === 'Where' ? 1 : 0];
  return next ? firstBehind(next, type, through) : undefined;
}

/** What is known of tokens: those of inputs, and which fed tensors are an input's. */
export interface Known {
  readonly tokens: ReadonlyMap<Value, string>;
  readonly inputOf: (fed: string) => string | undefined;
}

/**
 * Whose tokens a sequence of so many is made of: it is followed back, by what each node reads first, to the tokens of an input, or to
 * where tokens were put one after the other. What comes of one input alone is that input's.
 */
export function groupsOf(value: Value, count: number, known: Known): Group[] {
  const found = search(value, (one) => {
    const input = one.shape[1] === count ? known.tokens.get(one) : undefined;
    if (input !== undefined) return [{ input, count }];
    const parts = partsOf(one, count);
    return parts?.flatMap((part) => groupsOf(part, Number(part.shape[1]), known));
  });
  return found ?? [{ input: onlyInput(value, known), count }];
}

/** What was put together to so many tokens [B,T,D]. */
function partsOf({ source, shape }: Value, count: number): Value[] | undefined {
  if (source.kind !== 'node' || shape.length !== 3 || shape[1] !== count) return undefined;
  const { definition, attributes, inputs } = source.node;
  if (definition.type !== 'Concat' || attributes['axis'] !== 1) return undefined;
  return inputs.map((part) => required(part ?? undefined, 'a part of a concatenation'));
}

/** The first that is found on the way back: by what nodes read first, or else the nearest. */
function search<T>(value: Value, find: (value: Value) => T | undefined, { nearest = false } = {}): T | undefined {
  const seen = new Set<Value>();
  const open = [value];
  const take = (): Value | undefined => (nearest ? open.shift() : open.pop());
  for (let next = take(); next; next = take()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const found = find(next);
    if (found !== undefined) return found;
    const read = next.source.kind === 'node' ? dependenciesOf(next.source.node) : [];
    open.push(...(nearest ? read : read.reverse()));
  }
  return undefined;
}

function onlyInput(value: Value, { inputOf }: Known): string | null {
  const names = new Set<string>();
  search(value, ({ source }) => {
    const input = source.kind === 'input' ? inputOf(source.name) : undefined;
    if (input !== undefined) names.add(input);
    return undefined;
  });
  const [first, ...others] = names;
  return first !== undefined && others.length === 0 ? first : null;
}

/** The name of the parameter that is nearest behind a value: `fusion/block0/attention/query/weight`. */
export const nearestParameter = (value: Value): string | undefined =>
  search(value, ({ source }) => (source.kind === 'parameter' ? source.name : undefined), { nearest: true });
