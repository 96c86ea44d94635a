import { type Mixed, required, type SymbolicTensor, type Symbols } from '@sensorium/contracts';
import {
  add,
  div,
  flatten,
  greater,
  less,
  maximum,
  minimum,
  mul,
  slice,
  sqrt,
  square,
  sub,
  sum,
  where,
} from '@sensorium/graph';
import { concat, reshape } from '@sensorium/graph';

/** So that two silent sounds have a mean. */
const SILENCE = 1e-12;

/**
 * Between-class mixing of sounds (Tokozume, Ushiku, Harada 2018): (p·a + (1 − p)·b) / √(p² + (1 − p)²), with
 * p = r·β / (r·β + (1 − r)·α), so that of the heard loudness a share r is a's. α and β are the root mean squares of both sounds.
 */
export function mixSounds(x: Symbols, partner: Symbols, ratio: SymbolicTensor): Mixed {
  const [own, other] = [x, partner].map((fed) => ({
    samples: required(fed['samples'], 'the input "samples"'),
    span: required(fed['span'], 'the input "span"'),
  })) as [Fed, Fed];
  const [alpha, beta] = [loudness(own), loudness(other)];
  const [a, b] = [mul(beta, ratio), mul(alpha, sub(1, ratio))];
  const share = div(add(a, mul(SILENCE, ratio)), add(add(a, b), SILENCE));
  const rest = sub(1, share);
  const sums = add(mul(own.samples, share), mul(other.samples, rest));
  const samples = div(sums, sqrt(add(square(share), square(rest))));
  return { x: { samples, span: joined(own.span, other.span, ratio) }, ratio };
}

interface Fed {
  /** [B,N,S] */
  readonly samples: SymbolicTensor;
  /** [B,N,2] */
  readonly span: SymbolicTensor;
}

/** The root mean square of the samples that are of a sound: [B,1,1]. */
function loudness({ samples, span }: Fed): SymbolicTensor {
  const squares = sum(flatten(square(samples), 1), [1], { keep: true });
  const lengths = sub(slice(span, 2, 1, 2), slice(span, 2, 0, 1));
  const count = maximum(sum(flatten(lengths, 1), [1], { keep: true }), 1);
  return reshape(sqrt(div(squares, count)), [...samples.shape.slice(0, 1), 1, 1]);
}

/** From the first sample of one to the last of the other; of one alone where the ratio leaves nothing of the other. */
function joined(own: SymbolicTensor, other: SymbolicTensor, ratio: SymbolicTensor): SymbolicTensor {
  const first = where(greater(ratio, 0), own, other);
  const second = where(less(ratio, 1), other, own);
  return concat(
    [minimum(slice(first, 2, 0, 1), slice(second, 2, 0, 1)), maximum(slice(first, 2, 1, 2), slice(second, 2, 1, 2))],
    2,
  );
}
