import { own } from '../own.js';
import { trainableSchema } from '@sensorium/contracts';
import { didYouMean } from '@sensorium/data';
import type { Path } from './located.js';
import { pathOf, type Section } from './parts.js';
import type { Problem } from './problems.js';
import type { LongManifest, ReadManifest } from './read.js';
import { readingOf, type Reading } from './reading.js';
import { samePlugin } from './plugin-names.js';

/** What is wrong with how the parts of a manifest are put together. */
export function wiringProblems({ manifest, locate }: ReadManifest): Problem[] {
  const reading = readingOf(manifest);
  const wrong: Wrong = (path, message, hint, what = 'value') => ({
    code: 'SENSORIUM_MANIFEST_INVALID',
    message,
    hint,
    location: locate(path, what),
  });
  const names = [
    ...nameProblems(manifest, wrong),
    ...reading.fusions.flatMap((name) => fusionProblems(name, manifest, reading, wrong)),
    ...Object.keys(manifest.heads).flatMap((name) => headProblems(name, manifest, reading, wrong)),
  ];
  return [
    ...Object.entries(manifest.inputs).flatMap(([name, input]) => inputProblems(name, input, manifest, wrong)),
    // What a name that is wrong was meant to name is not read either.
    ...(names.length > 0 ? names : unread(manifest, reading, wrong)),
    ...decidingProblems(manifest, wrong),
  ];
}

type Wrong = (path: Path, message: string, hint: string, what?: 'key' | 'value') => Problem;

function nameProblems({ inputs, fusion, fusions = {} }: LongManifest, wrong: Wrong): Problem[] {
  const both = fusion
    ? [wrong(['fusions'], 'The manifest has both "fusion" and "fusions".', 'Name all under "fusions".', 'key')]
    : [];
  const shared = Object.keys(fusions).filter((name) => Object.hasOwn(inputs, name));
  return [
    ...(Object.keys(fusions).length > 0 ? both : []),
    ...shared.map((name) =>
      wrong(
        ['fusions', name],
        `An input and a fusion are both called "${name}".`,
        'Heads name both alike: give one of them another name.',
        'key',
      ),
    ),
  ];
}

function inputProblems(
  name: string,
  input: LongManifest['inputs'][string],
  { inputs }: LongManifest,
  wrong: Wrong,
): Problem[] {
  const { column, columns, many, tied, encoder, trainable } = input;
  const path: Path = ['inputs', name];
  const problems: Problem[] = [];
  if (column !== undefined && columns !== undefined) {
    problems.push(wrong([...path, 'columns'], `inputs.${name} has both "column" and "columns".`, 'Keep one.', 'key'));
  }
  if (columns !== undefined && many !== undefined) {
    const message = `inputs.${name} has both "columns" and "many".`;
    const hint = 'Put the list into one column, or make an input of each value and tie them.';
    problems.push(wrong([...path, 'many'], message, hint, 'key'));
  }
  if (tied === undefined) return problems;
  const other = own(inputs, tied);
  if (!other || tied === name) {
    const others = Object.keys(inputs).filter((one) => one !== name);
    const message = `inputs.${name} is tied to "${tied}", which is no other input.${didYouMean(tied, others)}`;
    const hint = others.length > 0 ? `Other inputs: ${others.join(', ')}.` : 'There is none: take "tied" away.';
    problems.push(wrong([...path, 'tied'], message, hint));
  } else if (other.tied !== undefined) {
    const hint = `Tie it to "${other.tied}".`;
    problems.push(wrong([...path, 'tied'], `inputs.${name} is tied to "${tied}", which is tied itself.`, hint));
  } else if (!samePlugin('encoder', encoder, other.encoder)) {
    const message = `inputs.${name} is tied to "${tied}", which has the encoder ${other.encoder} and not ${encoder}.`;
    problems.push(wrong([...path, 'encoder'], message, 'Inputs that share weights have the same encoder.'));
  }
  if (!isDefault(trainable)) {
    const message = `inputs.${name} is tied to "${tied}", and has "trainable" of its own.`;
    problems.push(
      wrong([...path, 'trainable'], message, `Its weights are those of inputs.${tied}: set it there.`, 'key'),
    );
  }
  const [option] = Object.keys(optionsOf(input));
  if (option !== undefined) {
    const message = `inputs.${name} is tied to "${tied}", and has the option "${option}" of its own.`;
    problems.push(
      wrong([...path, option], message, `Inputs that share weights share options: set it at inputs.${tied}.`, 'key'),
    );
  }
  return problems;
}

