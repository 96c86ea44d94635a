import { InvalidArgumentError, Option } from 'commander';

export interface GlobalOptions {
  readonly json?: boolean;
  readonly debug?: boolean;
}

/** `--backend webgpu,cpu` → both names, in order of preference. */
export const backendOption = (): Option =>
  new Option(
    '--backend <names>',
    'where to run, in order of preference, such as webgpu,cpu; default: the manifest’s',
  ).argParser((value) => value.split(',').map((name) => name.trim()));

export const setOption = (): Option =>
  new Option(
    '--set <key=value>',
    'override a value of the manifest, such as training.epochs=3; may be repeated',
  ).argParser((value, previous: readonly string[] = []) => [...previous, value]);

/** `--input a=b --input c=d` → { a: 'b', c: 'd' } */
export const inputOption = (): Option =>
  new Option('--input <name=value>', 'a value for an input: a file, a URL or text; repeat it for each input').argParser(
    (value, previous: Readonly<Record<string, string>> = {}) => {
      const equals = value.indexOf('=');
      if (equals < 1) throw new InvalidArgumentError('Expected name=value, such as image=photo.jpg.');
      const name = value.slice(0, equals);
      if (Object.hasOwn(previous, name)) throw new InvalidArgumentError(`"${name}" is given twice.`);
      return { ...previous, [name]: value.slice(equals + 1) };
    },
  );

export const examples = (...lines: readonly string[]): string =>
  `\nExample${lines.length > 1 ? 's' : ''}:\n${lines.map((line) => `  ${line}`).join('\n')}`;

/** `--seed 7` → 7 */
export const seedOption = (): Option =>
  new Option('--seed <number>', 'what fills the noise of answers that have any; default: 0').argParser((value) => {
    const seed = Number(value);
    if (/^\d+$/.test(value) && Number.isSafeInteger(seed)) return seed;
    throw new InvalidArgumentError('Expected a whole number, 0 or more.');
  });
