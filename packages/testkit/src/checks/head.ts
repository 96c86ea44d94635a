import type { Tensors } from '@sensorium/contracts';
import { formatShape } from '@sensorium/tensors';
import { differences } from '../compare.js';
import { instantiate, BATCH, type GraphModule } from '../graph/module.js';
import { withModule } from '../graph/open.js';
import { allModules, answerModule, finishedModules, headOf, SAMPLES, type HeadSubject } from '../subjects/head.js';
import { inputsBehind } from '../kit/parts.js';
import type { Check } from '../problem.js';
import { filled, mapTensor, tensorOf } from '../tensors.js';
import { graphChecks, notFinite } from './graph.js';

/** What every head owes, whatever it consists of. */
export const headChecks: readonly Check<HeadSubject>[] = [
  { name: 'consists of parts that belong together', find: findLonelyParts },
  ...graphChecks.map(({ name, find }) => ({ name, find: inFinished(find) })),
  { name: 'answers for each sample: outputs [B,…]', find: findOutputsWithoutSamples },
  { name: 'answers otherwise where random numbers are other ones', find: inFinished(findUnusedNoise) },
  { name: 'follows nothing in a finished model', find: inFinished(findFollowers) },
  { name: 'ignores tokens that the mask hides', find: findMaskedInfluence },
  { name: 'is finite where inputs are missing', find: findInfiniteWhenMissing },
];

/** A check of everything that stands in a finished model. */
function inFinished(find: Check<GraphModule>['find']): Check<HeadSubject>['find'] {
  return async (subject) => {
    const found: string[] = [];
    for (const [what, module] of Object.entries(finishedModules(subject))) {
      found.push(...(await find(module)).map((problem) => `${what}: ${problem}`));
    }
    return found;
  };
}

function findLonelyParts(subject: HeadSubject): string[] {
  const head = headOf(subject);
  const { modality } = subject.plugin;
  const rules: [boolean, string][] = [
    [!!head.answer || !!head.loss, 'it has neither an answer nor a loss'],
    [!head.target || !!modality, 'its target is of no modality: defineHead({ modality, … })'],
    [!modality || !!head.target, 'it names a modality and has no target'],
    [!head.target || !!head.loss || !!head.meter, 'nothing reads its target'],
    [!head.decode || !!head.answer, 'it decodes answers that it does not give'],
    [!head.meter || !!head.answer, 'it measures answers that it does not give'],
  ];
  return rules.flatMap(([kept, problem]) => (kept ? [] : [problem]));
}

function findOutputsWithoutSamples(subject: HeadSubject): string[] {
  const module = answerModule(subject);
  if (!module) return [];
  return Object.entries(instantiate(module, BATCH).outputs).flatMap(([name, { shape }]) =>
    shape[0] === BATCH ? [] : [`the output "${name}" is ${formatShape(shape)}, and the first axis counts no samples`],
  );
}

async function findUnusedNoise(module: GraphModule): Promise<string[]> {
  if (instantiate(module, BATCH).scope.noises.length === 0) return [];
  return withModule(module, async (run) => {
    const isSame = differences(await run({ seed: 'other noise' }), await run()).length === 0;
    return isSame ? ['it asks for random numbers, and other ones change nothing'] : [];
  });
}

function findFollowers(module: GraphModule): string[] {
  return instantiate(module, BATCH).scope.followers.map(({ name }) => `"${name}" follows only in training`);
}

/** What changes if samples are fed otherwise, in every graph. */
async function compareAll(
  subject: HeadSubject,
  compare: (before: Tensors, after: Tensors) => string[],
  change: (samples: Tensors) => Tensors,
): Promise<string[]> {
  const found: string[] = [];
  for (const [what, module] of Object.entries(allModules(subject))) {
    const problems = await withModule(
      module,
      async (run) => compare(await run(), await run({ with: change(module.samples) })),
      {
        batch: SAMPLES,
      },
    );
    found.push(...problems.map((problem) => `${what}: ${problem}`));
  }
  return found;
}

function findMaskedInfluence(subject: HeadSubject): Promise<string[]> {
  const change = (samples: Tensors): Tensors =>
    Object.fromEntries(
      inputsBehind(subject.of).map((name) => {
        const [values, kept] = [tensorOf(samples, `${name}.values`), tensorOf(samples, `${name}.kept`)];
        const width = values.data.length / kept.data.length;
        const other = (value: number, index: number): number =>
          kept.data[Math.floor(index / width)] === 0 ? -10 * value : value;
        return [`${name}.values`, mapTensor(values, other)];
      }),
    );
  return compareAll(
    subject,
    (before, after) => differences(after, before).map((problem) => `masked tokens change ${problem}`),
    change,
  );
}

/** Every second sample lacks everything, and then all do. */
async function findInfiniteWhenMissing(subject: HeadSubject): Promise<string[]> {
  const found: string[] = [];
  for (const there of [(sample: number) => sample % 2, () => 0]) {
    const present = filled([SAMPLES, 1], there);
    const change = (): Tensors =>
      Object.fromEntries(inputsBehind(subject.of).map((name) => [`${name}.present`, present]));
    const compare = (_: Tensors, after: Tensors): string[] => notFinite(after, ' for samples without inputs');
    found.push(...(await compareAll(subject, compare, change)));
  }
  return [...new Set(found)];
}
