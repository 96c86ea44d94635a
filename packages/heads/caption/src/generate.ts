import { required, type DataType, type Scope, type SymbolicTensor, type Symbols } from '@sensorium/contracts';
import {
  and,
  argMax,
  cast,
  constant,
  equal,
  expand,
  input,
  loop,
  loopIndex,
  max,
  not,
  reshape,
  softmax,
  where,
} from '@sensorium/graph';
import { BOUNDARY } from './codec.js';
import { decode, type DecoderOptions, type Memory } from './decoder.js';
import { emptied, listed, paired } from './keys-and-values.js';

/**
 * A text for every sample: place by place the most probable id, until every text has ended.
 *
 * @returns `ids` int64 [B,T], with boundaries from the end on; `probabilities` float32 [B,T] of these ids, 0 after the end
 */
export function generate(scope: Scope, memory: Memory, options: DecoderOptions): Symbols {
  const { tokens } = options;
  const samples = required(memory.mask.shape[0], 'the axis of samples');
  const filled = (value: number, dtype: DataType, size: number): SymbolicTensor =>
    expand(constant([value], dtype, [1, 1]), [samples, size], memory.mask);
  const state = (name: string, initial: SymbolicTensor) => ({
    initial,
    current: input(name, initial.dtype, initial.shape),
  });
  const last = state('last', filled(BOUNDARY, 'int64', 1));
  const writing = state('writing', filled(1, 'bool', 1));
  const ids = state('ids', filled(BOUNDARY, 'int64', tokens));
  const probabilities = state('probabilities', filled(0, 'float32', tokens));
  const cache = listed(emptied(memory.layers, tokens)).map((empty) => state('cache', empty));

  const index = loopIndex();
  const positions = reshape(index, [1, 1]);
  const before = paired(cache.map(({ current }) => current));
  const step = decode(scope, { ids: last.current, positions, memory, cache: before }, options);
  const likely = softmax(step.logits);
  const next = where(writing.current, argMax(likely), BOUNDARY);
  const probability = where(writing.current, max(likely, [2]), 0);
  const goesOn = and(writing.current, not(equal(next, BOUNDARY)));

  const places = Array.from({ length: tokens }, (_, place) => place);
  const here = equal(constant(places, 'int64', [1, tokens]), positions);
  const after = listed(step.cache);
  const { final } = loop({
    count: constant(tokens, 'int64'),
    steps: 'steps',
    index,
    carried: [
      { ...ids, next: where(here, next, ids.current) },
      { ...probabilities, next: where(here, probability, probabilities.current) },
      { ...last, next },
      { ...writing, next: goesOn },
      ...cache.map((one, index) => ({ ...one, next: required(after[index], 'the next cache') })),
    ],
    collected: [],
    until: equal(max(cast(goesOn, 'int64')), 0),
  });
  return { ids: required(final[0], 'the ids'), probabilities: required(final[1], 'their probabilities') };
}
