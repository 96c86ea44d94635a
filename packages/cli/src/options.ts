import { InvalidArgumentError, Option } from 'commander';
import { helpTitle } from './terminal/colour.js';

export interface GlobalOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  /** False with --no-color. */
  readonly color: boolean;
  readonly debug?: boolean;
}

/** Of every command that writes files. */
export const forceOption = (): Option => new Option('--force', 'replace what is already there');

/** `--backend webgpu,cpu` → both names, in order of preference. */
export const backendOption = (): Option =>
  new Option(
    '--backend <names>',
    'where to run, in order of preference, such as webgpu,cpu (default: the manifest’s)',
  ).argParser((value) => value.split(',').map((name) => name.trim()));

export const setOption = (): Option =>
  new Option(
    '--set <key=value>',
    'override a value of the manifest, such as training.epochs=3; may be repeated',
  ).argParser((value, previous: readonly string[] = []) => [...previous, value]);

/** `--input a=b --input a=c --input d=e` → { a: ['b', 'c'], d: ['e'] } */
export const inputOption = (): Option =>
  new Option(
    '--input <name=value>',
    'a value for an input: a file, a URL or text; repeat it for each input, and for each sample',
  ).argParser((value, previous: Readonly<Record<string, readonly string[]>> = {}) => {
    const equals = value.indexOf('=');
    if (equals < 1) throw new InvalidArgumentError('Expected name=value, such as image=photo.jpg.');
    const name = value.slice(0, equals);
    const before = Object.hasOwn(previous, name) ? previous[name] : undefined;
    return { ...previous, [name]: [...(before ?? []), value.slice(equals + 1)] };
  });

/** Of answers. */
export const fullOption = (): Option =>
  new Option('--full', 'all that there is to say of an answer, such as the probability of every label');

/** Of why answers are what they are. */
export const explainOption = (): Option =>
  new Option('--explain', 'say what each input contributes: exact Shapley values, over all subsets of the inputs');

const ofExplanations = (flags: string, description: string): Option =>
  new Option(flags, `with --explain: ${description}`).implies({ explain: true });

export const headOption = (): Option =>
  ofExplanations('--head <head>', 'whose answer (default: the first head that can be explained)');

export const answerOption = (): Option =>
  ofExplanations('--answer <name>', 'which of its answers, such as a label (default: the one that it gives)');

/** `--methods shapley,attention` → both */
export const methodsOption = (): Option =>
  ofExplanations('--methods <names>', 'some of shapley, gradients, attention (default: all)').argParser((value) =>
    value.split(',').map((name) => name.trim()),
  );

/** `--rows 100` → 100 */
export const rowsOption = (): Option =>
  ofExplanations('--rows <number>', 'so many rows at most, from all over the table (default: 256)').argParser(
    (value) => {
      const rows = Number(value);
      if (/^\d+$/.test(value) && Number.isSafeInteger(rows) && rows > 0) return rows;
      throw new InvalidArgumentError('Expected a whole number, 1 or more.');
    },
  );

/** The end of a command's help: what it looks like in use. */
export const examples = (...lines: readonly string[]): string =>
  `\n${helpTitle(lines.length > 1 ? 'Examples:' : 'Example:')}\n${lines.map((line) => `  ${line}`).join('\n')}`;

/** The pages of the documentation that tell more, by their paths in the repository. */
export const readMore = (...pages: readonly string[]): string => `\n\n${helpTitle('Read more:')} ${pages.join(', ')}`;

/** `--seed 7` → 7 */
export const seedOption = (): Option =>
  new Option('--seed <number>', 'what fills the noise of answers that have any (default: 0)').argParser((value) => {
    const seed = Number(value);
    if (/^\d+$/.test(value) && Number.isSafeInteger(seed)) return seed;
    throw new InvalidArgumentError('Expected a whole number, 0 or more.');
  });
