import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProgram } from '../program.js';
import { bin } from '../testing/sensorium.js';
import { candidates } from './candidates.js';

/** A folder in which `sensorium` is a command, with a model, a manifest and a picture. */
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sensorium-completion-'));
  await mkdir(join(folder, 'bin'));
  await symlink(bin, join(folder, 'bin', 'sensorium'));
  await mkdir(join(folder, 'model'));
  const manifest = {
    inputs: { image: {}, question: {} },
    built: { files: { 'model.onnx': '', 'space.image.onnx': '' } },
  };
  await writeFile(join(folder, 'model', 'manifest.json'), JSON.stringify(manifest));
  const scenes =
    'inputs: { image: image, question: { encoder: text } }\nfusion: attention\nheads: { answer: classification }\n';
  await writeFile(join(folder, 'scenes.yaml'), scenes);
  await writeFile(join(folder, 'a picture.png'), '');
});
afterAll(() => rm(folder, { recursive: true }));

const program = createProgram({ onExitCode: () => undefined, onHelp: () => undefined });
const wordsFor = async (...typed: string[]): Promise<string[]> =>
  (await candidates(program, typed)).words.map(({ word }) => word);
const pathsFor = async (...typed: string[]): Promise<string> => (await candidates(program, typed)).paths;

describe('what may stand there', () => {
  it('are the commands that help lists, each with what it does', async () => {
    const { words, paths } = await candidates(program, ['']);
    const shown = program.createHelp().visibleCommands(program);
    expect(words).toEqual(
      shown.map((command) => ({ word: command.name(), meaning: command.summary() || command.description() })),
    );
    expect(paths).toBe('none');
    expect(await wordsFor('tr')).toEqual(['train']);
    expect(await wordsFor('help', 'tr')).toEqual(['train']);
    expect(await wordsFor('train', 'train', '')).toEqual([]);
  });

  it.each(program.commands.map((command) => [command.name(), command] as const))(
    'are all options of %s, and the global ones',
    async (name, command) => {
      const longs = [...command.options, ...program.options].filter(({ hidden }) => !hidden).map(({ long }) => long);
      expect(new Set(await wordsFor(name, '--'))).toEqual(new Set([...longs, '--help']));
    },
  );

  it('is never an option behind --, nor where a value stands', async () => {
    expect(await wordsFor('sample', '--', '--')).toEqual([]);
    expect(await wordsFor('train', 'm.yaml', '--out', '--')).toEqual([]);
    expect(await wordsFor('--json', '--quiet', 'tr')).toEqual(['train']);
  });

  it('are the choices of an argument or an option, behind = as well', async () => {
    expect(await wordsFor('completion', '')).toEqual(['bash', 'zsh', 'fish']);
    expect(await wordsFor('run', 'model', '--backend', '')).toEqual(expect.arrayContaining(['cpu', 'webgpu', 'wasm']));
    expect(await wordsFor('run', 'model', '--backend', 'webgpu,c')).toEqual(['webgpu,cpu', 'webgpu,cuda']);
    expect(await wordsFor('run', '--backend=cp')).toEqual(['--backend=cpu']);
    expect(await wordsFor('sample', 'sc')).toEqual(['scenes']);
  });

  it('are files or folders, as the placeholder says', async () => {
    expect(await pathsFor('train', '')).toBe('files');
    expect(await pathsFor('train', 'm.yaml', '--out', '')).toBe('folders');
    expect(await pathsFor('evaluate', 'model', '--data=')).toBe('files');
    expect(await pathsFor('run', '')).toBe('folders');
    expect(await wordsFor('run', '')).toEqual(['starter']);
  });

  it('are the keys of a manifest that --set takes, with the names and options that the manifest has', async () => {
    const manifest = join(folder, 'scenes.yaml');
    const set = (last: string): Promise<string[]> => wordsFor('train', manifest, '--set', last);
    expect(await set('training.e')).toEqual(['training.epochs=']);
    expect(await set('da')).toEqual(['data.']);
    expect(await set('')).not.toContain('extends=');
    expect(await set('inputs.')).toEqual(['inputs.image=', 'inputs.image.', 'inputs.question=', 'inputs.question.']);
    expect(await set('inputs.image.s')).toEqual(['inputs.image.size=']);
    expect(await set('inputs.question.tokens')).toEqual(['inputs.question.tokens=']);
    expect(await set('inputs.image.augment.fl')).toEqual(['inputs.image.augment.flip=']);
    expect(await set('heads.answer.wei')).toEqual(['heads.answer.weight=']);
    expect(await set('fusion.wid')).toEqual([]);
    expect(await wordsFor('check', join(folder, 'none.yaml'), '--set=training.p')).toEqual([
      '--set=training.patience=',
    ]);
    const { words } = await candidates(program, ['train', manifest, '--set', 'training.see']);
    expect(words[0]?.meaning).toContain('fixes initialisation');
  });

  it('are the values that a key of a manifest takes: plugins that are installed, choices, and names of parts', async () => {
    const manifest = join(folder, 'scenes.yaml');
    const set = (last: string): Promise<string[]> => wordsFor('train', manifest, '--set', last);
    expect(await set('inputs.image=im')).toEqual(['inputs.image=image']);
    expect(await set('inputs.image.encoder=te')).toEqual(['inputs.image.encoder=text']);
    expect(await set('fusion=con')).toEqual(['fusion=concat']);
    expect(await set('heads.answer.use=cl')).toEqual(['heads.answer.use=classification']);
    expect(await set('training.optimizer=s')).toEqual(['training.optimizer=sgd']);
    expect(await set('inputs.image.missing=')).toEqual(
      ['error', 'skip', 'learned', 'impute'].map((word) => `inputs.image.missing=${word}`),
    );
    expect(await set('backend=w')).toEqual(['backend=webgpu', 'backend=wasm']);
    expect(await set('training.decides=')).toEqual(['training.decides=answer']);
    expect(await set('inputs.image.tied=')).toEqual(['inputs.image.tied=question']);
    expect(await pathsFor('train', manifest, '--set', 'data.train=')).toBe('files');
    expect(await set('nothing.of=')).toEqual([]);
  });

  it('are the inputs and graphs of the model that is named', async () => {
    const model = join(folder, 'model');
    expect(await wordsFor('run', model, '--input', '')).toEqual(['image=', 'question=']);
    expect(await pathsFor('run', model, '--input', 'image=')).toBe('files');
    expect(await wordsFor('run', model, '--graph', '')).toEqual(['space.image']);
    expect(await wordsFor('run', 'starter', '--input', 'q')).toEqual(['question=']);
    expect(await wordsFor('run', join(folder, 'none'), '--input', '')).toEqual([]);
  });
});

