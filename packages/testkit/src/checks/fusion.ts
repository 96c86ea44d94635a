import type { Features, FusionPlugin, PartOptions, Symbols, Tensor, Tensors } from '@sensorium/contracts';
import { difference } from '../compare.js';
import { instantiate, mapEntries, randomTensor, withModule, type GraphModule } from '../graph-module.js';
import { featureSamples, featureSpecs, featuresOf, SAMPLES, type FeatureSize } from '../feature-samples.js';
import type { Check } from '../problem.js';
import { filled, isFinite, mapTensor, numbersOf } from '../tensors.js';
import type { Recorder } from './definition.js';
import { weighFeatures, type FeatureModule } from './features.js';

/** A fusion with one choice of options. */
export interface FusionSubject {
  readonly plugin: FusionPlugin;
  readonly options: PartOptions;
}

export const fusionSubject = (plugin: FusionPlugin, choice: PartOptions): FusionSubject => ({
  plugin,
  options: plugin.options.parse(choice),
});

export const fusionChecks: readonly Check<FusionSubject>[] = [
  { name: 'fuses a single input', find: findFailingAlone },
  { name: 'ignores tokens that the mask hides', find: findMaskedInfluence },
  { name: 'ignores what an absent input says', find: findAbsentInfluence },
  { name: 'says that its result is there if any input is', find: findWrongPresence },
  { name: 'is finite for samples without any token or any input', find: findInfiniteWithoutInputs },
];

/** Inputs as they come: pictures with many tokens, texts with padding, a vector with one token. */
const inputs: Readonly<Record<string, FeatureSize>> = {
  image: { tokens: 6, dim: 5 },
  text: { tokens: 4, dim: 3 },
  table: { tokens: 1, dim: 8 },
};

export const fusionModule = (subject: FusionSubject): FeatureModule => moduleOf(subject, inputs);

function moduleOf({ plugin, options }: FusionSubject, sizes: Readonly<Record<string, FeatureSize>>): FeatureModule {
  const fusion = plugin.create(options);
  return {
    inputs: featureSpecs(sizes),
    samples: featureSamples(sizes),
    build: (scope, x) => ({
      ...fusion.build(
        scope,
        mapEntries(sizes, (_, name) => featuresOf(x, name)),
      ),
    }),
    loss: (outputs) => weighFeatures(outputs as Symbols & Features),
  };
}

async function findFailingAlone(subject: FusionSubject): Promise<string[]> {
  const module = moduleOf(subject, { image: { tokens: 6, dim: 5 } });
  const outputs = await withModule(module, (run) => run(module.samples));
  return notFinite(outputs, 'a single input');
}

const notFinite = (outputs: Tensors, when: string): string[] =>
  Object.entries(outputs).flatMap(([name, tensor]) => (isFinite(tensor) ? [] : [`${name} is not finite for ${when}`]));

async function findMaskedInfluence(subject: FusionSubject): Promise<string[]> {
  const module = fusionModule(subject);
  return withModule(module, async (run) => {
    const expected = await run(module.samples);
    const found: string[] = [];
    for (const [name, { dim }] of Object.entries(inputs)) {
      const { [`${name}.tokens`]: tokens, [`${name}.mask`]: mask } = module.samples;
      if (!tokens || !mask) throw new Error(`no samples for "${name}"`);
      const changed = replaceWhere(tokens, (index) => mask.data[Math.floor(index / dim)] === 0);
      const problems = influenced(await run({ ...module.samples, [`${name}.tokens`]: changed }), expected);
      found.push(...problems.map((problem) => `masked tokens of "${name}" change the result: ${problem}`));
    }
    return found;
  });
}

/** Each input in turn is absent in half of the samples, with other content than before. */
async function findAbsentInfluence(subject: FusionSubject): Promise<string[]> {
  const module = fusionModule(subject);
  return withModule(module, async (run) => {
    const found: string[] = [];
    for (const name of Object.keys(inputs)) {
      const present = filled([SAMPLES, 1], (sample) => sample % 2);
      const samples = { ...module.samples, [`${name}.present`]: present };
      const expected = await run(samples);
      const others = mapEntries(samples, (tensor, key) => {
        const isContent = key.startsWith(`${name}.`) && !key.endsWith('.present');
        const width = tensor.data.length / SAMPLES;
        return isContent ? replaceWhere(tensor, (index) => Math.floor(index / width) % 2 === 0) : tensor;
      });
      const problems = influenced(await run(others), expected);
      found.push(...problems.map((problem) => `the absent "${name}" changes the result: ${problem}`));
    }
    return found;
  });
}

/** Very different numbers at some places. */
function replaceWhere(tensor: Tensor, where: (index: number) => boolean): Tensor {
  const { data: others } = randomTensor('replacement', tensor.shape);
  return mapTensor(tensor, (value, index) => (where(index) ? 10 * (others[index] ?? 0) : value));
}

/** What differs of all that others may read: masked tokens are nobody's business. */
function influenced(actual: Tensors, expected: Tensors): string[] {
  return Object.entries({ ...expected, tokens: visibleTokens(expected) }).flatMap(([name, tensor]) => {
    const own = name === 'tokens' ? visibleTokens(actual) : actual[name];
    const problem = own ? difference(own, tensor) : 'is missing';
    return problem ? [`${name}: ${problem}`] : [];
  });
}

function visibleTokens({ tokens, mask }: Tensors): Tensor {
  if (!tokens || !mask) throw new Error('a fusion gives tokens and a mask');
  const dim = tokens.shape[2] ?? 1;
  return mapTensor(tokens, (value, index) => value * Number(mask.data[Math.floor(index / dim)]));
}

/** Sample 0 has nothing, the others one input or all. */
const presences: readonly (readonly string[])[] = [[], ['image'], ['text', 'table'], ['image', 'text', 'table']];

function withPresences(module: GraphModule): Tensors {
  return mapEntries(module.samples, (tensor, key) => {
    const [, name] = /^(.*)\.present$/.exec(key) ?? [];
    return name === undefined ? tensor : filled([SAMPLES, 1], (sample) => Number(presences[sample]?.includes(name)));
  });
}

async function findWrongPresence(subject: FusionSubject): Promise<string[]> {
  const module = fusionModule(subject);
  const { present } = await withModule(module, (run) => run(withPresences(module)));
  const given = numbersOf(present);
  return presences.flatMap((names, sample) =>
    given[sample] === Number(names.length > 0)
      ? []
      : [`with ${names.length > 0 ? names.join(' and ') : 'nothing'} present is ${given[sample]}`],
  );
}

async function findInfiniteWithoutInputs(subject: FusionSubject): Promise<string[]> {
  const module = fusionModule(subject);
  const noTokens = mapEntries(module.samples, (tensor, name) =>
    name.endsWith('.mask') ? filled(tensor.shape, () => 0) : tensor,
  );
  return withModule(module, async (run) => [
    ...notFinite(await run(withPresences(module)), 'samples that lack inputs'),
    ...notFinite(await run(noTokens), 'samples without tokens'),
  ]);
}

/** Uses everything that a fusion can do. */
export async function exerciseFusion(plugin: FusionPlugin, options: PartOptions, record: Recorder): Promise<void> {
  const module = fusionModule({ plugin, options: record(options, true) });
  for (const mode of ['inference', 'training'] as const) instantiate(module, SAMPLES, mode);
}
