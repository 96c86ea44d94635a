import { isDeepStrictEqual } from 'node:util';
import type { Column, Random, SampleRandom, Surveyed, Tensors, TensorSpecs, View } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { formatShape } from '@sensorium/tensors';
import { differences, EXACT } from '../compare.js';
import type { Check } from '../problem.js';
import { isTyped } from '../tensors.js';

/** What prepares values, and values to try it with. */
export interface ColumnSubject {
  /** Makes it anew. */
  readonly create: () => Column;
  /** Makes it without the files that its options name: from what was learned of them. */
  readonly createWithoutFiles: () => Column;
  /** New copies every time. */
  readonly values: () => readonly unknown[];
}

/** What encoders and targets owe to tables. */
export const columnChecks: readonly Check<ColumnSubject>[] = [
  { name: 'prepares the tensors that it declares', find: findWrongTensors },
  { name: 'prepares the same value the same way, and does not change it', find: findUnstablePreparation },
  { name: 'prepares without the files that it learned from', find: findNeedOfFiles },
  { name: 'gives notes in words', find: findWrongNotes },
  { name: 'tells in words what it knows of its values', find: findWrongSurvey },
  { name: 'views what it keeps in the shapes that it declares', find: findWrongViews },
  { name: 'views the same sample the same way outside training', find: findUnstableView },
  { name: 'varies samples as the seed says, and does not change its argument', find: findUnstableVariants },
  { name: 'has a view only where that shows something else', find: findIdleView },
  { name: 'shows what it views as a value that gives the same', find: findUnlikeValues },
];

const aboutEach = (values: readonly unknown[], find: (value: unknown) => readonly string[]): string[] =>
  values.flatMap((value, index) => find(value).map((problem) => `value ${index}: ${problem}`));

function findWrongTensors({ create, values }: ColumnSubject): string[] {
  const column = create();
  return aboutEach(values(), (value) => wrongTensors(column.prepare(value), column.kept, 'prepared'));
}

function wrongTensors(tensors: Tensors, specs: TensorSpecs, verb: string): string[] {
  const unknown = Object.keys(tensors).filter((name) => !(name in specs));
  const wrong = Object.entries(specs).flatMap(([name, { dtype, shape }]) => {
    const tensor = tensors[name];
    if (tensor && isTyped(tensor, dtype, [1, ...shape])) return [];
    const given = tensor ? `${tensor.dtype} ${formatShape(tensor.shape)} of ${tensor.data.length} values` : 'nothing';
    return [`"${name}" is declared as ${dtype} ${formatShape([1, ...shape])}, and ${verb} as ${given}`];
  });
  return [...wrong, ...unknown.map((name) => `"${name}" is ${verb} and not declared`)];
}

/** In another order, by another instance: nothing may be left over from the values before. */
function findUnstablePreparation({ create, values: copies }: ColumnSubject): string[] {
  const values = copies();
  const before = structuredClone(values);
  const prepareAll = (all: readonly unknown[]): Tensors[] => {
    const column = create();
    return all.map((value) => structuredClone(column.prepare(value)));
  };
  const first = prepareAll(values);
  const second = prepareAll(values.toReversed()).reverse();
  const unstable = first.flatMap((tensors, index) =>
    isDeepStrictEqual(tensors, second[index]) ? [] : [`value ${index} is prepared differently the second time`],
  );
  return isDeepStrictEqual(values, before) ? unstable : [...unstable, 'prepare changes the value that it is given'];
}

function findNeedOfFiles({ create, createWithoutFiles, values }: ColumnSubject): string[] {
  const [column, alone] = [create(), createWithoutFiles()];
  return aboutEach(values(), (value) =>
    isDeepStrictEqual(alone.prepare(value), column.prepare(value)) ? [] : ['is prepared differently without files'],
  );
}

function findWrongNotes({ create, values }: ColumnSubject): string[] {
  const column = create();
  return aboutEach(values(), (value) => {
    const [notes, again] = [column.notes?.(value) ?? [], column.notes?.(value) ?? []];
    const isText = notes.every((note) => typeof note === 'string' && note.length > 0);
    return isText && isDeepStrictEqual(notes, again) ? [] : ['its notes are empty or not always the same'];
  });
}

const CODE = /^[a-z]+(-[a-z]+)*$/;

