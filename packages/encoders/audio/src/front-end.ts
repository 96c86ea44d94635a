import type { SymbolicTensor } from '@sensorium/contracts';
import {
  add,
  and,
  cast,
  constant,
  div,
  greaterOrEqual,
  knownSize,
  less,
  lessOrEqual,
  log,
  max,
  melSpectrogram,
  maximum,
  mul,
  or,
  pad,
  slice,
  sqrt,
  square,
  sub,
  sum,
  unsqueeze,
} from '@sensorium/graph';
import type { FrontEnd } from './presets.js';

/** Samples of windows. */
export interface Sound {
  /** [N,S], 0 where there is no sound. */
  readonly samples: SymbolicTensor;
  /** [N,2], float32: the first sample of the sound in its window, and the one behind its last. */
  readonly span: SymbolicTensor;
}

export interface Spectrogram {
  /** [N,bands,T] */
  readonly values: SymbolicTensor;
  /** [N,T], 1 where a frame is of the sound. */
  readonly mask: SymbolicTensor;
}

/** Samples → spectrograms, as nodes of the graph. */
export function spectrogram({ samples, span }: Sound, frontEnd: FrontEnd): Spectrogram {
  const { floor, padding } = frontEnd;
  const energies = maximum(wholeFrames(melSpectrogram(samples, frontEnd), samples, frontEnd), floor);
  const mask = framesOf(span, knownSize(energies.shape, 2), frontEnd);
  const logs = frontEnd.logarithm === 'natural' ? log(energies) : mul(log(energies), Math.LOG10E);
  const values = normalized(logs, unsqueeze(mask, 1), frontEnd);
  return { values, mask: padding > 0 ? pad(mask, 1, 0, padding) : mask };
}

/** Without the frame around the end of the samples, which the published input leaves out. */
const wholeFrames = (x: SymbolicTensor, samples: SymbolicTensor, { edges, hop }: FrontEnd): SymbolicTensor =>
  edges === 'within' ? x : slice(x, 2, 0, Math.floor(knownSize(samples.shape, 1) / hop));

/** Which frames are of the sound: those that lie within it, and its first one; or those whose middle does. [N,2] → [N,T] */
function framesOf(span: SymbolicTensor, count: number, { frame, hop, edges }: FrontEnd): SymbolicTensor {
  const starts = constant(
    Array.from({ length: count }, (_, index) => index * hop),
    'float32',
    [1, count],
  );
  const [first, end] = [slice(span, 1, 0, 1), slice(span, 1, 1, 2)];
  const begun = greaterOrEqual(starts, first);
  if (edges !== 'within') return cast(and(begun, less(starts, end)), 'float32');
  const isFirst = and(less(starts, add(first, hop)), less(starts, end));
  return cast(and(begun, or(isFirst, lessOrEqual(add(starts, frame), end))), 'float32');
}

/** [N,bands,T] with a mask [N,1,T] → the same, and zeros behind. */
function normalized(logs: SymbolicTensor, mask: SymbolicTensor, { range, moments, padding }: FrontEnd): SymbolicTensor {
  const x = range === undefined ? mul(logs, mask) : maximum(logs, sub(peakOf(logs, moments ? undefined : mask), range));
  if (!moments) return standardized(x, mask);
  const padded = padding > 0 ? pad(x, 2, 0, padding) : x;
  return div(sub(padded, moments.mean), moments.deviation);
}

/** Less than any logarithm of a power. */
const NEVER = 1000;

/** The highest value of every window; of what the mask keeps, where there is one. */
const peakOf = (logs: SymbolicTensor, mask: SymbolicTensor | undefined): SymbolicTensor =>
  max(mask ? sub(mul(add(logs, NEVER), mask), NEVER) : logs, [1, 2], { keep: true });

/** Mean 0 and deviation 1 over what the mask keeps, and zeros elsewhere. */
function standardized(x: SymbolicTensor, mask: SymbolicTensor): SymbolicTensor {
  const count = maximum(mul(sum(mask, [1, 2], { keep: true }), knownSize(x.shape, 1)), 1);
  const mean = (values: SymbolicTensor): SymbolicTensor => div(sum(mul(values, mask), [1, 2], { keep: true }), count);
  const centred = mul(sub(x, mean(x)), mask);
  return div(centred, sqrt(add(mean(square(centred)), 1e-5)));
}
