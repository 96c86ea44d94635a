import { required, type Tensor, type Tensors } from '@sensorium/contracts';
import { differences } from '../compare.js';
import { withModule } from '../graph/open.js';
import { randomTensor } from '../graph/random.js';
import type { Check } from '../problem.js';
import { mapRecord } from '../records.js';
import { defaultParts, fusionModule, SAMPLES, type FusionSubject } from '../subjects/fusion.js';
import { filled, largest, mapTensor, numbersOf, tensorOf } from '../tensors.js';
import { notFinite } from './graph.js';

export const fusionChecks: readonly Check<FusionSubject>[] = [
  { name: 'fuses a single part', find: findFailingAlone },
  { name: 'ignores tokens that the mask hides', find: findMaskedInfluence },
  { name: 'ignores what an absent part says', find: findAbsentInfluence },
  { name: 'says that its result is there if any part is', find: findWrongPresence },
  { name: 'is finite, and of common size, for samples without any token or any part', find: findOutOfSize },
];

/** Options may name parts that must be there: then those of the trial are all that it is asked for. */
async function findFailingAlone(subject: FusionSubject): Promise<string[]> {
  if (subject.of !== defaultParts) return [];
  const outputs = await withModule(fusionModule({ ...subject, of: subject.of.slice(0, 1) }), (run) => run());
  return notFinite(outputs, ' for a single part');
}

async function findMaskedInfluence(subject: FusionSubject): Promise<string[]> {
  const module = fusionModule(subject);
  return withModule(module, async (run) => {
    const expected = await run();
    const found: string[] = [];
    for (const name of subject.of) {
      const [tokens, mask] = [tensorOf(module.samples, `${name}.tokens`), tensorOf(module.samples, `${name}.mask`)];
      const width = tokens.data.length / mask.data.length;
      const changed = replaceWhere(tokens, (index) => mask.data[Math.floor(index / width)] === 0);
      const problems = influenced(await run({ with: { [`${name}.tokens`]: changed } }), expected);
      found.push(...problems.map((problem) => `masked tokens of "${name}" change the result: ${problem}`));
    }
    return found;
  });
}

/** Each part in turn is absent in half of the samples, with other content than before. */
async function findAbsentInfluence(subject: FusionSubject): Promise<string[]> {
  const module = fusionModule(subject);
  return withModule(module, async (run) => {
    const found: string[] = [];
    for (const name of subject.of) {
      const present = { [`${name}.present`]: filled([SAMPLES, 1], (sample) => sample % 2) };
      const content = [`${name}.tokens`, `${name}.mask`, `${name}.pooled`];
      const others = content.map((port) => [port, replaceInEven(tensorOf(module.samples, port))] as const);
      const expected = await run({ with: present });
      const problems = influenced(await run({ with: { ...present, ...Object.fromEntries(others) } }), expected);
      found.push(...problems.map((problem) => `the absent "${name}" changes the result: ${problem}`));
    }
    return found;
  });
}

function replaceInEven(tensor: Tensor): Tensor {
  const width = tensor.data.length / SAMPLES;
  return replaceWhere(tensor, (index) => Math.floor(index / width) % 2 === 0);
}

/** Very different numbers at some places. */
function replaceWhere(tensor: Tensor, where: (index: number) => boolean): Tensor {
  const others = randomTensor('replacement', tensor.shape);
  return mapTensor(tensor, (value, index) => (where(index) ? 10 * Number(others.data[index]) : value));
}

/** What differs of all that others may read: masked tokens are nobody's business. */
function influenced(actual: Tensors, expected: Tensors): string[] {
  return differences(visible(actual), visible(expected));
}

/** The same features with zeros at masked tokens. */
function visible(outputs: Tensors): Tensors {
  const mask = tensorOf(outputs, 'mask');
  return mapRecord(outputs, (tensor, name) => {
    const width = tensor.data.length / mask.data.length;
    const isMasked = (index: number): boolean => mask.data[Math.floor(index / width)] === 0;
    return name === 'tokens' || name.startsWith('layers.')
      ? mapTensor(tensor, (value, index) => (isMasked(index) ? 0 : value))
      : tensor;
  });
}

/** Sample 0 has nothing, the others the first part, all but the first, and all. */
const presences = (of: readonly string[]): readonly (readonly string[])[] => [[], of.slice(0, 1), of.slice(1), of];

const withPresences = ({ of }: FusionSubject): Tensors =>
  Object.fromEntries(
    of.map((name) => [
      `${name}.present`,
      filled([SAMPLES, 1], (sample) => Number(required(presences(of)[sample], 'the parts of a sample').includes(name))),
    ]),
  );

async function findWrongPresence(subject: FusionSubject): Promise<string[]> {
  const outputs = await withModule(fusionModule(subject), (run) => run({ with: withPresences(subject) }));
  const given = numbersOf(tensorOf(outputs, 'present'));
  return presences(subject.of).flatMap((names, sample) =>
    given[sample] === Number(names.length > 0)
      ? []
      : [`with ${names.length > 0 ? names.join(' and ') : 'nothing'} present is ${given[sample]}`],
  );
}

/** So many times the size of common results is far too much: a maximum over no tokens, such as −1e30. */
const TOO_LARGE = 1e4;

async function findOutOfSize(subject: FusionSubject): Promise<string[]> {
  const module = fusionModule(subject);
  const withoutTokens = (names: readonly string[]): Tensors =>
    Object.fromEntries(
      names.map((name) => [`${name}.mask`, filled(tensorOf(module.samples, `${name}.mask`).shape, () => 0)]),
    );
  return withModule(module, async (run) => {
    const limit = TOO_LARGE * (1 + Math.max(...Object.values(visible(await run())).map(largest)));
    const found = outOfSize(await run({ with: withPresences(subject) }), limit, 'samples that lack parts');
    found.push(...outOfSize(await run({ with: withoutTokens(subject.of) }), limit, 'samples without tokens'));
    for (const name of subject.of) {
      const outputs = await run({ with: withoutTokens([name]) });
      found.push(...outOfSize(outputs, limit, `samples whose "${name}" is there without tokens`));
    }
    return found;
  });
}

const outOfSize = (outputs: Tensors, limit: number, when: string): string[] => [
  ...notFinite(outputs, ` for ${when}`),
  ...Object.entries(visible(outputs)).flatMap(([name, tensor]) => {
    const size = largest(tensor);
    return Number.isFinite(size) && size > limit ? [`${name} reaches ${size.toExponential(0)} for ${when}`] : [];
  }),
];
