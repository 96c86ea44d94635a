import { isDeepStrictEqual } from 'node:util';
import { required, type Encoder, type Tensor } from '@sensorium/contracts';
import { gatherRows } from '@sensorium/tensors';
import { differences } from '../compare.js';
import type { GraphModule } from '../graph/module.js';
import { withModule } from '../graph/open.js';
import type { Check } from '../problem.js';
import {
  contentModule,
  encoderInputs,
  encoderModule,
  encoderOf,
  HIDDEN,
  hidingModule,
  type EncoderSubject,
} from '../subjects/encoder.js';
import { filled, numbersOf, tensorOf } from '../tensors.js';
import { pairsOf, type Pairs } from './pairs.js';
import { findUntrained } from './training.js';

/** What encoders owe to objectives that hide tokens, where they say that they can. */
export const hidingChecks: readonly Check<EncoderSubject>[] = [
  { name: 'is the same where no token is hidden', find: ifHides(findChange) },
  { name: 'does not look at hidden tokens', find: ifHides(findLook) },
  { name: 'trains every parameter where tokens are hidden', find: ifHides(findUntrainedHiding) },
];

function ifHides(
  find: (subject: EncoderSubject, encoder: Encoder) => Promise<string[]>,
): Check<EncoderSubject>['find'] {
  return async (subject) => {
    const encoder = encoderOf(subject);
    return encoder.hides ? find(subject, encoder) : [];
  };
}

async function findChange(subject: EncoderSubject, encoder: Encoder): Promise<string[]> {
  const hiding = hidingModule(subject, encoder);
  const nothing = filled(tensorOf(hiding.samples, HIDDEN).shape, () => 0);
  const actual = await withModule(hiding, (run) => run({ with: { [HIDDEN]: nothing } }));
  const expected = await withModule(encoderModule(subject, encoder), (run) => run());
  return differences(actual, expected).map((problem) => `where \`hidden\` is 0 everywhere, ${problem}`);
}

/**
 * Pairs of samples differ in one element each. The tokens whose content that changes are hidden (all of them, where the
 * encoder does not say their content): then there must be no difference left.
 */
async function findLook(subject: EncoderSubject, encoder: Encoder): Promise<string[]> {
  const pairs = pairsOf(encoderInputs(subject, encoder).samples);
  const plain = await computeBoth(encoderModule(subject, encoder), pairs);
  const content = encoder.content && (await computeBoth(contentModule(subject, encoder), pairs));
  const tokens = tensorOf(plain.before, 'mask').shape;
  const hidden = content ? changedTokens(content, tokens) : filled(tokens, () => 1);
  const told = pairsThatTell(plain, hidden);
  if (told.length === 0) return ['no two values differ in what stands at a token: give the trial more of them'];

  const hiding = hidingModule(subject, encoder);
  const withHidden = { before: { ...pairs.before, [HIDDEN]: hidden }, after: { ...pairs.after, [HIDDEN]: hidden } };
  const { before, after } = await computeBoth(hiding, withHidden);
  const problems = differences(gatherRows(after, told), gatherRows(before, told));
  return problems.map((problem) => `what stands at a hidden token changes ${problem}`);
}

const computeBoth = async (module: GraphModule, { before, after }: Pairs): Promise<Pairs> => ({
  before: await withModule({ ...module, samples: before }, (run) => run()),
  after: await withModule({ ...module, samples: after }, (run) => run()),
});

/** [P,T]: 1 where the content of a token is another one. */
function changedTokens({ before, after }: Pairs, shape: readonly number[]): Tensor {
  const differs = Object.entries(before).map(([name, { data }]) => {
    const changed = tensorOf(after, name).data;
    const width = data.length / shape.reduce((a, b) => a * b, 1);
    return (token: number): boolean =>
      Array.from({ length: width }, (_, index) => token * width + index).some(
        (place) => data[place] !== changed[place],
      );
  });
  return filled(shape, (token) => Number(differs.some((one) => one(token))));
}

/** The pairs in which what is hidden differs, and nothing else: both have the same tokens. */
function pairsThatTell({ before, after }: Pairs, hidden: Tensor): Uint32Array {
  const count = required(hidden.shape[0], 'the number of pairs');
  const tokens = hidden.data.length / count;
  const rowOf = (tensor: Tensor, row: number): number[] => numbersOf(tensor).slice(row * tokens, (row + 1) * tokens);
  const tells = (row: number): boolean =>
    rowOf(hidden, row).some(Boolean) &&
    isDeepStrictEqual(rowOf(tensorOf(before, 'mask'), row), rowOf(tensorOf(after, 'mask'), row));
  return Uint32Array.from(Array.from({ length: count }, (_, row) => row).filter(tells));
}

async function findUntrainedHiding(subject: EncoderSubject, encoder: Encoder): Promise<string[]> {
  return findUntrained(hidingModule(subject, encoder));
}
