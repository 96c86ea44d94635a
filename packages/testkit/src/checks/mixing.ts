import { required, type Symbols, type Tensors } from '@sensorium/contracts';
import { constant, expand } from '@sensorium/graph';
import { formatShape, sameShape } from '@sensorium/tensors';
import { fedSpecs } from '../column.js';
import { differences } from '../compare.js';
import { BATCH, instantiate, sampleCount, type GraphModule } from '../graph/module.js';
import { withModule } from '../graph/open.js';
import type { Check } from '../problem.js';
import { below } from '../records.js';
import { encoderOf, type EncoderSubject } from '../subjects/encoder.js';
import { mixingModule, OWN, PARTNER, type Mixture } from '../subjects/mixing.js';
import { filled, numbersOf } from '../tensors.js';
import { notFinite } from './graph.js';

/** What encoders owe that mix samples. */
export const mixingChecks: readonly Check<EncoderSubject>[] = [
  { name: 'mixes into tensors that it can build, and learns nothing there', find: ifMixes(findUnfit) },
  { name: 'has the sample alone at a ratio of 1, and its partner at 0', find: ifMixes(findWrongEnds) },
  { name: 'says which share of a mixture is the sample', find: ifMixes(findWrongShares) },
];

function ifMixes(find: (subject: EncoderSubject) => Promise<string[]>): Check<EncoderSubject>['find'] {
  return async (subject) => (encoderOf(subject).mix ? find(subject) : []);
}

const SHARE = 'share';

const whatIsMixed = ({ mixed }: Mixture): Symbols => ({ ...mixed.x, [SHARE]: mixed.ratio });

const compute = (module: GraphModule): Promise<Tensors> =>
  withModule(module, (run) => run(), { batch: sampleCount(module), mode: 'training' });

async function findUnfit(subject: EncoderSubject): Promise<string[]> {
  const module = mixingModule(subject, 0.5, whatIsMixed);
  const { outputs, scope } = instantiate(module, BATCH, 'training');
  const learned = scope.parameters.map(({ name }) => `mix declares the parameter "${name}"`);
  const wrong = Object.entries(fedSpecs(encoderOf(subject))).flatMap(([name, { shape }]) => {
    const given = outputs[name];
    const expected = [BATCH, ...shape];
    if (given && sameShape(given.shape, expected)) return [];
    return [`"${name}" is mixed into ${given ? formatShape(given.shape) : 'nothing'}, not ${formatShape(expected)}`];
  });
  if (learned.length + wrong.length > 0) return [...learned, ...wrong];
  const built = mixingModule(subject, 0.5, ({ encoder, scope: own, mixed }) => {
    const like = required(Object.values(mixed.x)[0], 'a tensor of the mixture');
    const present = expand(constant([1], 'float32', [1, 1]), [...like.shape.slice(0, 1), 1], like);
    const { tokens, mask, pooled } = encoder.build(own, mixed.x, present);
    return { tokens, mask, pooled };
  });
  return notFinite(await compute(built), ' of a mixture');
}

async function findWrongEnds(subject: EncoderSubject): Promise<string[]> {
  const ends = [
    [1, OWN],
    [0, PARTNER],
  ] as const;
  const problems = ends.map(async ([ratio, whose]) => {
    const module = mixingModule(subject, ratio, whatIsMixed);
    const expected = { ...below(module.samples, whose), [SHARE]: filled([], () => ratio) };
    return differences(await compute(module), expected).map((problem) => `at a ratio of ${ratio}, ${problem}`);
  });
  return (await Promise.all(problems)).flat();
}

const RATIOS = [0.1, 0.5, 0.8];

async function findWrongShares(subject: EncoderSubject): Promise<string[]> {
  const problems = RATIOS.map(async (ratio) => {
    const { [SHARE]: share } = await compute(mixingModule(subject, ratio, whatIsMixed));
    const { shape, dtype } = required(share, SHARE);
    const [value] = numbersOf(required(share, SHARE));
    const isShare = dtype === 'float32' && shape.length === 0 && Number(value) >= 0 && Number(value) <= 1;
    return isShare ? [] : [`at a ratio of ${ratio} it is ${dtype} ${formatShape(shape)}, ${value}, not a scalar 0…1`];
  });
  return (await Promise.all(problems)).flat();
}
