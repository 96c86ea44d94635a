import { defineFusion, type Features, type Scope, type SymbolicTensor } from '@sensorium/contracts';
import {
  add,
  anyPresent,
  concat,
  linear,
  mlp,
  mul,
  project,
  standardize,
  tanh,
  unsqueeze,
  zeros,
} from '@sensorium/graph';
import { z } from 'zod';

const options = z.strictObject({
  dim: z.int().positive().default(128).describe('width of each input’s projection, and of the result'),
  hidden: z.int().positive().default(256).describe('hidden width of the network behind the gates'),
  dropout: z.number().min(0).max(0.9).default(0).describe('share of values dropped in training'),
});

/** An input [B,dim], 0 where it is missing. */
interface Stream {
  readonly name: string;
  readonly vector: SymbolicTensor;
  readonly present: SymbolicTensor;
}

/**
 * Gated fusion: each input hears the others through a gate that begins closed, so that training starts from what each says alone
 * (the tanh gates from zero of Flamingo, Alayrac et al. 2022, between vectors, as Ludwig has them).
 *
 *   p_i = norm(pooled_i) P_i + c_i,   q_i = p_i + tanh(g_i) ⊙ ([p_j for every other input j] W_i + b_i),   g_i = 0 at first
 *   pooled = norm(MLP([q_i; present_i for every input i]))
 *
 * norm(v) = (v − mean(v)) / deviation(v); g_i has a value for each feature. A missing input is zeros, to others and as q_i. The
 * tokens [B,M,dim] are the q_i of the M inputs.
 */
export const gated = defineFusion({
  specVersion: 'v1',
  name: 'gated',
  options,
  create: ({ dim, hidden, dropout }) => ({
    build(scope, parts): Features {
      const streams = Object.entries(parts).map(([name, part]) => ({
        name,
        vector: project(scope.at(name, 'project'), part, dim),
        present: part.present,
      }));
      const heard = streams.map((stream) => hearing(scope.at(stream.name), stream, streams, dim));
      const mask = concat(streams.map(({ present }) => present));
      const pooled = standardize(mlp(scope, concat([...heard, mask]), hidden, dim, { dropout }));
      const tokens = concat(
        heard.map((vector) => unsqueeze(vector, 1)),
        1,
      );
      return { tokens, mask, pooled, present: anyPresent(parts) };
    },
  }),
});

/** An input with what it hears of the others [B,dim]; where there are none, itself. */
function hearing(scope: Scope, own: Stream, all: readonly Stream[], dim: number): SymbolicTensor {
  const others = all.filter((stream) => stream !== own).map(({ vector }) => vector);
  if (others.length === 0) return own.vector;
  const gate = tanh(scope.parameter('gate', [dim], zeros));
  return add(own.vector, mul(mul(linear(scope.at('others'), concat(others), dim), gate), own.present));
}
