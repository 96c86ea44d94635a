import { required, type Features, type Symbols } from '@sensorium/contracts';
import { constantTensor, gradients, mul, sum } from '@sensorium/graph';
import { emptyTensor } from '@sensorium/tensors';
import { difference, EXACT } from '../compare.js';
import { sampleCount, type Instance } from '../graph/module.js';
import { withModule } from '../graph/open.js';
import { randomTensor } from '../graph/random.js';
import type { Check } from '../problem.js';
import { mapRecord } from '../records.js';
import { encoderModule, encoderOf, PRESENT, type EncoderSubject } from '../subjects/encoder.js';
import { filled, numbersOf, tensorOf } from '../tensors.js';
import type { ColumnSubject } from './column.js';
import { notFinite } from './graph.js';

export const encoderChecks: readonly Check<EncoderSubject>[] = [
  { name: 'passes on whether the input is there', find: findWrongPresence },
  { name: 'pools only the tokens that the mask keeps', find: findMaskedPooling },
  { name: 'is finite where the input is missing', find: findInfiniteWhenMissing },
];

export const encoderColumn = (subject: EncoderSubject): ColumnSubject => ({
  create: () => encoderOf(subject),
  createWithoutFiles: () => encoderOf({ ...subject, files: new Map() }),
  values: subject.values,
});

async function findWrongPresence(subject: EncoderSubject): Promise<string[]> {
  const module = encoderModule(subject);
  const given = filled([sampleCount(module), 1], (index) => index % 2);
  const { present } = await withModule(module, (run) => run({ with: { [PRESENT]: given } }));
  const problem = difference(required(present, PRESENT), given, EXACT);
  return problem ? [`\`present\` of the features is not what build was given: ${problem}`] : [];
}

/** A token counts for pooled if its gradient there is not 0, and neither is the token: `tokens · mask` adds nothing. */
async function findMaskedPooling(subject: EncoderSubject): Promise<string[]> {
  const module = encoderModule(subject);
  const found = await withModule(module, (run) => run(), { batch: sampleCount(module), outputs: pooling });
  const [slope, tokens, mask] = ['slope', 'tokens', 'mask'].map((name) => numbersOf(tensorOf(found, name)));
  const width = required(tensorOf(found, 'tokens').shape[2], 'the width of tokens');
  const reads = slope?.some((value, index) => value * Number(tokens?.[index]) && !mask?.[Math.floor(index / width)]);
  return reads ? ['pooled depends on tokens whose mask is 0'] : [];
}

/** What pooled takes of each token: the gradient of a weighted sum. */
function pooling({ outputs }: Instance): Symbols {
  const { tokens, mask, pooled } = outputs as Symbols & Features;
  const weights = constantTensor(randomTensor('pooled', pooled.shape.map(Number)));
  const [slope] = gradients(sum(mul(pooled, weights)), [tokens]);
  return { slope: required(slope, 'the gradient'), tokens, mask };
}

async function findInfiniteWhenMissing(subject: EncoderSubject): Promise<string[]> {
  const module = encoderModule(subject);
  const nothing = mapRecord(module.inputs, (spec) => emptyTensor(spec, 1));
  const outputs = await withModule(module, (run) => run({ of: [0], with: nothing }));
  return notFinite(outputs, ' for an input of zeros with present = 0');
}