async function findWrongSurvey({ create, values }: ColumnSubject): Promise<string[]> {
  const found = await create().survey?.(surveyed(values()));
  if (!found) return [];
  const words = [...found.facts, ...found.warnings.flatMap(({ message, hint }) => [message, hint])];
  const isEmpty = words.some((word) => typeof word !== 'string' || word === '');
  return [
    ...(isEmpty ? ['a fact or a warning is empty'] : []),
    ...found.warnings
      .filter(({ code }) => !CODE.test(code))
      .map(({ code }) => `the code "${code}" of a warning is not in small letters with hyphens`),
  ];
}

/** Values as a table has them, each in one row. */
async function* surveyed(values: readonly unknown[]): AsyncGenerator<Surveyed<unknown>> {
  for (const value of values) yield { value, rows: 1, trained: 1 };
}

/** Random variants differ in rare cases only, so several are made. */
const VARIANTS = 8;
/** Enough that one word in twenty, left out by chance, is missed once. */
const MANY_VARIANTS = 64;

const randomOf = (seed: number): SampleRandom => ({
  own: createRandom(seed, 'own'),
  row: createRandom(seed, 'row'),
});

const variants = (view: View, sample: Tensors, count = VARIANTS): Tensors[] =>
  Array.from({ length: count }, (_, seed) => structuredClone(view.draw(sample, randomOf(seed))));

function findWrongViews({ create, values }: ColumnSubject): string[] {
  const column = create();
  const { view } = column;
  if (!view) return [];
  return aboutEach(values(), (value) => {
    const kept = column.prepare(value);
    const drawn = [view.draw(kept, null), ...variants(view, kept)];
    return [...new Set(drawn.flatMap((fed) => wrongTensors(fed, view.fed, 'drawn')))];
  });
}

function findUnstableView({ create, values }: ColumnSubject): string[] {
  const [first, second] = [create(), create()];
  return aboutEach(values(), (value) => {
    if (!first.view || !second.view) return [];
    const kept = first.prepare(value);
    const drawn = structuredClone(first.view.draw(kept, null));
    variants(second.view, kept);
    const again = second.view.draw(kept, null);
    return differences(again, drawn, EXACT).map((problem) => `drawn with null again: ${problem}`);
  });
}

function findUnstableVariants({ create, values }: ColumnSubject): string[] {
  const column = create();
  const { view } = column;
  if (!view) return [];
  return aboutEach(values(), (value) => {
    const kept = column.prepare(value);
    const before = structuredClone(kept);
    view.draw(kept, null);
    const [first, second] = [variants(view, kept), variants(view, kept)];
    return [
      ...(isDeepStrictEqual(first, second) ? [] : ['one seed gave two variants']),
      ...(isDeepStrictEqual(kept, before) ? [] : ['draw changes its argument']),
    ];
  });
}

/** What frozen parts make of a column without view is kept, so that a view which shows what is kept costs time. */
function findIdleView({ create, values }: ColumnSubject): string[] {
  const column = create();
  const { view } = column;
  if (!view) return [];
  let asked = 0;
  const counted: View = {
    ...view,
    draw: (kept, random) =>
      view.draw(kept, random && { own: counting(random.own, () => asked++), row: counting(random.row, () => asked++) }),
  };
  const varies = values().some((value) => {
    const [first, ...others] = variants(counted, column.prepare(value), MANY_VARIANTS);
    return others.some((one) => !isDeepStrictEqual(one, first));
  });
  if (varies) return [];
  if (asked > 0)
    return [`${MANY_VARIANTS} variants of each value are the same, although the view asks for random numbers`];
  const isSame = isDeepStrictEqual(view.fed, column.kept);
  return isSame ? ['nothing varies, and what is fed is what is kept: leave the view out'] : [];
}

function findUnlikeValues({ create, values }: ColumnSubject): string[] {
  const column = create();
  const { view } = column;
  if (!view?.value) return [];
  return aboutEach(values(), (value) => {
    const drawn = view.draw(column.prepare(value), null);
    const again = view.draw(column.prepare(view.value?.(drawn)), null);
    return differences(again, drawn).map((problem) => `prepared and drawn again: ${problem}`);
  });
}

/** The same random numbers, each of which is counted. */
const counting = (random: Random, count: () => void): Random => ({
  uniform: () => (count(), random.uniform()),
  normal: () => (count(), random.normal()),
  integer: (limit) => (count(), random.integer(limit)),
  bytes: (length) => (count(), random.bytes(length)),
  fork: (name) => counting(random.fork(name), count),
});