/** Unwritten, or as training writes it into a model folder. */
const isDefault = (trainable: LongManifest['inputs'][string]['trainable']): boolean =>
  trainable === undefined || JSON.stringify(trainable) === JSON.stringify(trainableSchema.parse({}));

function optionsOf(input: LongManifest['inputs'][string]): Record<string, unknown> {
  const { encoder, column, columns, many, tied, missing, modalityDropout, trainable, ...options } = input;
  return options;
}

function fusionProblems(name: string, manifest: LongManifest, reading: Reading, wrong: Wrong): Problem[] {
  const known = [...Object.keys(manifest.inputs), ...reading.fusions];
  const path = pathOf('fusions', name);
  const circle = circleOf(name, reading);
  return [
    ...namedTwice(path, reading.of(name), wrong),
    ...unknownNames(path, reading.of(name), known, wrong),
    ...(circle
      ? [
          wrong(
            [...path, 'of'],
            `Fusions read each other in a circle: ${circle.join(' → ')}.`,
            'Let one of them read inputs alone.',
          ),
        ]
      : []),
  ];
}

/** The way from a fusion back to itself. */
function circleOf(start: string, reading: Reading): string[] | undefined {
  const visit = (name: string, way: readonly string[]): string[] | undefined => {
    for (const read of reading.of(name)) {
      if (read === start) return [...way, start];
      if (!reading.fusions.includes(read) || way.includes(read)) continue;
      const found = visit(read, [...way, read]);
      if (found) return found;
    }
    return undefined;
  };
  return visit(start, [start]);
}

function headProblems(name: string, manifest: LongManifest, reading: Reading, wrong: Wrong): Problem[] {
  const inputs = Object.keys(manifest.inputs);
  const path: Path = ['heads', name];
  const of = reading.ofHead(name);
  if (of.length > 0) {
    return [...namedTwice(path, of, wrong), ...unknownNames(path, of, [...inputs, ...reading.fusions], wrong)];
  }
  return [
    wrong(
      path,
      `heads.${name} does not say what it reads, and there are several inputs and no fusion.`,
      `Add a fusion, such as "fusion: attention", or "of" with some of ${inputs.join(', ')}.`,
      'key',
    ),
  ];
}

function namedTwice(path: Path, names: readonly string[], wrong: Wrong): Problem[] {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined
    ? []
    : [wrong([...path, 'of'], `${path.join('.')} reads "${twice}" twice.`, 'Name it once.')];
}

function unknownNames(path: Path, names: readonly string[], known: readonly string[], wrong: Wrong): Problem[] {
  const others = known.filter((name) => name !== path.at(-1) || path[0] === 'heads');
  return names
    .filter((name) => !known.includes(name))
    .map((name) =>
      wrong(
        [...path, 'of'],
        `${path.join('.')} reads "${name}", and there is no such input or fusion.${didYouMean(name, others)}`,
        `Inputs and fusions: ${known.join(', ')}.`,
      ),
    );
}

/** Inputs and fusions that no head reads, by itself or through fusions. */
function unread(manifest: LongManifest, reading: Reading, wrong: Wrong): Problem[] {
  const read = new Set<string>();
  const visit = (name: string): void => {
    if (read.has(name)) return;
    read.add(name);
    if (reading.fusions.includes(name)) reading.of(name).forEach(visit);
  };
  Object.keys(manifest.heads).forEach((head) => reading.ofHead(head).forEach(visit));
  const problems = (section: Section, names: readonly string[]): Problem[] =>
    names
      .filter((name) => !read.has(name))
      .map((name) => {
        const path = pathOf(section, name);
        const hint = 'Name it in the "of" of a head or fusion, or take it away.';
        return wrong(path, `No head reads ${path.join('.')}.`, hint, 'key');
      });
  return [...problems('inputs', Object.keys(manifest.inputs)), ...problems('fusions', reading.fusions)];
}

function decidingProblems({ training: { decides }, heads }: LongManifest, wrong: Wrong): Problem[] {
  const names = Object.keys(heads);
  if (decides === undefined || names.includes(decides)) return [];
  const message = `training.decides is "${decides}", which is no head.${didYouMean(decides, names)}`;
  return [wrong(['training', 'decides'], message, `Heads: ${names.join(', ')}.`)];
}