/** With keys as in Emacs: Ctrl-A goes to the beginning. */
const environment = () => ({
  ...process.env,
  EDITOR: 'emacs',
  VISUAL: 'emacs',
  PATH: `${join(folder, 'bin')}:${process.env['PATH']}`,
  TERM: 'xterm',
});
const runs = (command: string, ...args: string[]): boolean => spawnSync(command, args).status === 0;
const hasTerminals = process.platform === 'linux' && runs('script', '--version');

/** What is typed, and what the Tab key makes of it. */
const lines = [
  ['sensorium tr', 'sensorium train'],
  ['sensorium train sc', 'sensorium train scenes.yaml'],
  ['sensorium run mod', 'sensorium run model'],
  ['sensorium run model --input im', 'sensorium run model --input image='],
  ['sensorium run model --input image=a', 'sensorium run model --input image=a picture.png'],
  ['sensorium run model --backend=cp', 'sensorium run model --backend=cpu'],
  ['sensorium run model --graph ', 'sensorium run model --graph space.image'],
  ['sensorium train scenes.yaml --set da', 'sensorium train scenes.yaml --set data.'],
  ['sensorium train scenes.yaml --set training.ep', 'sensorium train scenes.yaml --set training.epochs='],
  ['sensorium check scenes.yaml --set fusion=conc', 'sensorium check scenes.yaml --set fusion=concat'],
] as const;

/** Types them into an interactive shell, each with a Tab and an `echo` at its beginning; gives what was printed. */
function typeInto(shell: string, setUp: readonly string[]): string[] {
  const [tab, home] = ['\t', '\u0001'];
  const typed = lines.map(([line]) => `${line}${tab}${home}echo '=>' \n`);
  // Not by Ctrl-D: typed while a command still runs, it is that command's.
  const input = [...setUp.map((line) => `${line}\n`), ...typed, 'exit\n'].join('');
  const options = { input, cwd: folder, env: environment(), encoding: 'utf8' } as const;
  const { stdout } = spawnSync('script', ['--quiet', '--return', '--command', shell, '/dev/null'], options);
  const printed = stripVTControlCharacters(stdout).replaceAll('\r', '\n');
  return Array.from(printed.matchAll(/=> (sensorium .*)$/gm), ([, line]) => String(line).replace(/[/ ]+$/, ''));
}

const expected = lines.map(([, line]) => line);

describe('the Tab key', () => {
  it.skipIf(!hasTerminals || !runs('bash', '--version'))('completes in bash (skipped without bash and script)', () => {
    const setUp = ['PS1=', 'source <(sensorium completion bash)'];
    expect(typeInto('bash --norc --noprofile -i', setUp)).toEqual(expected);
  });

  it.skipIf(!hasTerminals || !runs('zsh', '--version'))('completes in zsh (skipped without zsh and script)', () => {
    const setUp = ['PS1=', 'autoload -Uz compinit; compinit -D -u', 'eval "$(sensorium completion zsh)"'];
    expect(typeInto('zsh -f -i', setUp)).toEqual(expected);
  });

  it.skipIf(!runs('fish', '--version'))('completes in fish (skipped without fish)', () => {
    const ask = lines.map(([line]) => `complete -C '${line}'`).join('; ');
    const options = { cwd: folder, env: environment(), encoding: 'utf8' } as const;
    const { stdout } = spawnSync('fish', ['--no-config', '-c', `sensorium completion fish | source; ${ask}`], options);
    const words = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.replace(/\/?(\t.*)?$/, ''));
    const lastWords = expected.map((line) => line.replace(/^.* (?!picture)/, ''));
    expect(words).toEqual(lastWords);
  });
});
